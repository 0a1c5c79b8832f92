/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_DIV64_H
#define _ASM_WASM_DIV64_H

#include <linux/types.h>

/* The instruction set divides 64 bits by 64 bits. */
#define do_div(n, base)						\
({								\
	u32 __base = (base);					\
	u32 __rem = (u64)(n) % __base;				\
	(n) = (u64)(n) / __base;				\
	__rem;							\
})

static inline u64 wasm_div_u64_rem(u64 dividend, u32 divisor, u32 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}
#define div_u64_rem wasm_div_u64_rem

#endif
