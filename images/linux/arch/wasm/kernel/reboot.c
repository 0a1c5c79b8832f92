// SPDX-License-Identifier: GPL-2.0
/* The end of the machine is the host's to make. */
#include <linux/init.h>
#include <linux/panic.h>
#include <linux/reboot.h>
#include <linux/smp.h>
#include <asm/wasm.h>

void (*pm_power_off)(void);

static void __noreturn terminate(u32 reason)
{
	host_terminate_machine(reason);
	unreachable();
}

void machine_halt(void)
{
	terminate(HOST_TERMINATE_CLEAN);
}

void machine_power_off(void)
{
	terminate(HOST_TERMINATE_CLEAN);
}

/* panic() with a timeout comes here, too. */
void machine_restart(char *cmd)
{
	if (atomic_read(&panic_cpu) != PANIC_CPU_INVALID)
		terminate(HOST_TERMINATE_PANIC);
	terminate(HOST_TERMINATE_RESTART);
}

/* Without a timeout panic() blinks for ever; all has been printed by then. */
static long blink(int state)
{
	terminate(HOST_TERMINATE_PANIC);
}

static int __init set_blink(void)
{
	panic_blink = blink;
	return 0;
}
early_initcall(set_blink);
