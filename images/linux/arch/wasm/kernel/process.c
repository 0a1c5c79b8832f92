// SPDX-License-Identifier: GPL-2.0
/* Tasks and their workers: birth, the hand-over of a CPU, death. */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <asm/border.h>
#include <asm/irq.h>
#include <asm/mmu_context.h>
#include <asm/switch_to.h>
#include <asm/syscall.h>
#include <asm/wait.h>
#include <asm/wasm.h>

asmlinkage void schedule_tail(struct task_struct *prev);

/* The task that gave a CPU away, for the one that took it. */
static DEFINE_PER_CPU(struct task_struct *, switched_from);

void wasm_set_cpu(unsigned int cpu)
{
	asm volatile("local.get %0\n\tglobal.set __wasm_cpu_offset"
		     : : "r"(__per_cpu_offset[cpu]) : "memory");
	wasm_set_cpu_task(cpu, current);
	/* A kernel thread, or the idle task: there is no user code to go on to. */
	if (!current->mm)
		wasm_stay_in_kernel();
}

/*
 * Waits until somebody gives this task a CPU. Called on the task's worker,
 * with interrupts off, and also when the task's memory may vanish after an
 * abort: the answer is then not read again.
 */
static int wait_for_cpu(struct task_struct *task)
{
	int cpu;

	for (;;) {
		cpu = __atomic_load_n(&task->thread.running_cpu, __ATOMIC_SEQ_CST);
		if (cpu != WASM_CPU_NONE)
			return cpu;
		wasm_sleep32(&task->thread.running_cpu, WASM_CPU_NONE, -1);
	}
}

static void give_cpu(struct task_struct *task, int cpu)
{
	__atomic_store_n(&task->thread.running_cpu, cpu, __ATOMIC_SEQ_CST);
	wasm_notify(&task->thread.running_cpu, 1);
}

/*
 * Once next has the CPU, a dead prev may be freed with its stack at any time:
 * nothing of it is touched any more, this function has nothing on the stack.
 */
struct task_struct *__switch_to(struct task_struct *prev,
				struct task_struct *next)
{
	unsigned int cpu = task_thread_info(prev)->cpu;
	bool dead = READ_ONCE(prev->__state) == TASK_DEAD;

	__this_cpu_write(switched_from, prev);
	__atomic_store_n(&prev->thread.running_cpu, WASM_CPU_NONE, __ATOMIC_SEQ_CST);
	give_cpu(next, cpu);
	if (dead) {
		host_halt_worker();
		unreachable();
	}

	wasm_set_cpu(wait_for_cpu(prev));
	return __this_cpu_read(switched_from);
}

/* First C function of every task but the idle ones. */
void __noreturn wasm_task_worker(struct task_struct *task)
{
	int cpu = wait_for_cpu(task);

	if (cpu == WASM_CPU_ABORT) {
		give_cpu(task, WASM_CPU_GONE);
		host_halt_worker();
		unreachable();
	}
	wasm_set_cpu(cpu);
	schedule_tail(__this_cpu_read(switched_from));

	if (task->thread.kernel_fn) {
		task->thread.kernel_fn(task->thread.kernel_arg);
		/* A kernel function returns after it has executed a program. */
		task->thread.kernel_fn = NULL;
	} else {
		host_user_switch_entry(task->thread.user_fn,
				       task->thread.user_arg);
	}
	wasm_user_mode();
}

static u32 user_of_clone(const struct kernel_clone_args *args)
{
	/* A vfork child runs kernel code, in its parent's user memory. */
	if (args->fn == wasm_vfork_child)
		return HOST_USER_SHARE;
	if (args->fn)
		return HOST_USER_NONE;
	return args->flags & CLONE_VM ? HOST_USER_SHARE : HOST_USER_COPY;
}

int copy_thread(struct task_struct *p, const struct kernel_clone_args *args)
{
	struct thread_struct *thread = &p->thread;

	thread->running_cpu = WASM_CPU_NONE;
	thread->entry_sp = (unsigned long)task_stack_page(p) + THREAD_SIZE;
	thread->base_sp = thread->entry_sp;
	thread->regs.nr = -1;
	thread->sigframe = NULL;
	thread->vfork = NULL;
	thread->vfork_served = NULL;
	thread->vfork_pid = 0;
	clear_tsk_thread_flag(p, TIF_VFORK);

	thread->kernel_fn = args->fn;
	thread->kernel_arg = args->fn_arg;
	/* sys_clone has no stack to give: the fields carry the entry. */
	thread->user_fn = args->stack;
	thread->user_arg = args->stack_size;
	if (args->flags & CLONE_SETTLS)
		thread->tls = args->tls;

	/* An idle task starts with its CPU: see __cpu_up(). */
	if (args->idle)
		return 0;
	return host_spawn_worker(wasm_start_task, p, p->comm, strlen(p->comm),
				 user_of_clone(args));
}

/*
 * Called for a task that ends, and for one that failed to come to life. The
 * worker of the latter still waits for a CPU and must go before the task's
 * memory does.
 */
void exit_thread(struct task_struct *task)
{
	if (task == current) {
		wasm_vfork_exit(task);
		return;
	}
	give_cpu(task, WASM_CPU_ABORT);
	/* Asleep: the worker may need our host thread to get there. */
	while (__atomic_load_n(&task->thread.running_cpu, __ATOMIC_SEQ_CST) !=
	       WASM_CPU_GONE)
		wasm_sleep32(&task->thread.running_cpu, WASM_CPU_ABORT, -1);
}

void flush_thread(void)
{
	current->thread.sigframe = NULL;
	current->thread.entry_sp = current->thread.base_sp;
	current->thread.tls = 0;
	wasm_vfork_exec();
}

void arch_cpu_idle(void)
{
	wasm_wait_for_irq();
}

unsigned long __get_wchan(struct task_struct *task)
{
	return 0;
}

/* Short enough for a holder that runs, long enough to not sleep for it. */
#define SPINS 200

/*
 * The word tells the holder that somebody sleeps. Interrupts that would be
 * taken while spinning on other machines must be taken here too: the holder may
 * wait for our answer to an IPI.
 */
void wasm_spin_lock_slow(arch_spinlock_t *lock)
{
	unsigned int i;

	for (i = 0; i < SPINS; i++) {
		cpu_relax();
		if (!READ_ONCE(lock->word) && arch_spin_trylock(lock))
			return;
	}
	while (__atomic_exchange_n(&lock->word, 2, __ATOMIC_SEQ_CST)) {
		wasm_sleep32(&lock->word, 2,
			    arch_irqs_disabled() ? -1 : NSEC_PER_MSEC);
		cpu_relax();
	}
}
EXPORT_SYMBOL(wasm_spin_lock_slow);
