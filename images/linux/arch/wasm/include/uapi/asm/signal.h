/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef _UAPI_ASM_WASM_SIGNAL_H
#define _UAPI_ASM_WASM_SIGNAL_H

/* Holds the table index of the C library's signal trampoline. */
#define SA_RESTORER	0x04000000

#include <asm-generic/signal.h>

#endif
