/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_SECTIONS_H
#define _ASM_WASM_SECTIONS_H

/*
 * There is no linker script. wasm-ld defines __start_NAME and __stop_NAME
 * for data sections whose names are C identifiers.
 */
#define __per_cpu_start	__start_percpu
#define __per_cpu_end	__stop_percpu
#define __per_cpu_load	__start_percpu

#include <asm-generic/sections.h>

/* From the linker. */
extern char __heap_base[];

#endif
