/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_THREAD_INFO_H
#define _ASM_WASM_THREAD_INFO_H

#include <asm/page.h>

/*
 * Only address-taken variables live here, WebAssembly keeps locals and
 * return addresses elsewhere: 32 KiB go a long way.
 */
#define THREAD_SHIFT	15
#define THREAD_SIZE	(1 << THREAD_SHIFT)
#define THREAD_ALIGN	16

#ifndef __ASSEMBLY__

struct thread_info {
	unsigned long	flags;
	unsigned long	syscall_work;
	int		preempt_count;
	u32		cpu;
};

#define INIT_THREAD_INFO(tsk)			\
{						\
	.flags		= 0,			\
	.preempt_count	= INIT_PREEMPT_COUNT,	\
}

#endif

#define TIF_NOTIFY_RESUME	1
#define TIF_SIGPENDING		2
#define TIF_NEED_RESCHED	3
#define TIF_RESTORE_SIGMASK	4
#define TIF_MEMDIE		5
#define TIF_NOTIFY_SIGNAL	6
#define TIF_VFORK		7	/* a vfork child runs on our worker */

#define TIF_SYSCALL_TRACE	8	/* ptrace asks; nobody answers */

#define _TIF_NOTIFY_RESUME	(1 << TIF_NOTIFY_RESUME)
#define _TIF_SIGPENDING		(1 << TIF_SIGPENDING)
#define _TIF_NEED_RESCHED	(1 << TIF_NEED_RESCHED)
#define _TIF_RESTORE_SIGMASK	(1 << TIF_RESTORE_SIGMASK)
#define _TIF_NOTIFY_SIGNAL	(1 << TIF_NOTIFY_SIGNAL)
#define _TIF_VFORK		(1 << TIF_VFORK)

#define _TIF_WORK_MASK	(_TIF_NOTIFY_RESUME | _TIF_SIGPENDING | \
			 _TIF_NEED_RESCHED | _TIF_NOTIFY_SIGNAL | \
			 _TIF_RESTORE_SIGMASK)

#endif
