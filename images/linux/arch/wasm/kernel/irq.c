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
#include <asm/border.h>
#include <asm/irq.h>
#include <asm/irq_regs.h>
#include <asm/irqflags.h>
#include <asm/smp.h>
#include <asm/wait.h>
#include <asm/wasm.h>

/* How many times interrupts are enabled between two looks at the clock. */
#define CLOCK_PERIOD	64

/*
 * What the host sees of a CPU to interrupt its user code; the layout is part
 * of the ABI (docs/host-abi.md, section 8).
 */
struct cpu_word {
	u64	bits;		/* pending interrupts; an idle CPU waits here */
	u64	deadline;	/* of its timer, on the host's clock */
	u32	idle;
	u32	task;		/* that it runs, as spawn_worker was told */
	u32	looks;		/* at bits before user code goes on; not for the host */
} ____cacheline_aligned;

static struct {
	/*
	 * When the host looks at the CPUs next. 0 has it look now, if it is
	 * notified; it stays 0 where the host does not look at all.
	 */
	u64		look_at;
	u32		count;
	u32		stride;
	struct cpu_word	cpus[NR_CPUS];
} interrupts = {
	.count	= NR_CPUS,
	.stride	= sizeof(struct cpu_word),
	.cpus	= { [0 ... NR_CPUS - 1] = { .deadline = WASM_NO_DEADLINE } },
};

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

u32 WASM_EXPORT(interrupt_words) wasm_interrupt_words(void);

u32 WASM_EXPORT(interrupt_words) wasm_interrupt_words(void)
{
	return (u32)&interrupts;
}

/* Has the host look at the CPUs now, unless it is already on the way. */
static void call_host(void)
{
	if (__atomic_exchange_n(&interrupts.look_at, 0, __ATOMIC_SEQ_CST))
		wasm_notify(&interrupts.look_at, 1);
}

void wasm_raise_self(unsigned int bit)
{
	struct cpu_word *word = &interrupts.cpus[raw_smp_processor_id()];

	__atomic_fetch_or(&word->bits, BIT_ULL(bit), __ATOMIC_SEQ_CST);
}

/* May run on main, where there is no current CPU. */
void wasm_raise(unsigned int cpu, unsigned int bit)
{
	struct cpu_word *word = &interrupts.cpus[cpu];
	bool looks;

	__atomic_fetch_or(&word->bits, BIT_ULL(bit), __ATOMIC_SEQ_CST);
	/* Now, before it is woken and goes on to user code. */
	looks = __atomic_load_n(&word->idle, __ATOMIC_SEQ_CST) ||
		__atomic_load_n(&word->looks, __ATOMIC_SEQ_CST);
	wasm_notify(&word->bits, 1);
	if (!looks && __atomic_load_n(&interrupts.look_at, __ATOMIC_SEQ_CST))
		call_host();
}

/*
 * This CPU is in the kernel for a while. Whoever raises an interrupt need not
 * have the host look for user code to interrupt, which takes a thread of the
 * host: the CPU looks itself before user code goes on. Most system calls are
 * over so soon that they do without.
 */
void wasm_stay_in_kernel(void)
{
	struct cpu_word *word = &interrupts.cpus[raw_smp_processor_id()];

	/* A store that comes late costs the host a look and nothing else. */
	if (!READ_ONCE(word->looks))
		WRITE_ONCE(word->looks, 1);
}
EXPORT_SYMBOL(wasm_stay_in_kernel);

/* Before the CPU looks at its interrupts for the last time. */
static inline void leave_kernel(struct cpu_word *word)
{
	if (READ_ONCE(word->looks))
		__atomic_exchange_n(&word->looks, 0, __ATOMIC_SEQ_CST);
}

/* Before the CPU looks at its interrupts the last time for this task. */
void wasm_set_cpu_task(unsigned int cpu, struct task_struct *task)
{
	__atomic_store_n(&interrupts.cpus[cpu].task, (u32)task, __ATOMIC_SEQ_CST);
}

/* Stored for good before wasm_poll_irqs() asks when the host looks. */
void wasm_set_deadline(u64 deadline)
{
	__atomic_store_n(&interrupts.cpus[raw_smp_processor_id()].deadline,
			 deadline, __ATOMIC_SEQ_CST);
}

u64 wasm_deadline(void)
{
	return READ_ONCE(interrupts.cpus[raw_smp_processor_id()].deadline);
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
		if (__atomic_load_n(&interrupts.cpus[cpu].idle, __ATOMIC_SEQ_CST)) {
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
	struct cpu_word *word = &interrupts.cpus[raw_smp_processor_id()];
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

/*
 * At the border of user code: true if nothing is pending, and the host is
 * going to interrupt when the next timer event comes or anything else does.
 * Then nobody need ask for the time, which is a call of the host. The word is
 * 0 where the host does not watch at all.
 */
bool wasm_host_watches(void)
{
	struct cpu_word *word = &interrupts.cpus[raw_smp_processor_id()];
	u64 look_at, late;

	leave_kernel(word);
	look_at = READ_ONCE(interrupts.look_at);
	/* The top bit, if the host does not watch or looks after the deadline. */
	late = (look_at - 1) | ((word->deadline >> 1) - (look_at >> 1));
	/*
	 * One condition of all: hosts cut out branches that were never taken
	 * when they compiled, and each of these rarely is.
	 */
	return !(late >> 63 | READ_ONCE(word->bits) |
		 (arch_local_save_flags() ^ ARCH_IRQ_ENABLED));
}

/*
 * Otherwise. While user code runs the host watches the time, if it can, and
 * must know if the next event comes before it looks.
 */
void wasm_poll_irqs(void)
{
	struct cpu_word *word = &interrupts.cpus[raw_smp_processor_id()];

	/* Again if a handler has said that the CPU stays. */
	do {
		leave_kernel(word);
		set_clock_countdown(0);
		wasm_irq_enable();
	} while (READ_ONCE(word->looks));
	if (unlikely(wasm_deadline() < READ_ONCE(interrupts.look_at)))
		call_host();
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
	struct cpu_word *word = &interrupts.cpus[raw_smp_processor_id()];
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
