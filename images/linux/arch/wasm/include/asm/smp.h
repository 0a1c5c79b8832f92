/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_SMP_H
#define _ASM_WASM_SMP_H

#include <linux/cpumask.h>
#include <asm/current.h>

/* current's thread_info is the task's first member. */
#define raw_smp_processor_id() (((struct thread_info *)current)->cpu)

void arch_send_call_function_single_ipi(int cpu);
void arch_send_call_function_ipi_mask(struct cpumask *mask);

void __init wasm_smp_setup(unsigned int ncpus);
/* Serves one CPU's IPI bits; in interrupt context. */
void wasm_handle_ipis(u64 bits);

#endif
