/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_FUTEX_H
#define _ASM_WASM_FUTEX_H

#include <linux/futex.h>
#include <linux/uaccess.h>

/* The host's operations have the numbers of FUTEX_OP_*. */
static inline int arch_futex_atomic_op_inuser(int op, u32 oparg, int *oval,
					      u32 __user *uaddr)
{
	return host_user_futex_atomic_op((u32 *)oval, uaddr, op, oparg);
}

static inline int futex_atomic_cmpxchg_inatomic(u32 *uval, u32 __user *uaddr,
						u32 oldval, u32 newval)
{
	return host_user_futex_atomic_cmpxchg(uval, uaddr, oldval, newval);
}

#endif
