#include <setjmp.h>
#include "pthread_impl.h"
#include "syscall.h"
#include "tuxloom.h"

__attribute__((__import_module__("linux"), __import_name__("syscall")))
long __linux_syscall(long n, long a, long b, long c, long d, long e, long f);

/*
 * Every system call. Signal handlers run nested in here, and exec does not
 * come back at all.
 */
long __wasm_syscall(long n, long a, long b, long c, long d, long e, long f)
{
	long r = __linux_syscall(n, a, b, c, d, e, f);

	if (__builtin_expect(r == VFORK_RESUME, 0)) {
		pthread_t self = __pthread_self();
		self->vfork_active = 0;
		longjmp((struct __jmp_buf_tag *)self->vfork_jump[0], 1);
	}
	return r;
}
