#define _GNU_SOURCE
#include <sched.h>
#include <stdarg.h>
#include "pthread_impl.h"
#include "syscall.h"

/*
 * What __clone_entry needs; it lies at the top of the child's stack. The first
 * three members are read by assembly.
 */
struct clone_start {
	void *stack;
	uintptr_t tp;
	void *tls_base;
	int (*func)(void *);
	void *arg;
	int new_tls;
};

hidden void __clone_entry(void *);
hidden void __clone_run(struct clone_start *);
hidden void __wasm_init_tls(void *);
hidden void *__tls_block(struct pthread *);

void __clone_run(struct clone_start *start)
{
	/* A pthread gets a fresh copy of the thread-local variables... */
	if (start->new_tls)
		__wasm_init_tls(start->tls_base);
	__syscall(SYS_exit, start->func(start->arg));
	a_crash();
}

int __clone(int (*func)(void *), void *stack, int flags, void *arg, ...)
{
	va_list ap;
	va_start(ap, arg);
	pid_t *ptid = va_arg(ap, pid_t *);
	void *tls = va_arg(ap, void *);
	pid_t *ctid = va_arg(ap, pid_t *);
	va_end(ap);

	/* No second copy of a memory: only tasks that share it can be made. */
	if (!stack || !(flags & CLONE_VM))
		return stack ? -ENOSYS : -EINVAL;

	struct clone_start *start = (void *)((uintptr_t)stack - sizeof *start & -16);
	start->stack = start;
	start->func = func;
	start->arg = arg;
	start->new_tls = (flags & CLONE_SETTLS) != 0;
	if (start->new_tls) {
		start->tp = (uintptr_t)tls;
		start->tls_base = __tls_block(tls);
	} else {
		/* ...all others go on with those of the task that made them. */
		start->tp = __get_tp();
		start->tls_base = __builtin_wasm_tls_base();
	}
	return __syscall(SYS_clone, (long)__clone_entry, (long)start, flags,
		(long)ptid, (long)ctid, (long)tls);
}
