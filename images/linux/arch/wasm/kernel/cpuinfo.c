// SPDX-License-Identifier: GPL-2.0
/* /proc/cpuinfo */
#include <linux/cpumask.h>
#include <linux/seq_file.h>

static void *c_start(struct seq_file *m, loff_t *pos)
{
	*pos = cpumask_next(*pos - 1, cpu_online_mask);
	return *pos < nr_cpu_ids ? (void *)(unsigned long)(*pos + 1) : NULL;
}

static void *c_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return c_start(m, pos);
}

static void c_stop(struct seq_file *m, void *v)
{
}

static int c_show(struct seq_file *m, void *v)
{
	seq_printf(m, "processor\t: %lu\n", (unsigned long)v - 1);
	seq_puts(m, "vendor_id\t: Tuxloom\n");
	seq_puts(m, "model name\t: WebAssembly virtual CPU\n");
	seq_puts(m, "isa\t\t: wasm32\n");
	seq_puts(m, "features\t: atomics bulk-memory mutable-globals sign-ext\n\n");
	return 0;
}

const struct seq_operations cpuinfo_op = {
	.start	= c_start,
	.next	= c_next,
	.stop	= c_stop,
	.show	= c_show,
};
