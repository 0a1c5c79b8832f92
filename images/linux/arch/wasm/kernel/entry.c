// SPDX-License-Identifier: GPL-2.0
/* The way between user code and syscalls. */
#include <linux/irqflags.h>
#include <linux/resume_user_mode.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/syscalls.h>
#include <asm/border.h>
#include <asm/irq.h>
#include <asm/syscall.h>
#include <asm/unistd.h>
#include <asm/wasm.h>

asmlinkage long wasm_sys_ni_syscall(const struct pt_regs *regs)
{
	return -ENOSYS;
}

long wasm_invoke_syscall(struct pt_regs *regs)
{
	unsigned long nr = regs->nr;

	if (nr >= NR_syscalls)
		return -ENOSYS;
	return sys_call_table[nr](regs);
}

/*
 * Work to do before user code goes on. True: the syscall must be made again,
 * because a signal interrupted it and nobody must notice. interrupted: the
 * host wants this CPU to look for interrupts.
 */
static bool exit_work(struct pt_regs *regs, bool interrupted)
{
	bool again = false;
	unsigned long flags;

	for (;;) {
		/* After everything else: user code goes on with nothing pending. */
		if (unlikely(interrupted || !wasm_host_watches())) {
			regs->user = true;
			wasm_poll_irqs();
			regs->user = false;
		}
		flags = read_thread_flags();
		/* A vfork parent's signals wait until its child lets go. */
		if ((flags & _TIF_VFORK) && !fatal_signal_pending(current))
			flags &= ~(_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL |
				   _TIF_RESTORE_SIGMASK);
		if (again || !(flags & _TIF_WORK_MASK))
			return again;
		if (flags & _TIF_NEED_RESCHED)
			schedule();
		if (flags & (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL |
			     _TIF_RESTORE_SIGMASK))
			again |= wasm_do_signal(regs);
		if (flags & _TIF_NOTIFY_RESUME) {
			clear_thread_flag(TIF_NOTIFY_RESUME);
			resume_user_mode_work(regs);
		}
	}
}

long wasm_syscall(long nr, unsigned long a0, unsigned long a1, unsigned long a2,
		  unsigned long a3, unsigned long a4, unsigned long a5);

static __always_inline long make_syscall(struct pt_regs *regs, long nr,
					 unsigned long a0, unsigned long a1,
					 unsigned long a2, unsigned long a3,
					 unsigned long a4, unsigned long a5)
{
	*regs = (struct pt_regs) {
		.args = { a0, a1, a2, a3, a4, a5 },
		.nr = nr,
	};
	for (;;) {
		if (unlikely(test_thread_flag(TIF_VFORK)))
			regs->result = wasm_vfork_forward(regs);
		else
			regs->result = wasm_invoke_syscall(regs);
		if (!exit_work(regs, false))
			break;
	}
	return regs->result;
}

/* A signal handler's: the registers of the syscall that it interrupted come back at the end. */
static noinline long nested_syscall(struct pt_regs *regs, long nr,
				    unsigned long a0, unsigned long a1,
				    unsigned long a2, unsigned long a3,
				    unsigned long a4, unsigned long a5)
{
	struct pt_regs outer = *regs;
	long result = make_syscall(regs, nr, a0, a1, a2, a3, a4, a5);

	*regs = outer;
	return result;
}

/* Called by head.S for user code. */
long wasm_syscall(long nr, unsigned long a0, unsigned long a1, unsigned long a2,
		  unsigned long a3, unsigned long a4, unsigned long a5)
{
	struct pt_regs *regs = task_pt_regs(current);
	long result;

	if (unlikely(current->thread.sigframe))
		return nested_syscall(regs, nr, a0, a1, a2, a3, a4, a5);
	result = make_syscall(regs, nr, a0, a1, a2, a3, a4, a5);
	regs->nr = -1;
	return result;
}

void wasm_take_interrupts(void);

/*
 * Called by head.S when the host has interrupted user code that does not make
 * a syscall. To that code nothing happens, unless it gets a signal.
 */
void wasm_take_interrupts(void)
{
	struct pt_regs *regs = task_pt_regs(current);
	struct pt_regs outer = *regs;

	*regs = (struct pt_regs) { .nr = -1 };
	exit_work(regs, true);
	*regs = outer;
}

/*
 * User mode of a new program or thread. The call returns only when the
 * program trapped, or returned from its entry: there is nothing to go back to.
 */
void __noreturn wasm_user_mode(void)
{
	struct pt_regs *regs = task_pt_regs(current);

	*regs = (struct pt_regs) { .nr = -1 };
	current->thread.base_sp = wasm_stack_pointer();
	current->thread.entry_sp = current->thread.base_sp;
	exit_work(regs, false);
	host_user_call();

	for (;;) {
		force_fatal_sig(SIGSEGV);
		exit_work(regs, false);
	}
}
