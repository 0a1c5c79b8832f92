// SPDX-License-Identifier: GPL-2.0
/*
 * vfork. The child's user code must run on the parent's stack, in the middle
 * of the parent's frames, so it runs on the parent's worker. A task of its own
 * stands for the child: it has the identity (pid, files, signals) and makes the
 * syscalls, which the parent's worker hands over one by one. When the child
 * executes a program or ends, the parent's syscall returns WASM_VFORK_RESUME
 * and the C library jumps back into vfork(). Children may vfork in turn.
 */
#include <linux/completion.h>
#include <linux/refcount.h>
#include <linux/resume_user_mode.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <asm/syscall.h>
#include <asm/unistd.h>

struct wasm_vfork {
	refcount_t		users;
	pid_t			pid;		/* as the parent sees it */
	struct completion	request;	/* regs are set, or orphaned is */
	struct completion	reply;		/* result is set, or the child has gone */
	struct pt_regs		regs;
	long			result;
	bool			has_result;
	bool			orphaned;
};

static void put_vfork(struct wasm_vfork *vfork)
{
	if (refcount_dec_and_test(&vfork->users))
		kfree(vfork);
}

/* Nobody can make a syscall again from here: the code waits for a result. */
static long without_restart(long result)
{
	switch (result) {
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
		return -EINTR;
	}
	return result;
}

/*
 * The child's task. Its exit and its exec complete the reply without a
 * result, by way of vfork_done. Returning is entering the executed program.
 */
int wasm_vfork_child(void *arg)
{
	struct wasm_vfork *vfork = arg;
	struct pt_regs *regs = task_pt_regs(current);
	long result;

	current->thread.vfork_served = vfork;
	task_lock(current);
	current->vfork_done = &vfork->reply;
	task_unlock(current);

	for (;;) {
		if (wait_for_completion_killable(&vfork->request)) {
			wasm_do_signal(regs);
			continue;
		}
		if (vfork->orphaned)
			do_group_exit(SIGKILL);
		*regs = vfork->regs;
		/* A child that has called vfork itself hands on to its own. */
		if (test_thread_flag(TIF_VFORK))
			result = wasm_vfork_forward(regs);
		else
			result = wasm_invoke_syscall(regs);
		regs->nr = -1;
		/* An exec has let go of the parent, whose next vfork may have this memory by now. */
		if (!current->thread.vfork_served)
			return 0;
		/* What a closed file leaves to be done is due before the caller sees the result. */
		if (test_and_clear_thread_flag(TIF_NOTIFY_RESUME))
			resume_user_mode_work(regs);
		vfork->result = without_restart(result);
		vfork->has_result = true;
		complete(&vfork->reply);
	}
}

static long resume_parent(struct wasm_vfork *vfork)
{
	current->thread.vfork = NULL;
	current->thread.vfork_pid = vfork->pid;
	clear_thread_flag(TIF_VFORK);
	put_vfork(vfork);
	return WASM_VFORK_RESUME;
}

/* On the parent's worker: the child makes this syscall. */
long wasm_vfork_forward(struct pt_regs *regs)
{
	struct wasm_vfork *vfork = current->thread.vfork;

	/* It was killed since its last syscall. */
	if (try_wait_for_completion(&vfork->reply))
		return resume_parent(vfork);

	vfork->regs = *regs;
	vfork->has_result = false;
	complete(&vfork->request);
	if (wait_for_completion_killable(&vfork->reply))
		return -EINTR;
	if (vfork->has_result)
		return vfork->result;
	return resume_parent(vfork);
}

/* current has executed a program: if it was a vfork child, no longer so. */
void wasm_vfork_exec(void)
{
	struct wasm_vfork *vfork = current->thread.vfork_served;

	current->thread.vfork_served = NULL;
	if (vfork)
		put_vfork(vfork);
}

/* task ends. The code of its child, if any, ends with it. */
void wasm_vfork_exit(struct task_struct *task)
{
	struct wasm_vfork *vfork = task->thread.vfork;

	task->thread.vfork = NULL;
	if (vfork) {
		vfork->orphaned = true;
		complete(&vfork->request);
		put_vfork(vfork);
	}
	vfork = task->thread.vfork_served;
	task->thread.vfork_served = NULL;
	if (vfork)
		put_vfork(vfork);
}

SYSCALL_DEFINE0(wasm_vfork)
{
	struct kernel_clone_args args = {
		.flags		= CLONE_VM,
		.exit_signal	= SIGCHLD,
		.fn		= wasm_vfork_child,
	};
	struct wasm_vfork *vfork;
	pid_t pid;

	vfork = kzalloc(sizeof(*vfork), GFP_KERNEL_ACCOUNT);
	if (!vfork)
		return -ENOMEM;
	refcount_set(&vfork->users, 2);
	init_completion(&vfork->request);
	init_completion(&vfork->reply);
	args.fn_arg = vfork;

	pid = kernel_clone(&args);
	if (pid < 0) {
		kfree(vfork);
		return pid;
	}
	vfork->pid = pid;
	current->thread.vfork = vfork;
	set_thread_flag(TIF_VFORK);
	return 0;
}

SYSCALL_DEFINE0(wasm_vfork_pid)
{
	return current->thread.vfork_pid;
}
