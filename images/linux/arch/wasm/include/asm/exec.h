/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_EXEC_H
#define _ASM_WASM_EXEC_H

#include <linux/refcount.h>
#include <linux/types.h>

#define arch_align_stack(sp) (sp)

struct mm_struct;

/*
 * What a program was started with. It stays in kernel memory: the program
 * fetches it with get_args, and /proc shows it without user memory at hand.
 */
struct wasm_args {
	refcount_t	users;
	u32		argc;
	u32		envc;
	u32		env_offset;	/* into strings */
	u32		execfn_offset;
	u32		strings_len;
	u32		secure;
	u32		uid, euid, gid, egid;
	u8		random[16];
	char		strings[];
};

/* Writes the initial stack image for the program; its size or an error. */
long wasm_write_args(const struct wasm_args *args, u32 buf, u32 size);

/* For access_remote_vm(): the strings are at arg_start .. env_end. */
int wasm_read_args(struct mm_struct *mm, unsigned long addr, void *buf, int len);

#endif
