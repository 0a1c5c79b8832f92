/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_SETUP_H
#define _ASM_WASM_SETUP_H

#define COMMAND_LINE_SIZE	2048

#ifndef __ASSEMBLY__
/* The number of CPUs that the device tree promises. */
extern unsigned int wasm_ncpus;

void wasm_init_zones(void);
void wasm_early_console(void);
#endif

#endif
