#include <setjmp.h>
#include <signal.h>
#include "syscall.h"

/* First half of the sigsetjmp macro in <setjmp.h>. */
void __sigsetjmp_save(sigjmp_buf env, int save)
{
	env->__fl = save;
	if (save)
		__syscall(SYS_rt_sigprocmask, SIG_SETMASK, 0, (sigset_t *)env->__ss, _NSIG/8);
}
