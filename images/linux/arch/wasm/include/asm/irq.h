/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_IRQ_H
#define _ASM_WASM_IRQ_H

/* Device interrupts are bits of one 64-bit word. 0 is no interrupt. */
#define NR_IRQS		64

#include <asm-generic/irq.h>
#include <linux/types.h>

struct task_struct;

/* Reserves an interrupt line for a device; 0 when all are taken. */
unsigned int wasm_alloc_irq(void);

/* Bits of a CPU's own pending word. */
#define WASM_IPI_DEVICE		0	/* look at the devices' word */
#define WASM_IPI_RESCHEDULE	1
#define WASM_IPI_CALL		2
#define WASM_IPI_IRQ_WORK	3
#define WASM_IPI_STOP		4
#define WASM_NR_IPIS		5

/* Makes an interrupt pending for a CPU and wakes it, or interrupts its user code. */
void wasm_raise(unsigned int cpu, unsigned int bit);
/* The same for the CPU that calls. */
void wasm_raise_self(unsigned int bit);
/* Waits for an interrupt or the next timer event; interrupts are off. */
void wasm_wait_for_irq(void);
/* Takes what is pending, the timer included; interrupts are on. */
void wasm_poll_irqs(void);
/* Tells the host which task's user code to interrupt on a CPU. */
void wasm_set_cpu_task(unsigned int cpu, struct task_struct *task);
/* When this CPU's next timer event is due, on the host's clock. */
void wasm_set_deadline(u64 deadline);
u64 wasm_deadline(void);
#define WASM_NO_DEADLINE	U64_MAX
/* Tells the idle wait how long it may take. */
s64 wasm_timer_remaining_ns(void);
/* Calls the event handler when its time has come. */
void wasm_timer_check(void);
void wasm_timer_init_cpu(void);

#endif
