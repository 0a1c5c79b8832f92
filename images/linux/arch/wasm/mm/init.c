// SPDX-License-Identifier: GPL-2.0
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <asm/setup.h>

void *empty_zero_page;

void __init wasm_init_zones(void)
{
	unsigned long max_zone_pfn[MAX_NR_ZONES] = { };

	max_zone_pfn[ZONE_NORMAL] = max_low_pfn;
	free_area_init(max_zone_pfn);
}

void __init mem_init(void)
{
	memblock_free_all();
	/* User memory is elsewhere; this is for those who read a hole. */
	empty_zero_page = (void *)get_zeroed_page(GFP_KERNEL);
}

/* Initialization data is not in one piece, and small: it stays. */
void free_initmem(void)
{
}
