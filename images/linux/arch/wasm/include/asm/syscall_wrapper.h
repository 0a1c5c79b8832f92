/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_SYSCALL_WRAPPER_H
#define _ASM_WASM_SYSCALL_WRAPPER_H

/*
 * An indirect call traps unless caller and callee agree on the type, so all
 * syscalls in the table have one type and fetch their arguments themselves.
 * A 64-bit argument is a pair of words, low word first.
 */
struct pt_regs;

asmlinkage long wasm_sys_ni_syscall(const struct pt_regs *regs);

static __always_inline u32 wasm_arg32(const unsigned long **next)
{
	return *(*next)++;
}

static __always_inline u64 wasm_arg64(const unsigned long **next)
{
	u64 low = *(*next)++;

	return low | (u64)*(*next)++ << 32;
}

/*
 * The initializers of a compound literal are evaluated in order by the one
 * compiler that knows this target.
 */
#define __SC_WASM_MEMBER(t, a)	__typeof(__builtin_choose_expr(__TYPE_IS_LL(t), 0LL, 0L)) a
#define __SC_WASM_FETCH(t, a)						\
	__builtin_choose_expr(__TYPE_IS_LL(t), wasm_arg64(&__next),	\
			      wasm_arg32(&__next))
#define __SC_WASM_PASS(t, a)	(__force t) __args.a
#define __SC_WASM_DECL(t, a)	__SC_WASM_MEMBER(t, a);

#define __SC_WASM_DECL1(t, a, ...)	__SC_WASM_DECL(t, a)
#define __SC_WASM_DECL2(t, a, ...)	__SC_WASM_DECL(t, a) __SC_WASM_DECL1(__VA_ARGS__)
#define __SC_WASM_DECL3(t, a, ...)	__SC_WASM_DECL(t, a) __SC_WASM_DECL2(__VA_ARGS__)
#define __SC_WASM_DECL4(t, a, ...)	__SC_WASM_DECL(t, a) __SC_WASM_DECL3(__VA_ARGS__)
#define __SC_WASM_DECL5(t, a, ...)	__SC_WASM_DECL(t, a) __SC_WASM_DECL4(__VA_ARGS__)
#define __SC_WASM_DECL6(t, a, ...)	__SC_WASM_DECL(t, a) __SC_WASM_DECL5(__VA_ARGS__)

#define __SYSCALL_DEFINEx(x, name, ...)					\
	asmlinkage long wasm_sys##name(const struct pt_regs *regs);	\
	static inline long __do_sys##name(__MAP(x, __SC_DECL, __VA_ARGS__)); \
	asmlinkage long wasm_sys##name(const struct pt_regs *regs)	\
	{								\
		const unsigned long *__next = regs->args;		\
		struct { __SC_WASM_DECL##x(__VA_ARGS__) } __args = {	\
			__MAP(x, __SC_WASM_FETCH, __VA_ARGS__)		\
		};							\
		__MAP(x, __SC_TEST, __VA_ARGS__);			\
		return __do_sys##name(__MAP(x, __SC_WASM_PASS, __VA_ARGS__)); \
	}								\
	static inline long __do_sys##name(__MAP(x, __SC_DECL, __VA_ARGS__))

#define SYSCALL_DEFINE0(sname)						\
	asmlinkage long wasm_sys_##sname(const struct pt_regs *__unused); \
	asmlinkage long wasm_sys_##sname(const struct pt_regs *__unused)

#define COND_SYSCALL(name)						\
	asmlinkage long wasm_sys_##name(const struct pt_regs *regs);	\
	asmlinkage long __weak wasm_sys_##name(const struct pt_regs *regs) \
	{								\
		return sys_ni_syscall();				\
	}

#endif
