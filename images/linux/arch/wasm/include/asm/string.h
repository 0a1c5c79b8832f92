/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_STRING_H
#define _ASM_WASM_STRING_H

/* memory.copy and memory.fill; short constant sizes become loads and stores. */
#define __HAVE_ARCH_MEMCPY
void *memcpy(void *to, const void *from, __kernel_size_t n);
#define __HAVE_ARCH_MEMMOVE
void *memmove(void *to, const void *from, __kernel_size_t n);
#define __HAVE_ARCH_MEMSET
void *memset(void *to, int c, __kernel_size_t n);

#endif
