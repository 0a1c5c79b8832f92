// SPDX-License-Identifier: GPL-2.0
/*
 * Signals. A handler runs at the end of a syscall, nested in it: the host
 * calls the C library's trampoline in the same instance, on the same user stack.
 * The handler may come back, or leave for good by an exception (siglongjmp).
 */
#include <linux/resume_user_mode.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/signal.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/border.h>
#include <asm/irq.h>
#include <asm/syscall.h>
#include <asm/unistd.h>
#include <asm/wasm.h>

/* Least kernel stack that a handler's syscalls must find. */
#define STACK_RESERVE	(12 * 1024)

/* A running handler; lives on the kernel stack of its syscall. */
struct wasm_sigframe {
	struct wasm_sigframe	*outer;
	unsigned long		outer_sp;
	kernel_siginfo_t	info;
};

int WASM_EXPORT(copy_siginfo) wasm_copy_siginfo(siginfo_t __user *to);

/* For the trampoline: what the innermost handler was called for. */
int WASM_EXPORT(copy_siginfo) wasm_copy_siginfo(siginfo_t __user *to)
{
	struct wasm_sigframe *frame = current->thread.sigframe;

	if (!frame)
		return -EINVAL;
	return copy_siginfo_to_user(to, &frame->info);
}

void WASM_EXPORT(clear_siginfo) wasm_clear_siginfo(void);

/*
 * The host calls this when a handler is over, in whichever way. A program
 * that was executed in the handler has no frames any more.
 */
void WASM_EXPORT(clear_siginfo) wasm_clear_siginfo(void)
{
	struct thread_struct *thread = &current->thread;
	struct wasm_sigframe *frame = thread->sigframe;

	if (!frame)
		return;
	thread->sigframe = frame->outer;
	thread->entry_sp = frame->outer_sp;
}

/* Runs the handler; false: it cannot run, and the signal is forced. */
static bool run_handler(struct ksignal *ksig)
{
	struct thread_struct *thread = &current->thread;
	struct wasm_sigframe frame = {
		.outer		= thread->sigframe,
		.outer_sp	= thread->entry_sp,
		.info		= ksig->info,
	};
	unsigned long sp = wasm_stack_pointer();
	unsigned long handler = (unsigned long)ksig->ka.sa.sa_handler;
	unsigned long trampoline = (unsigned long)ksig->ka.sa.sa_restorer;
	sigset_t *oldset = sigmask_to_save();
	sigset_t mask = *oldset;

	if (!(ksig->ka.sa.sa_flags & SA_RESTORER) || !trampoline ||
	    sp < (unsigned long)task_stack_page(current) + STACK_RESERVE) {
		signal_setup_done(1, ksig, 0);
		return false;
	}
	signal_setup_done(0, ksig, 0);

	thread->sigframe = &frame;
	thread->entry_sp = sp;
	/* User code follows, and this task may have slept since it last looked. */
	if (!wasm_host_watches())
		wasm_poll_irqs();
	host_user_call_siginfo_handler(trampoline, handler, ksig->sig);

	/* The handler of an executed program's predecessor never gets here. */
	set_current_blocked(&mask);
	return true;
}

/* What an interrupted syscall returns, or whether it is made again. */
static bool wants_restart(struct pt_regs *regs, struct ksignal *ksig)
{
	switch (regs->result) {
	case -ERESTART_RESTARTBLOCK:
	case -ERESTARTNOHAND:
		if (ksig) {
			regs->result = -EINTR;
			return false;
		}
		if (regs->result == -ERESTART_RESTARTBLOCK)
			regs->nr = __NR_restart_syscall;
		return true;
	case -ERESTARTSYS:
		if (ksig && !(ksig->ka.sa.sa_flags & SA_RESTART)) {
			regs->result = -EINTR;
			return false;
		}
		return true;
	case -ERESTARTNOINTR:
		return true;
	}
	return false;
}

bool wasm_do_signal(struct pt_regs *regs)
{
	struct ksignal ksig;
	bool again;

	if (get_signal(&ksig)) {
		again = regs->nr >= 0 && wants_restart(regs, &ksig);
		run_handler(&ksig);
		return again;
	}
	again = regs->nr >= 0 && wants_restart(regs, NULL);
	restore_saved_sigmask();
	return again;
}

/* There is nothing to return from. */
SYSCALL_DEFINE0(rt_sigreturn)
{
	return -ENOSYS;
}
