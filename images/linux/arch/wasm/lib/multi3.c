// SPDX-License-Identifier: GPL-2.0
#include <linux/types.h>

struct wasm_u128 {
	u64 low;
	u64 high;
};

void __multi3(struct wasm_u128 *result, u64 a_low, u64 a_high, u64 b_low, u64 b_high);

/* 128-bit product: what the compiler calls to see 64-bit overflow. */
void __multi3(struct wasm_u128 *result, u64 a_low, u64 a_high, u64 b_low, u64 b_high)
{
	u64 a0 = (u32)a_low, a1 = a_low >> 32;
	u64 b0 = (u32)b_low, b1 = b_low >> 32;
	u64 p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
	u64 middle = (p00 >> 32) + (u32)p01 + (u32)p10;

	result->low = (u32)p00 | middle << 32;
	result->high = p11 + (p01 >> 32) + (p10 >> 32) + (middle >> 32) +
		       a_high * b_low + a_low * b_high;
}
