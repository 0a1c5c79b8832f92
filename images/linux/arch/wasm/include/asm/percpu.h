/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_PERCPU_H
#define _ASM_WASM_PERCPU_H

/* A C identifier, for which the linker defines the bounds. */
#define PER_CPU_BASE_SECTION "percpu"

#ifndef __ASSEMBLY__

asm(".globaltype __wasm_cpu_offset, i32\n");

/* Changes whenever the task sleeps, hence volatile. */
static inline unsigned long wasm_cpu_offset(void)
{
	unsigned long offset;

	asm volatile("global.get __wasm_cpu_offset\n\tlocal.set %0"
		     : "=r"(offset));
	return offset;
}

#define __my_cpu_offset wasm_cpu_offset()

#endif

#include <asm-generic/percpu.h>

#endif
