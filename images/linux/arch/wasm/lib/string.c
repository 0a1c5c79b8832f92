// SPDX-License-Identifier: GPL-2.0
#include <linux/export.h>
#include <linux/string.h>

/* With bulk memory the builtins are instructions, not calls of these. */
void *memcpy(void *to, const void *from, __kernel_size_t n)
{
	return __builtin_memcpy(to, from, n);
}
EXPORT_SYMBOL(memcpy);

void *memmove(void *to, const void *from, __kernel_size_t n)
{
	return __builtin_memmove(to, from, n);
}
EXPORT_SYMBOL(memmove);

void *memset(void *to, int c, __kernel_size_t n)
{
	return __builtin_memset(to, c, n);
}
EXPORT_SYMBOL(memset);
