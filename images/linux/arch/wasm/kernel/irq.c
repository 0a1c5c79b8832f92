// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts. Each CPU has a word of pending bits that it sleeps on when
 * idle; devices have a word for all CPUs, so that whoever looks first takes it.
 */
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/export.h>
#include <asm/irq.h>
#include <asm/irq_regs.h>
#include <asm/irqflags.h>
#include <asm/smp.h>
#include <asm/wait.h>
#include <asm/wasm.h>

/* How many times interrupts are enabled between two looks at the clock. */
#define CLOCK_PERIOD	64

static struct cpu_word {
	u64	bits;
	u32	idle;
} ____cacheline_aligned cpu_words[NR_CPUS];

static u64 device_word ____cacheline_aligned;

/* How many of the lines are taken; line 0 is none. */
static atomic_t irqs_allocated = ATOMIC_INIT(0);

asm(".globaltype __wasm_clock_countdown, i32\n");

static inline u32 clock_countdown(void)
{
	u32 left;

	asm volatile("global.get __wasm_clock_countdown\n\tlocal.set %0" : "=r"(left));
	return left;
}

static inline void set_clock_countdown(u32 left)
{
	asm volatile("local.get %0\n\tglobal.set __wasm_clock_countdown" : : "r"(left));
}

static inline void set_irqs_on(void)
{
	asm volatile("i32.const 1\n\tglobal.set __wasm_irqs_on" ::: "memory");
}

void wasm_raise(unsigned int cpu, unsigned int bit)
{
	__atomic_fetch_or(&cpu_words[cpu].bits, BIT_ULL(bit), __ATOMIC_SEQ_CST);
	wasm_notify(&cpu_words[cpu].bits, 1);
}

void WASM_EXPORT(trigger_irq) wasm_trigger_irq(u32 irq);

/*
 * The host's interrupt. May run on main at any time: shared memory only. An
 * idle CPU takes it, and if none is, whichever enters the kernel first.
 */
void WASM_EXPORT(trigger_irq) wasm_trigger_irq(u32 irq)
{
	unsigned int cpu;

	if (irq >= NR_IRQS)
		return;
	__atomic_fetch_or(&device_word, BIT_ULL(irq), __ATOMIC_SEQ_CST);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		if (__atomic_load_n(&cpu_words[cpu].idle, __ATOMIC_SEQ_CST)) {
			wasm_raise(cpu, WASM_IPI_DEVICE);
			return;
		}
	}
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		wasm_raise(cpu, WASM_IPI_DEVICE);
}

static void handle_devices(void)
{
	u64 bits = __atomic_exchange_n(&device_word, 0, __ATOMIC_SEQ_CST);

	while (bits) {
		unsigned int irq = __ffs64(bits);

		bits &= bits - 1;
		generic_handle_irq(irq);
	}
}

/* Interrupts are off. */
static void handle_pending(struct cpu_word *word)
{
	u64 bits = __atomic_exchange_n(&word->bits, 0, __ATOMIC_SEQ_CST);
	struct pt_regs *outer = set_irq_regs(task_pt_regs(current));

	irq_enter();
	if (bits & BIT_ULL(WASM_IPI_DEVICE))
		handle_devices();
	wasm_handle_ipis(bits & ~BIT_ULL(WASM_IPI_DEVICE));
	irq_exit();
	set_irq_regs(outer);
}

/*
 * Enables interrupts, after those that are pending. Looking at the clock is a
 * call of the host, so only some of the calls do.
 */
void wasm_irq_enable(void)
{
	struct cpu_word *word = &cpu_words[raw_smp_processor_id()];
	u32 left = clock_countdown();

	if (unlikely(!left)) {
		arch_local_irq_disable();
		set_clock_countdown(CLOCK_PERIOD);
		wasm_timer_check();
	} else {
		set_clock_countdown(left - 1);
	}
	while (unlikely(READ_ONCE(word->bits))) {
		arch_local_irq_disable();
		handle_pending(word);
	}
	set_irqs_on();
}
EXPORT_SYMBOL(wasm_irq_enable);

/* At the border of user code: there is no other place for a busy CPU's timer. */
void wasm_poll_irqs(void)
{
	set_clock_countdown(0);
	wasm_irq_enable();
}

/*
 * Loops that wait for another CPU, or for time to pass, come here. The fence
 * makes the engine read memory again.
 */
void wasm_cpu_relax(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!arch_irqs_disabled())
		wasm_irq_enable();
}
EXPORT_SYMBOL(wasm_cpu_relax);

void wasm_wait_for_irq(void)
{
	struct cpu_word *word = &cpu_words[raw_smp_processor_id()];
	s64 timeout = wasm_timer_remaining_ns();

	set_clock_countdown(0);
	if (timeout == 0)
		return;
	__atomic_store_n(&word->idle, 1, __ATOMIC_SEQ_CST);
	/* An interrupt raised before idle was seen made the word non-zero. */
	wasm_sleep64(&word->bits, 0, timeout);
	__atomic_store_n(&word->idle, 0, __ATOMIC_SEQ_CST);
}

unsigned int wasm_alloc_irq(void)
{
	unsigned int irq = atomic_inc_return(&irqs_allocated);

	return irq < NR_IRQS ? irq : 0;
}

void __init init_IRQ(void)
{
	unsigned int irq;

	/*
	 * Edge: a line that is raised again while its handler runs is handled
	 * again, by the same CPU.
	 */
	for (irq = 1; irq < NR_IRQS; irq++)
		irq_set_chip_and_handler(irq, &dummy_irq_chip, handle_edge_irq);
}
