// SPDX-License-Identifier: GPL-2.0
/*
 * From the host's call of boot() to start_kernel(): device tree, built-in
 * initramfs, and all the memory that the host lets us have.
 */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/initrd.h>
#include <linux/memblock.h>
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/sched/task.h>
#include <linux/screen_info.h>
#include <linux/start_kernel.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/smp.h>
#include <asm/wasm.h>

/* The device tree must fit a few pages: the host's are a few KiB. */
#define DEVICE_TREE_MAX		(16 * PAGE_SIZE)

unsigned long init_stack[THREAD_SIZE / sizeof(unsigned long)] __aligned(16);
unsigned int wasm_ncpus = 1;

/* The cpio that other ports link in; the host has it. */
char __initramfs_start[1024] __aligned(4);
unsigned long __initramfs_size;

/* No driver wants reserved memory: just the sentinel of the table. */
extern const struct of_device_id __reservedmem_of_table[];
const struct of_device_id __reservedmem_of_table[1];

static char __initdata command_line[COMMAND_LINE_SIZE];
static void *__initdata device_tree;
static u32 __initdata device_tree_size;

static unsigned long grow_memory(unsigned long pages)
{
	return __builtin_wasm_memory_grow(0, pages);
}

void WASM_EXPORT(boot) wasm_boot(void);

/*
 * Runs on main, on the linker's stack, which main keeps for its callbacks:
 * the kernel proper starts on a worker.
 */
void WASM_EXPORT(boot) wasm_boot(void)
{
	unsigned long page;

	__initramfs_size = host_get_initramfs(__initramfs_start,
					      sizeof(__initramfs_start));

	device_tree_size = host_get_devicetree(NULL, 0);
	if (!device_tree_size || device_tree_size > DEVICE_TREE_MAX)
		__builtin_trap();
	page = grow_memory(DIV_ROUND_UP(device_tree_size, PAGE_SIZE));
	if (page == -1UL)
		__builtin_trap();
	device_tree = (void *)(page << PAGE_SHIFT);
	host_get_devicetree(device_tree, device_tree_size);

	host_spawn_worker(wasm_start_boot, &init_task, "boot", 4, HOST_USER_NONE);
}

void __noreturn wasm_boot_worker(struct task_struct *task)
{
	task->thread.running_cpu = 0;
	start_kernel();
	unreachable();
}

/*
 * Takes all the memory that the host gives, at most up to limit: ever smaller
 * pieces, until none is left. Untouched pages cost the host nothing.
 */
static void __init grow_to(phys_addr_t limit)
{
	unsigned long limit_pages = limit ? PFN_DOWN(limit) : ULONG_MAX;
	unsigned long piece = 1UL << (32 - PAGE_SHIFT);

	while (piece) {
		unsigned long size = __builtin_wasm_memory_size(0);

		if (size >= limit_pages)
			return;
		piece = min(piece, limit_pages - size);
		if (grow_memory(piece) == -1UL)
			piece /= 2;
	}
}

/*
 * The device tree's memory node says what the host is ready to give; its
 * size may be 0, which means whatever growing gives.
 */
static void __init find_memory(void)
{
	phys_addr_t end;

	grow_to(memblock_phys_mem_size() ? memblock_end_of_DRAM() : 0);
	end = (phys_addr_t)__builtin_wasm_memory_size(0) << PAGE_SHIFT;
	memblock_add(0, end);
	memblock_remove(end, PHYS_ADDR_MAX - end);

	/* Page 0, the kernel's data, and the stack of main. */
	memblock_reserve(0, PAGE_ALIGN((unsigned long)__heap_base));
	memblock_reserve((unsigned long)device_tree, device_tree_size);
	memblock_reserve(phys_initrd_start, phys_initrd_size);
}

static void __init read_cpu_count(void)
{
	int chosen = of_get_flat_dt_subnode_by_name(of_get_flat_dt_root(), "chosen");
	const __be32 *ncpus;
	int len;

	if (chosen < 0)
		return;
	ncpus = of_get_flat_dt_prop(chosen, "ncpus", &len);
	if (ncpus && len == sizeof(*ncpus))
		wasm_ncpus = clamp(be32_to_cpup(ncpus), 1U, (u32)NR_CPUS);
}

void __init setup_arch(char **cmdline_p)
{
	wasm_early_console();
	setup_initial_init_mm(NULL, NULL, NULL, __heap_base);

	if (!early_init_dt_scan(device_tree, __pa(device_tree)))
		panic("The host's device tree is broken");
	find_memory();
	strscpy(command_line, boot_command_line, sizeof(command_line));
	*cmdline_p = command_line;
	parse_early_param();

	read_cpu_count();
	early_init_fdt_scan_reserved_mem();

	min_low_pfn = 0;
	max_low_pfn = max_pfn = PFN_DOWN(memblock_end_of_DRAM());
	memblock_set_current_limit(memblock_end_of_DRAM());

	wasm_init_zones();
	unflatten_device_tree();
	wasm_smp_setup(wasm_ncpus);
}
