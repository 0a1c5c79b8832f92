/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_CURRENT_H
#define _ASM_WASM_CURRENT_H

#ifndef __ASSEMBLY__

struct task_struct;

/*
 * A worker serves one task all its life, so the task is a constant of the
 * worker's instance. The globals are defined in head.S.
 */
asm(".globaltype __wasm_current, i32\n");

static inline __attribute_const__ struct task_struct *get_current(void)
{
	struct task_struct *task;

	asm("global.get __wasm_current\n\tlocal.set %0" : "=r"(task));
	return task;
}

#define current get_current()

#endif
#endif
