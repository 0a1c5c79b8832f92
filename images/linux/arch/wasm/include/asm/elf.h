/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_ELF_H
#define _ASM_WASM_ELF_H

/* There are no ELF programs; generic headers want the words. */
#include <asm/ptrace.h>

typedef unsigned long elf_greg_t;
typedef elf_greg_t elf_gregset_t[8];
typedef struct { } elf_fpregset_t;

#define ELF_ARCH		0
#define ELF_CLASS		ELFCLASS32
#define ELF_DATA		ELFDATA2LSB
#define ELF_EXEC_PAGESIZE	65536
#define ELF_PLATFORM		NULL
#define ELF_HWCAP		0
#define ELF_ET_DYN_BASE		0UL
#define elf_check_arch(x)	0
#define ELF_CORE_COPY_REGS(dest, regs)	do { } while (0);

#endif
