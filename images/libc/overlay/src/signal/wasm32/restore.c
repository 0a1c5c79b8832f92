#include <signal.h>
#include "pthread_impl.h"
#include "syscall.h"

__attribute__((__import_module__("linux"), __import_name__("copy_siginfo")))
long __linux_copy_siginfo(siginfo_t *);

/*
 * sa_restorer holds one of these: the kernel calls it with the handler and the
 * signal, nested in the system call that the signal interrupted, and takes its
 * return for sigreturn.
 */
void __restore(void (*handler)(int), int sig)
{
	handler(sig);
}

void __restore_rt(void (*handler)(int, siginfo_t *, void *), int sig)
{
	siginfo_t info = { .si_signo = sig };
	ucontext_t context = { 0 };

	__linux_copy_siginfo(&info);
	handler(sig, &info, &context);
}
