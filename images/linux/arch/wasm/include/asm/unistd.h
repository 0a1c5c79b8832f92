/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_UNISTD_H
#define _ASM_WASM_UNISTD_H

#include <uapi/asm/unistd.h>

#define NR_syscalls	__NR_syscalls

/* clone takes a function to start: sys_wasm.c. clone3 has no place for it. */
#define __ARCH_BROKEN_SYS_CLONE3

/* Our own syscalls, in the range reserved for architectures. */
#define __NR_wasm_set_thread_area	244
#define __NR_wasm_get_args		245
#define __NR_wasm_vfork			246
#define __NR_wasm_vfork_pid		247

/* The old call, which new 32-bit machines do without. */
#define __NR_wasm_wait4			260

/* A syscall's result that means: you are the vfork parent again. */
#define WASM_VFORK_RESUME	(-4094L)

#endif
