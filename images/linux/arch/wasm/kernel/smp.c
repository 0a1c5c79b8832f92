// SPDX-License-Identifier: GPL-2.0
/* Other CPUs: their idle tasks get a worker each, and IPIs are bits. */
#include <linux/cpu.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/irq_work.h>
#include <linux/sched.h>
#include <linux/sched/hotplug.h>
#include <linux/sched/mm.h>
#include <linux/sched/task_stack.h>
#include <linux/smp.h>
#include <asm/irq.h>
#include <asm/wasm.h>

void __init wasm_smp_setup(unsigned int ncpus)
{
	unsigned int cpu;

	for (cpu = 0; cpu < ncpus; cpu++) {
		set_cpu_possible(cpu, true);
		set_cpu_present(cpu, true);
	}
}

void __init smp_prepare_boot_cpu(void)
{
	/* Only now do the CPUs have variables of their own. */
	wasm_set_cpu(0);
}

void __init smp_prepare_cpus(unsigned int max_cpus)
{
}

void __init smp_cpus_done(unsigned int max_cpus)
{
}

int __cpu_up(unsigned int cpu, struct task_struct *idle)
{
	int err;

	task_thread_info(idle)->cpu = cpu;
	idle->thread.running_cpu = cpu;
	err = host_spawn_worker(wasm_start_idle, idle, "idle", 4, HOST_USER_NONE);
	if (err)
		return err;
	while (!cpu_online(cpu))
		cpu_relax();
	return 0;
}

void __noreturn wasm_idle_worker(struct task_struct *idle)
{
	unsigned int cpu = task_thread_info(idle)->cpu;

	wasm_set_cpu(cpu);
	mmgrab(&init_mm);
	current->active_mm = &init_mm;

	notify_cpu_starting(cpu);
	wasm_timer_init_cpu();
	set_cpu_online(cpu, true);
	local_irq_enable();
	cpu_startup_entry(CPUHP_AP_ONLINE_IDLE);
	unreachable();
}

void wasm_handle_ipis(u64 bits)
{
	if (bits & BIT_ULL(WASM_IPI_RESCHEDULE))
		scheduler_ipi();
	if (bits & BIT_ULL(WASM_IPI_CALL))
		generic_smp_call_function_interrupt();
	if (bits & BIT_ULL(WASM_IPI_IRQ_WORK))
		irq_work_run();
	if (bits & BIT_ULL(WASM_IPI_STOP)) {
		set_cpu_online(smp_processor_id(), false);
		host_halt_worker();
	}
}

void arch_smp_send_reschedule(int cpu)
{
	wasm_raise(cpu, WASM_IPI_RESCHEDULE);
}

void arch_send_call_function_single_ipi(int cpu)
{
	wasm_raise(cpu, WASM_IPI_CALL);
}

void arch_send_call_function_ipi_mask(struct cpumask *mask)
{
	unsigned int cpu;

	for_each_cpu(cpu, mask)
		wasm_raise(cpu, WASM_IPI_CALL);
}

#ifdef CONFIG_IRQ_WORK
void arch_irq_work_raise(void)
{
	wasm_raise_self(WASM_IPI_IRQ_WORK);
}
#endif

/* For a panic and the end of the machine: nobody waits for the others. */
void smp_send_stop(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (cpu != smp_processor_id())
			wasm_raise(cpu, WASM_IPI_STOP);
}
