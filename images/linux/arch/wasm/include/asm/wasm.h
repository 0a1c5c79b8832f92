/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the host offers (imports) and small pieces of the instruction set
 * that C has no words for. Every function here is an import of host ABI
 * generation F; names and types must match it exactly.
 */
#ifndef _ASM_WASM_H
#define _ASM_WASM_H

#include <linux/types.h>

#define WASM_IMPORT(mod, nam) \
	__attribute__((import_module(#mod), import_name(#nam)))
#define WASM_EXPORT(nam) __attribute__((export_name(#nam)))

struct task_struct;

/* On main only. */
u32 WASM_IMPORT(boot, get_devicetree) host_get_devicetree(void *buf, u32 size);
u32 WASM_IMPORT(boot, get_initramfs) host_get_initramfs(void *buf, u32 size);

void WASM_IMPORT(kernel, breakpoint) host_breakpoint(void);
void WASM_IMPORT(kernel, halt_worker) host_halt_worker(void);
void WASM_IMPORT(kernel, terminate_machine) host_terminate_machine(u32 reason);
void WASM_IMPORT(kernel, boot_console_write)
	host_boot_console_write(const void *text, u32 len);
void WASM_IMPORT(kernel, boot_console_close) host_boot_console_close(void);
u64 WASM_IMPORT(kernel, get_now_nsec) host_get_now_nsec(void);
void WASM_IMPORT(kernel, get_stacktrace) host_get_stacktrace(void *buf, u32 size);
int WASM_IMPORT(kernel, spawn_worker)
	host_spawn_worker(void (*fn)(struct task_struct *), struct task_struct *arg,
			  const char *name, u32 name_len, u32 user);
void WASM_IMPORT(kernel, run_on_main)
	host_run_on_main(void (*fn)(void *), void *arg);

#define HOST_TERMINATE_CLEAN	0
#define HOST_TERMINATE_PANIC	1
#define HOST_TERMINATE_RESTART	2	/* our extension: asks for a reboot */

#define HOST_USER_NONE	0
#define HOST_USER_SHARE	1
#define HOST_USER_COPY	2

int WASM_IMPORT(user, compile_begin) host_user_compile_begin(u32 len);
int WASM_IMPORT(user, compile_write)
	host_user_compile_write(const void *buf, u32 offset, u32 len);
int WASM_IMPORT(user, compile_end) host_user_compile_end(u32 max_pages);
void WASM_IMPORT(user, compile_abort) host_user_compile_abort(void);
void WASM_IMPORT(user, instantiate) host_user_instantiate(u32 fresh_memory);
void WASM_IMPORT(user, call) host_user_call(void);
void WASM_IMPORT(user, switch_entry) host_user_switch_entry(u32 fn, u32 arg);
int WASM_IMPORT(user, call_siginfo_handler)
	host_user_call_siginfo_handler(u32 trampoline, u32 fn, int sig);
u32 WASM_IMPORT(user, read)
	host_user_read(void *to, const void __user *from, u32 n);
u32 WASM_IMPORT(user, write)
	host_user_write(void __user *to, const void *from, u32 n);
u32 WASM_IMPORT(user, write_zeroes) host_user_write_zeroes(void __user *to, u32 n);
int WASM_IMPORT(user, futex_atomic_op)
	host_user_futex_atomic_op(u32 *old, u32 __user *uaddr, u32 op, u32 arg);
int WASM_IMPORT(user, futex_atomic_cmpxchg)
	host_user_futex_atomic_cmpxchg(u32 *old, u32 __user *uaddr, u32 expected,
				       u32 new);

/* On main only: go through wasm_on_main(). */
void WASM_IMPORT(virtio, set_features) host_virtio_set_features(u32 id, u64 features);
void WASM_IMPORT(virtio, setup)
	host_virtio_setup(u32 id, u32 config_irq, void *config, u32 config_len);
void WASM_IMPORT(virtio, enable_vring)
	host_virtio_enable_vring(u32 id, u32 vq, u32 size, u32 desc, u32 irq);
void WASM_IMPORT(virtio, disable_vring) host_virtio_disable_vring(u32 id, u32 vq);
void WASM_IMPORT(virtio, notify) host_virtio_notify(u32 id, u32 vq);
void WASM_IMPORT(virtio, reset) host_virtio_reset(u32 id);
void WASM_IMPORT(virtio, config_written) host_virtio_config_written(u32 id);

/* Wakes up to count workers that wait on the word: see asm/wait.h. */
static inline unsigned int wasm_notify(const void *word, u32 count)
{
	return __builtin_wasm_memory_atomic_notify((int *)word, count);
}

/* Runs fn(arg) on main and waits until it is done. */
void wasm_on_main(void (*fn)(void *), void *arg);

void __noreturn wasm_boot_worker(struct task_struct *task);
void __noreturn wasm_idle_worker(struct task_struct *task);
void __noreturn wasm_task_worker(struct task_struct *task);

/* Trampolines in head.S: set the worker's stack, then call the above. */
void wasm_start_boot(struct task_struct *task);
void wasm_start_idle(struct task_struct *task);
void wasm_start_task(struct task_struct *task);

#endif
