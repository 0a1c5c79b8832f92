// SPDX-License-Identifier: GPL-2.0
#include <linux/export.h>
#include <asm/wait.h>

/*
 * Functions of their own, and nothing lives across the instruction: an engine
 * in wide use (V8's baseline compiler, as of 11.3) loses locals there.
 */
int wasm_sleep32(const void *word, u32 expected, s64 timeout_ns)
{
	return __builtin_wasm_memory_atomic_wait32((int *)word, (int)expected,
						   timeout_ns);
}
EXPORT_SYMBOL(wasm_sleep32);

int wasm_sleep64(const void *word, u64 expected, s64 timeout_ns)
{
	return __builtin_wasm_memory_atomic_wait64((long long *)word,
						   (long long)expected,
						   timeout_ns);
}
EXPORT_SYMBOL(wasm_sleep64);
