/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_BORDER_H
#define _ASM_WASM_BORDER_H

#include <linux/types.h>

/* Whether user code may go on, because the host interrupts it when it must. */
bool wasm_host_watches(void);
/* Something begins that takes longer than most system calls. */
void wasm_stay_in_kernel(void);

#endif
