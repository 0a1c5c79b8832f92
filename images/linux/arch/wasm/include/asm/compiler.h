/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Forced into every file. WebAssembly code has no addresses: a return
 * address could only be asked from the host, and it is the hottest import of
 * ports that do. Traces come from the host instead (dump_stack).
 */
#ifndef _ASM_WASM_COMPILER_H
#define _ASM_WASM_COMPILER_H

#define __builtin_return_address(level)	((void *)0)

#endif
