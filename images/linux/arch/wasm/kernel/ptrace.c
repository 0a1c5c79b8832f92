// SPDX-License-Identifier: GPL-2.0
#include <linux/ptrace.h>
#include <linux/regset.h>
#include <linux/sched.h>

/* The host steps no program, and shows no registers of one. */
void ptrace_disable(struct task_struct *child)
{
}

long arch_ptrace(struct task_struct *child, long request, unsigned long addr,
		 unsigned long data)
{
	return ptrace_request(child, request, addr, data);
}

static const struct user_regset_view view = {
	.name = "wasm",
};

const struct user_regset_view *task_user_regset_view(struct task_struct *task)
{
	return &view;
}
