/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_LINKAGE_H
#define _ASM_WASM_LINKAGE_H

/* No code addresses: see compiler.h. */
#define _THIS_IP_	0UL

/* Weak aliases of assembler symbols do not work: see syscall_wrapper.h. */
#define cond_syscall(x)

#endif
