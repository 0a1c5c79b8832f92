/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_SYSCALL_H
#define _ASM_WASM_SYSCALL_H

#include <linux/err.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/ptrace.h>

typedef long (*wasm_syscall_fn)(const struct pt_regs *regs);
extern const wasm_syscall_fn sys_call_table[];

static inline int syscall_get_nr(struct task_struct *task, struct pt_regs *regs)
{
	return regs->nr;
}

static inline void syscall_rollback(struct task_struct *task,
				    struct pt_regs *regs)
{
}

static inline long syscall_get_error(struct task_struct *task,
				     struct pt_regs *regs)
{
	return IS_ERR_VALUE(regs->result) ? regs->result : 0;
}

static inline long syscall_get_return_value(struct task_struct *task,
					    struct pt_regs *regs)
{
	return regs->result;
}

static inline void syscall_set_return_value(struct task_struct *task,
					    struct pt_regs *regs, int error,
					    long val)
{
	regs->result = error ?: val;
}

static inline void syscall_get_arguments(struct task_struct *task,
					 struct pt_regs *regs,
					 unsigned long *args)
{
	memcpy(args, regs->args, sizeof(regs->args));
}

/* No number was assigned to this architecture. */
static inline int syscall_get_arch(struct task_struct *task)
{
	return 0;
}

/* entry.c: runs one syscall for current, without work on the way out. */
long wasm_invoke_syscall(struct pt_regs *regs);
/* entry.c: enters user mode for the first time and ends the task after it. */
void __noreturn wasm_user_mode(void);
/* signal.c: delivers signals; true: the syscall must be made again. */
bool wasm_do_signal(struct pt_regs *regs);
/* vfork.c */
long wasm_vfork_forward(struct pt_regs *regs);
void wasm_vfork_exec(void);
void wasm_vfork_exit(struct task_struct *task);
int wasm_vfork_child(void *arg);

#endif
