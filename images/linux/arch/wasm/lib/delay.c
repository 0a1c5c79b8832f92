// SPDX-License-Identifier: GPL-2.0
#include <linux/delay.h>
#include <linux/export.h>
#include <asm/processor.h>
#include <asm/wasm.h>

void __ndelay(unsigned long ns)
{
	u64 end = host_get_now_nsec() + ns;

	while (host_get_now_nsec() < end)
		cpu_relax();
}
EXPORT_SYMBOL(__ndelay);

void __udelay(unsigned long us)
{
	u64 end = host_get_now_nsec() + (u64)us * 1000;

	while (host_get_now_nsec() < end)
		cpu_relax();
}
EXPORT_SYMBOL(__udelay);

/* A loop is a nanosecond: see calibrate_delay_is_known(). */
void __delay(unsigned long loops)
{
	__ndelay(loops);
}
EXPORT_SYMBOL(__delay);
