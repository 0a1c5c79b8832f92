// SPDX-License-Identifier: GPL-2.0
/* What head.S must know about C structures. */
#include <linux/kbuild.h>
#include <linux/sched.h>
#include <asm/thread_info.h>

int main(void);

int main(void)
{
	DEFINE(TASK_STACK, offsetof(struct task_struct, stack));
	DEFINE(TASK_ENTRY_SP, offsetof(struct task_struct, thread.entry_sp));
	DEFINE(WASM_THREAD_SIZE, THREAD_SIZE);
	return 0;
}
