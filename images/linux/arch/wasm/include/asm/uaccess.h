/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_UACCESS_H
#define _ASM_WASM_UACCESS_H

#include <linux/string.h>
#include <asm/border.h>
#include <asm/wasm.h>
#include <asm-generic/access_ok.h>

/* A copy that takes so long that an interrupt may well come meanwhile. */
#define UACCESS_LONG	(16 * 1024)

static inline void uaccess_begins(unsigned long n)
{
	if (!__builtin_constant_p(n) && unlikely(n >= UACCESS_LONG))
		wasm_stay_in_kernel();
}

/*
 * User memory is another memory: the host copies, and says how many bytes it
 * did not copy. It never faults.
 */
static inline __must_check unsigned long
raw_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	uaccess_begins(n);
	return host_user_read(to, from, n);
}

static inline __must_check unsigned long
raw_copy_to_user(void __user *to, const void *from, unsigned long n)
{
	uaccess_begins(n);
	return host_user_write(to, from, n);
}

#define __clear_user(to, n)	host_user_write_zeroes((to), (n))

/* All of kernel memory is readable and writable. */
#define __get_kernel_nofault(dst, src, type, err_label)		\
do {								\
	memcpy((void *)(dst), (const void *)(src), sizeof(type));	\
	if (0)							\
		goto err_label;					\
} while (0)

#define __put_kernel_nofault(dst, src, type, err_label)		\
do {								\
	memcpy((void *)(dst), (const void *)(src), sizeof(type));	\
	if (0)							\
		goto err_label;					\
} while (0)

#include <asm-generic/uaccess.h>

#endif
