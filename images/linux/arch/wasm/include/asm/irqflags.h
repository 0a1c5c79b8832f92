/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_IRQFLAGS_H
#define _ASM_WASM_IRQFLAGS_H

#ifndef __ASSEMBLY__

#define ARCH_IRQ_DISABLED	0
#define ARCH_IRQ_ENABLED	1

/*
 * Nothing interrupts WebAssembly code: pending interrupts are taken where
 * the kernel looks, first of all where it enables them. A task switch happens
 * with interrupts off, so a flag per worker is a flag per CPU.
 */
asm(".globaltype __wasm_irqs_on, i32\n");

void wasm_irq_enable(void);

static inline unsigned long arch_local_save_flags(void)
{
	unsigned long flags;

	asm volatile("global.get __wasm_irqs_on\n\tlocal.set %0" : "=r"(flags));
	return flags;
}
#define arch_local_save_flags arch_local_save_flags

static inline void arch_local_irq_disable(void)
{
	asm volatile("i32.const 0\n\tglobal.set __wasm_irqs_on" ::: "memory");
}
#define arch_local_irq_disable arch_local_irq_disable

static inline void arch_local_irq_enable(void)
{
	wasm_irq_enable();
}
#define arch_local_irq_enable arch_local_irq_enable

static inline void arch_local_irq_restore(unsigned long flags)
{
	if (flags)
		wasm_irq_enable();
	else
		arch_local_irq_disable();
}
#define arch_local_irq_restore arch_local_irq_restore

#include <asm-generic/irqflags.h>

#endif
#endif
