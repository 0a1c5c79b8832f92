// SPDX-License-Identifier: GPL-2.0
/* Syscalls that differ from other machines', and our own four. */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/syscalls.h>
#include <asm/exec.h>
#include <asm/wasm.h>

int WASM_EXPORT(get_thread_area) wasm_get_thread_area(void);

int WASM_EXPORT(get_thread_area) wasm_get_thread_area(void)
{
	return current->thread.tls;
}

SYSCALL_DEFINE1(wasm_set_thread_area, unsigned long, tls)
{
	current->thread.tls = tls;
	return 0;
}

SYSCALL_DEFINE2(wasm_get_args, u32, buf, u32, size)
{
	struct wasm_args *args = current->mm->context.args;

	if (!args)
		return -EINVAL;
	return wasm_write_args(args, buf, size);
}

/*
 * No code can return twice here: the child starts with a function of its own,
 * as the C library's clone() does. copy_thread() finds it in the stack fields.
 */
SYSCALL_DEFINE6(clone, unsigned long, fn, unsigned long, arg,
		unsigned long, flags, int __user *, parent_tid,
		int __user *, child_tid, unsigned long, tls)
{
	struct kernel_clone_args args = {
		.flags		= flags & ~CSIGNAL,
		.exit_signal	= flags & CSIGNAL,
		.stack		= fn,
		.stack_size	= arg,
		.parent_tid	= parent_tid,
		.pidfd		= parent_tid,
		.child_tid	= child_tid,
		.tls		= tls,
	};

	return kernel_clone(&args);
}

/*
 * The break is accounting: the program grows its memory by itself after it was
 * allowed to. The generic call knows no resource limits.
 */
SYSCALL_DEFINE1(wasm_brk, unsigned long, brk)
{
	struct mm_struct *mm = current->mm;
	unsigned long limit = min3(mm->context.end_brk, rlimit(RLIMIT_AS),
				   rlimit(RLIMIT_DATA));
	unsigned long result;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	if (brk >= mm->start_brk && (brk <= limit || brk <= mm->brk)) {
		mm->brk = brk;
		mm->total_vm = PFN_UP(brk);
	}
	result = mm->brk;
	mmap_write_unlock(mm);
	return result;
}

/* The C library gives memory by growing the program's own. */
SYSCALL_DEFINE6(mmap2, unsigned long, addr, unsigned long, len,
		unsigned long, prot, unsigned long, flags,
		unsigned long, fd, unsigned long, pgoff)
{
	return -ENODEV;
}
