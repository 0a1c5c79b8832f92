/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_ATOMIC_H
#define _ASM_WASM_ATOMIC_H

#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>

#define arch_atomic_read(v)	READ_ONCE((v)->counter)
#define arch_atomic_set(v, i)	WRITE_ONCE((v)->counter, (i))
#define arch_atomic64_read(v)	READ_ONCE((v)->counter)
#define arch_atomic64_set(v, i)	WRITE_ONCE((v)->counter, (i))
#define ATOMIC64_INIT(i)	{ (i) }

typedef struct {
	s64 __aligned(8) counter;
} atomic64_t;

/* All orderings are full: the instruction set knows no other. */
#define WASM_ATOMIC_OP(pfx, type, arg, op, builtin)			\
static __always_inline void arch_##pfx##_##op(arg i, type *v)		\
{									\
	__atomic_fetch_##builtin(&v->counter, i, __ATOMIC_SEQ_CST);	\
}									\
static __always_inline arg arch_##pfx##_fetch_##op(arg i, type *v)	\
{									\
	return __atomic_fetch_##builtin(&v->counter, i, __ATOMIC_SEQ_CST); \
}

#define WASM_ATOMIC_OP_RETURN(pfx, type, arg, op, builtin)		\
static __always_inline arg arch_##pfx##_##op##_return(arg i, type *v)	\
{									\
	return __atomic_##builtin##_fetch(&v->counter, i, __ATOMIC_SEQ_CST); \
}

#define WASM_ATOMIC_OPS(pfx, type, arg)		\
	WASM_ATOMIC_OP(pfx, type, arg, add, add)	\
	WASM_ATOMIC_OP(pfx, type, arg, sub, sub)	\
	WASM_ATOMIC_OP(pfx, type, arg, and, and)	\
	WASM_ATOMIC_OP(pfx, type, arg, or, or)		\
	WASM_ATOMIC_OP(pfx, type, arg, xor, xor)	\
	WASM_ATOMIC_OP_RETURN(pfx, type, arg, add, add)	\
	WASM_ATOMIC_OP_RETURN(pfx, type, arg, sub, sub)

WASM_ATOMIC_OPS(atomic, atomic_t, int)
WASM_ATOMIC_OPS(atomic64, atomic64_t, s64)

#define arch_atomic_add_return		arch_atomic_add_return
#define arch_atomic_sub_return		arch_atomic_sub_return
#define arch_atomic_fetch_add		arch_atomic_fetch_add
#define arch_atomic_fetch_sub		arch_atomic_fetch_sub
#define arch_atomic_fetch_and		arch_atomic_fetch_and
#define arch_atomic_fetch_or		arch_atomic_fetch_or
#define arch_atomic_fetch_xor		arch_atomic_fetch_xor
#define arch_atomic64_add_return	arch_atomic64_add_return
#define arch_atomic64_sub_return	arch_atomic64_sub_return
#define arch_atomic64_fetch_add		arch_atomic64_fetch_add
#define arch_atomic64_fetch_sub		arch_atomic64_fetch_sub
#define arch_atomic64_fetch_and		arch_atomic64_fetch_and
#define arch_atomic64_fetch_or		arch_atomic64_fetch_or
#define arch_atomic64_fetch_xor		arch_atomic64_fetch_xor

#undef WASM_ATOMIC_OPS
#undef WASM_ATOMIC_OP_RETURN
#undef WASM_ATOMIC_OP

#endif
