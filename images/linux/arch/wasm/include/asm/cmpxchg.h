/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_CMPXCHG_H
#define _ASM_WASM_CMPXCHG_H

/*
 * Atomics of 8 to 64 bits are in the instruction set; the compiler's builtins
 * give them for integers, so pointers and structures take a detour by a union.
 */
#include <linux/compiler.h>
#include <linux/types.h>

extern unsigned long __wasm_bad_xchg(void)
	__compiletime_error("Bad size for an atomic exchange");

#define arch_xchg(ptr, x)						\
({									\
	typeof(ptr) __xp = (ptr);					\
	__unqual_scalar_typeof(*__xp) __xv =				\
		(__unqual_scalar_typeof(*__xp))(x);			\
	union { __unqual_scalar_typeof(*__xp) v; u8 b; u16 h; u32 w; u64 d; }	\
		__xu = { .v = __xv };					\
	switch (sizeof(*__xp)) {					\
	case 1:								\
		__xu.b = __atomic_exchange_n((volatile u8 *)__xp, __xu.b,	\
					     __ATOMIC_SEQ_CST);		\
		break;							\
	case 2:								\
		__xu.h = __atomic_exchange_n((volatile u16 *)__xp, __xu.h,	\
					     __ATOMIC_SEQ_CST);		\
		break;							\
	case 4:								\
		__xu.w = __atomic_exchange_n((volatile u32 *)__xp, __xu.w,	\
					     __ATOMIC_SEQ_CST);		\
		break;							\
	case 8:								\
		__xu.d = __atomic_exchange_n((volatile u64 *)__xp, __xu.d,	\
					     __ATOMIC_SEQ_CST);		\
		break;							\
	default:							\
		__wasm_bad_xchg();					\
	}								\
	(typeof(*__xp))__xu.v;						\
})

#define arch_cmpxchg(ptr, old, new)					\
({									\
	typeof(ptr) __cp = (ptr);					\
	union { __unqual_scalar_typeof(*__cp) v; u8 b; u16 h; u32 w; u64 d; }	\
		__co = { .v = (__unqual_scalar_typeof(*__cp))(old) },	\
		__cn = { .v = (__unqual_scalar_typeof(*__cp))(new) };	\
	switch (sizeof(*__cp)) {					\
	case 1:								\
		__atomic_compare_exchange_n((volatile u8 *)__cp, &__co.b, __cn.b, \
			false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
		break;							\
	case 2:								\
		__atomic_compare_exchange_n((volatile u16 *)__cp, &__co.h, __cn.h, \
			false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
		break;							\
	case 4:								\
		__atomic_compare_exchange_n((volatile u32 *)__cp, &__co.w, __cn.w, \
			false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
		break;							\
	case 8:								\
		__atomic_compare_exchange_n((volatile u64 *)__cp, &__co.d, __cn.d, \
			false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
		break;							\
	default:							\
		__wasm_bad_xchg();					\
	}								\
	(typeof(*__cp))__co.v;						\
})

#define arch_cmpxchg_local(ptr, o, n)	arch_cmpxchg((ptr), (o), (n))
#define arch_cmpxchg64(ptr, o, n)	arch_cmpxchg((ptr), (o), (n))
#define arch_cmpxchg64_local(ptr, o, n)	arch_cmpxchg((ptr), (o), (n))

#endif
