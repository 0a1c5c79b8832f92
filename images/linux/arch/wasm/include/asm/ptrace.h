/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_PTRACE_H
#define _ASM_WASM_PTRACE_H

#include <uapi/asm/ptrace.h>

#ifndef __ASSEMBLY__

/*
 * What a syscall brought. There are no other registers: user code's state is
 * in the host's hands.
 */
struct pt_regs {
	unsigned long	args[6];
	long		nr;	/* -1: not in a syscall */
	long		result;
	bool		user;	/* at the border: an interrupt now is one of user code */
};

#define user_mode(regs)			((regs)->user)
#define instruction_pointer(regs)	0UL
#define user_stack_pointer(regs)	0UL
#define profile_pc(regs)		0UL
#define kernel_stack_pointer(regs)	0UL

static inline void instruction_pointer_set(struct pt_regs *regs,
					   unsigned long val)
{
}

static inline long regs_return_value(struct pt_regs *regs)
{
	return regs->result;
}

#endif
#endif
