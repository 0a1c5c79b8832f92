/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_MMU_H
#define _ASM_WASM_MMU_H

struct wasm_args;

typedef struct {
	unsigned long		end_brk;	/* limit of the break */
	struct wasm_args	*args;		/* argv, envp: see exec.c */
} mm_context_t;

#endif
