/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_TIMEX_H
#define _ASM_WASM_TIMEX_H

#include <asm/wasm.h>

typedef unsigned long cycles_t;

/* Entropy and rough measurements only. */
static inline cycles_t get_cycles(void)
{
	return (cycles_t)host_get_now_nsec();
}
#define get_cycles get_cycles

#endif
