/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ASM_WASM_WAIT_H
#define _ASM_WASM_WAIT_H

#include <linux/types.h>

/*
 * Waits on a shared word until it is notified, unless it is not as expected
 * to begin with. Timeout in ns, negative: for ever.
 */
int wasm_sleep32(const void *word, u32 expected, s64 timeout_ns);
int wasm_sleep64(const void *word, u64 expected, s64 timeout_ns);

#endif
