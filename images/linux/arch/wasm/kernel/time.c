// SPDX-License-Identifier: GPL-2.0
/* The host's clock, and a timer per CPU that is a moment to watch for. */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/delay.h>
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/percpu.h>
#include <linux/sched/clock.h>
#include <linux/timekeeping.h>
#include <linux/of.h>
#include <asm/irq.h>
#include <asm/irq_regs.h>
#include <asm/wasm.h>

static DEFINE_PER_CPU(struct clock_event_device, clockevent);

static u64 boot_time_ns __ro_after_init;

static u64 read_clock(struct clocksource *cs)
{
	return host_get_now_nsec();
}

static struct clocksource host_clock = {
	.name	= "wasm",
	.rating	= 400,
	.read	= read_clock,
	.mask	= CLOCKSOURCE_MASK(64),
	.flags	= CLOCK_SOURCE_IS_CONTINUOUS,
};

unsigned long long notrace sched_clock(void)
{
	return host_get_now_nsec() - boot_time_ns;
}

void read_persistent_clock64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(host_get_now_nsec());
}

static int set_next_event(unsigned long delta_ns, struct clock_event_device *dev)
{
	wasm_set_deadline(host_get_now_nsec() + delta_ns);
	return 0;
}

static int shutdown(struct clock_event_device *dev)
{
	wasm_set_deadline(WASM_NO_DEADLINE);
	return 0;
}

s64 wasm_timer_remaining_ns(void)
{
	u64 at = wasm_deadline();
	u64 now;

	if (at == WASM_NO_DEADLINE)
		return -1;
	now = host_get_now_nsec();
	return at > now ? at - now : 0;
}

/* Interrupts are off. */
void wasm_timer_check(void)
{
	struct clock_event_device *dev;
	struct pt_regs *outer;

	if (wasm_deadline() == WASM_NO_DEADLINE ||
	    host_get_now_nsec() < wasm_deadline())
		return;
	wasm_set_deadline(WASM_NO_DEADLINE);
	dev = this_cpu_ptr(&clockevent);
	outer = set_irq_regs(task_pt_regs(current));
	irq_enter();
	dev->event_handler(dev);
	irq_exit();
	set_irq_regs(outer);
}

void wasm_timer_init_cpu(void)
{
	struct clock_event_device *dev = this_cpu_ptr(&clockevent);

	dev->name = "wasm";
	dev->features = CLOCK_EVT_FEAT_ONESHOT;
	dev->rating = 400;
	dev->cpumask = cpumask_of(smp_processor_id());
	dev->set_next_event = set_next_event;
	dev->set_state_shutdown = shutdown;
	dev->set_state_oneshot_stopped = shutdown;
	clockevents_config_and_register(dev, NSEC_PER_SEC, 1000, 0x7fffffff);
}

/* Delays look at the clock, so there is nothing to calibrate. */
unsigned long calibrate_delay_is_known(void)
{
	return NSEC_PER_SEC / HZ;
}

void __init time_init(void)
{
	boot_time_ns = host_get_now_nsec();
	clocksource_register_hz(&host_clock, NSEC_PER_SEC);
	wasm_timer_init_cpu();
}
