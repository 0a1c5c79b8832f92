/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef _UAPI_ASM_WASM_PTRACE_H
#define _UAPI_ASM_WASM_PTRACE_H

#ifndef __ASSEMBLY__

/* What a tracer may see: the syscall's arguments, number and result. */
struct user_regs_struct {
	unsigned long args[6];
	long nr;
	long result;
};

#endif
#endif
