/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_PROCESSOR_H
#define _ASM_WASM_PROCESSOR_H

#include <linux/types.h>
#include <asm/ptrace.h>
#include <asm/page.h>

/* A program's memory is its own: all of 32 bits but the last page. */
#define TASK_SIZE	0xffff0000UL
#define STACK_TOP	TASK_SIZE
#define STACK_TOP_MAX	TASK_SIZE
#define TASK_UNMAPPED_BASE	0

#ifndef __ASSEMBLY__

struct task_struct;
struct wasm_sigframe;
struct wasm_vfork;

/* Values of running_cpu that are not a CPU's number. */
#define WASM_CPU_NONE	-1	/* parked */
#define WASM_CPU_ABORT	-2	/* the task was never born: end the worker */
#define WASM_CPU_GONE	-3	/* the worker's answer to that */

struct thread_struct {
	/*
	 * The CPU that the task holds. Its worker waits here for a CPU; the
	 * task that leaves a CPU writes its number and notifies.
	 */
	int		running_cpu;
	/* Kernel stack pointer that the next syscall starts with. */
	unsigned long	entry_sp;
	/* The same outside of signal handlers. */
	unsigned long	base_sp;
	unsigned long	tls;
	struct pt_regs	regs;

	/* Where a new task starts: a kernel function, or a user one. */
	int		(*kernel_fn)(void *arg);
	void		*kernel_arg;
	unsigned long	user_fn;
	unsigned long	user_arg;

	/* Innermost signal handler that runs, NULL: none. */
	struct wasm_sigframe	*sigframe;

	/* As a parent: the child that borrows us; its pid afterwards. */
	struct wasm_vfork	*vfork;
	pid_t			vfork_pid;
	/* As a child: the same object, until exec or exit. */
	struct wasm_vfork	*vfork_served;
};

#define INIT_THREAD				\
{						\
	.running_cpu = WASM_CPU_NONE,		\
	.entry_sp = (unsigned long)init_stack + THREAD_SIZE, \
	.regs = { .nr = -1 },			\
}

#define task_pt_regs(task)	(&(task)->thread.regs)
#define KSTK_EIP(task)		0UL
#define KSTK_ESP(task)		0UL

unsigned long __get_wchan(struct task_struct *task);
void wasm_cpu_relax(void);

asm(".globaltype __stack_pointer, i32\n");

static inline unsigned long wasm_stack_pointer(void)
{
	unsigned long sp;

	asm volatile("global.get __stack_pointer\n\tlocal.set %0" : "=r"(sp));
	return sp;
}

#define cpu_relax()	wasm_cpu_relax()

/*
 * Tells the worker which CPU it holds from now on. The offset of the CPU's
 * variables is kept in a global of the instance.
 */
void wasm_set_cpu(unsigned int cpu);

#endif
#endif
