#define _GNU_SOURCE
#include <string.h>
#include "pthread_impl.h"
#include "syscall.h"

hidden long __cancel(void);
hidden long __syscall_cp_asm(volatile int *, syscall_arg_t,
	syscall_arg_t, syscall_arg_t, syscall_arg_t,
	syscall_arg_t, syscall_arg_t, syscall_arg_t);

long __cancel(void)
{
	pthread_t self = __pthread_self();

	if (self->canceldisable == PTHREAD_CANCEL_ENABLE || self->cancelasync)
		pthread_exit(PTHREAD_CANCELED);
	self->canceldisable = PTHREAD_CANCEL_DISABLE;
	return -ECANCELED;
}

/*
 * Signals reach a thread only in a system call, so a cancellation point is the
 * stretch in which in_cancel_point is set: a request seen when it begins, or a
 * SIGCANCEL handled inside it, ends the thread.
 */
long __syscall_cp_c(syscall_arg_t nr,
	syscall_arg_t u, syscall_arg_t v, syscall_arg_t w,
	syscall_arg_t x, syscall_arg_t y, syscall_arg_t z)
{
	pthread_t self = __pthread_self();
	int state = self->canceldisable;

	if (state && (state == PTHREAD_CANCEL_DISABLE || nr == SYS_close))
		return __wasm_syscall(nr, u, v, w, x, y, z);

	/* A handler that interrupts a cancellation point has points of its own. */
	int outer = self->in_cancel_point;
	self->in_cancel_point = 1;
	long r = self->cancel ? __cancel() : __wasm_syscall(nr, u, v, w, x, y, z);
	self->in_cancel_point = outer;

	if (r == -EINTR && nr != SYS_close && self->cancel
	    && self->canceldisable != PTHREAD_CANCEL_DISABLE)
		r = __cancel();
	return r;
}

static void cancel_handler(int sig, siginfo_t *si, void *ctx)
{
	pthread_t self = __pthread_self();

	if (!self->cancel || self->canceldisable == PTHREAD_CANCEL_DISABLE)
		return;
	if (self->cancelasync
	    || (self->in_cancel_point && self->canceldisable == PTHREAD_CANCEL_ENABLE))
		__cancel();
	/* Elsewhere the next cancellation point finds the request. */
}

void __testcancel(void)
{
	pthread_t self = __pthread_self();

	if (self->cancel && !self->canceldisable)
		__cancel();
}

int pthread_cancel(pthread_t t)
{
	static int installed;

	if (!installed) {
		struct sigaction sa = {
			.sa_flags = SA_SIGINFO | SA_RESTART,
			.sa_sigaction = cancel_handler
		};
		memset(&sa.sa_mask, -1, _NSIG/8);
		__libc_sigaction(SIGCANCEL, &sa, 0);
		installed = 1;
	}
	a_store(&t->cancel, 1);
	if (t == pthread_self()) {
		if (t->canceldisable == PTHREAD_CANCEL_ENABLE && t->cancelasync)
			pthread_exit(PTHREAD_CANCELED);
		return 0;
	}
	return pthread_kill(t, SIGCANCEL);
}
