/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Globals of an instance, and the first instructions of a worker. An instance
 * starts with the linker's stack, which all instances share: nothing may be
 * put on it by a worker, so the stack is set before any C code runs.
 */
#include <asm/asm-offsets.h>

	.globaltype __stack_pointer, i32

/* The task that this worker serves; 0 on main. */
	.globaltype __wasm_current, i32
	.globl __wasm_current
__wasm_current:

/* Offset of the variables of the CPU that the worker holds. */
	.globaltype __wasm_cpu_offset, i32
	.globl __wasm_cpu_offset
__wasm_cpu_offset:

/* 1: interrupts are enabled. */
	.globaltype __wasm_irqs_on, i32
	.globl __wasm_irqs_on
__wasm_irqs_on:

/* Counts down to the next look at the clock. */
	.globaltype __wasm_clock_countdown, i32
	.globl __wasm_clock_countdown
__wasm_clock_countdown:

	.functype wasm_boot_worker (i32) -> ()
	.functype wasm_idle_worker (i32) -> ()
	.functype wasm_task_worker (i32) -> ()
	.functype wasm_syscall (i32, i32, i32, i32, i32, i32, i32) -> (i32)
	.functype wasm_take_interrupts () -> ()

/* name(task): take the task's stack and identity, then go to C. */
.macro worker_entry name, target
	.globl \name
	.type \name, @function
\name:
	.functype \name (i32) -> ()
	local.get 0
	i32.load TASK_STACK
	i32.const WASM_THREAD_SIZE
	i32.add
	global.set __stack_pointer
	local.get 0
	global.set __wasm_current
	local.get 0
	call \target
	unreachable
	end_function
.endm

	worker_entry wasm_start_boot, wasm_boot_worker
	worker_entry wasm_start_idle, wasm_idle_worker
	worker_entry wasm_start_task, wasm_task_worker

/*
 * The export "syscall". User code may have left a signal handler by an
 * exception, which unwinds frames of ours without restoring the stack
 * pointer; so each syscall starts from the remembered one.
 */
	.globl syscall
	.export_name syscall, syscall
	.type syscall, @function
syscall:
	.functype syscall (i32, i32, i32, i32, i32, i32, i32) -> (i32)
	global.get __wasm_current
	i32.load TASK_ENTRY_SP
	global.set __stack_pointer
	local.get 0
	local.get 1
	local.get 2
	local.get 3
	local.get 4
	local.get 5
	local.get 6
	call wasm_syscall
	end_function

/* The export "take_interrupts", for user code in the middle of its work. */
	.globl take_interrupts
	.export_name take_interrupts, take_interrupts
	.type take_interrupts, @function
take_interrupts:
	.functype take_interrupts () -> ()
	global.get __wasm_current
	i32.load TASK_ENTRY_SP
	global.set __stack_pointer
	call wasm_take_interrupts
	end_function
