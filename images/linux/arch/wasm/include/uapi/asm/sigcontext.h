/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef _UAPI_ASM_WASM_SIGCONTEXT_H
#define _UAPI_ASM_WASM_SIGCONTEXT_H

/* A handler runs nested in a syscall: there are no registers to save. */
struct sigcontext {
	unsigned long oldmask;
};

#endif
