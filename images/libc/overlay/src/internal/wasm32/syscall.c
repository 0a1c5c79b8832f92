#include <setjmp.h>
#include "pthread_impl.h"
#include "syscall.h"
#include "tuxloom.h"

__attribute__((__import_module__("linux"), __import_name__("syscall")))
long __linux_syscall(long n, long a, long b, long c, long d, long e, long f);

/*
 * Back to the vfork whose child has left. Usually it is the last one; but when
 * a child is killed that is a vfork parent itself, its own child goes with it.
 */
static _Noreturn void vfork_resume(void)
{
	pthread_t self = __pthread_self();
	int pid = __linux_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0);
	struct vfork_frame *frame;

	do {
		if (!self->vfork_depth) a_crash();
		frame = &self->vfork_frames[--self->vfork_depth];
	} while (frame->pid != pid);
	longjmp((struct __jmp_buf_tag *)frame->jump, 1);
}

/*
 * Every system call. Signal handlers run nested in here, and exec does not
 * come back at all.
 */
long __wasm_syscall(long n, long a, long b, long c, long d, long e, long f)
{
	long r = __linux_syscall(n, a, b, c, d, e, f);

	if (__builtin_expect(r == VFORK_RESUME, 0))
		vfork_resume();
	return r;
}
