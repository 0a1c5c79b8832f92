// SPDX-License-Identifier: GPL-2.0
/* Traces of code whose stack only the host can see. */
#include <linux/cpu.h>
#include <linux/init.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/wasm.h>

static char trace_text[4096];
static DEFINE_RAW_SPINLOCK(trace_lock);

void show_stack(struct task_struct *task, unsigned long *sp, const char *loglvl)
{
	unsigned long flags;
	char *rest = trace_text;
	char *line;

	if (task && task != current) {
		printk("%sThe host shows only a running task's stack\n", loglvl);
		return;
	}
	raw_spin_lock_irqsave(&trace_lock, flags);
	memset(trace_text, 0, sizeof(trace_text));
	host_get_stacktrace(trace_text, sizeof(trace_text) - 1);
	printk("%sCall trace:\n", loglvl);
	while ((line = strsep(&rest, "\n")))
		if (*line)
			printk("%s %s\n", loglvl, line);
	raw_spin_unlock_irqrestore(&trace_lock, flags);
}

void show_regs(struct pt_regs *regs)
{
	show_regs_print_info(KERN_DEFAULT);
	printk("syscall %ld (%lx, %lx, %lx, %lx, %lx, %lx)\n", regs->nr,
	       regs->args[0], regs->args[1], regs->args[2], regs->args[3],
	       regs->args[4], regs->args[5]);
}

/* Traps end the machine: the host reports them. */
void __init trap_init(void)
{
}
