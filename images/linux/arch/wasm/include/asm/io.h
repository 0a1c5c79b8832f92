/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_IO_H
#define _ASM_WASM_IO_H

/* There are no ports and no registers: the generic functions are unused. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnull-pointer-arithmetic"
#include <asm-generic/io.h>
#pragma clang diagnostic pop

#endif
