// SPDX-License-Identifier: GPL-2.0
#include <linux/linkage.h>
#include <linux/syscalls.h>
#include <asm/syscall.h>
#include <asm/unistd.h>

#define __SYSCALL_WITH_COMPAT(nr, native, compat)	__SYSCALL(nr, native)

#undef __SYSCALL
#define __SYSCALL(nr, call) long wasm_##call(const struct pt_regs *regs);
#include <asm/syscall_table_32.h>

long wasm_sys_wasm_brk(const struct pt_regs *regs);
long wasm_sys_wait4(const struct pt_regs *regs);
long wasm_sys_wasm_set_thread_area(const struct pt_regs *regs);
long wasm_sys_wasm_get_args(const struct pt_regs *regs);
long wasm_sys_wasm_vfork(const struct pt_regs *regs);
long wasm_sys_wasm_vfork_pid(const struct pt_regs *regs);

#undef __SYSCALL
#define __SYSCALL(nr, call)	[nr] = wasm_##call,

const wasm_syscall_fn sys_call_table[NR_syscalls] = {
	[0 ... NR_syscalls - 1] = wasm_sys_ni_syscall,
#include <asm/syscall_table_32.h>
	[__NR_brk] = wasm_sys_wasm_brk,
	[__NR_wasm_wait4] = wasm_sys_wait4,
	[__NR_wasm_set_thread_area] = wasm_sys_wasm_set_thread_area,
	[__NR_wasm_get_args] = wasm_sys_wasm_get_args,
	[__NR_wasm_vfork] = wasm_sys_wasm_vfork,
	[__NR_wasm_vfork_pid] = wasm_sys_wasm_vfork_pid,
};
