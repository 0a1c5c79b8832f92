// SPDX-License-Identifier: GPL-2.0
/* Messages before the virtio console takes over. */
#include <linux/console.h>
#include <linux/init.h>
#include <asm/setup.h>
#include <asm/wasm.h>

static void write_early(struct console *con, const char *text, unsigned int n)
{
	host_boot_console_write(text, n);
}

static int exit_early(struct console *con)
{
	host_boot_console_close();
	return 0;
}

static struct console early_console_wasm = {
	.name	= "wasm",
	.write	= write_early,
	.exit	= exit_early,
	.flags	= CON_BOOT | CON_PRINTBUFFER,
	.index	= -1,
};

void __init wasm_early_console(void)
{
	register_console(&early_console_wasm);
}
