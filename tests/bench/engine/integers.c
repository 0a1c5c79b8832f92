// SPDX-License-Identifier: Apache-2.0
/* Integer arithmetic, calls, indirect calls. */
#include "workloads.h"

/* 32- and 64-bit arithmetic with dependent steps, branches and shifts. */
WORKLOAD(mix)
{
	uint32_t sum = 0;

	for (uint32_t r = 0; r < rounds; r++) {
		uint32_t a = 0x9e3779b9 + r, b = 12345;
		uint64_t c = 0x123456789abcdefULL;

		for (uint32_t i = 0; i < 1500000; i++) {
			a = a * 1664525 + 1013904223;
			b ^= a >> (b & 15);
			c = (c << 7 | c >> 57) + (a ^ b);
			if ((c & 7) == 3)
				b += (uint32_t)(c % 1009);
			else
				a -= b << 3;
		}
		sum ^= a + b + (uint32_t)c;
	}
	return sum;
}

__attribute__((noinline)) static uint32_t fib_of(uint32_t n)
{
	return n < 2 ? n : fib_of(n - 1) + fib_of(n - 2);
}

WORKLOAD(fib)
{
	uint32_t sum = 0;

	for (uint32_t r = 0; r < rounds; r++)
		sum += fib_of(28 + (r & 1));
	return sum;
}

typedef uint32_t (*step)(uint32_t, uint32_t);

static uint32_t step_add(uint32_t a, uint32_t b) { return a + b; }
static uint32_t step_sub(uint32_t a, uint32_t b) { return a - 3 * b; }
static uint32_t step_xor(uint32_t a, uint32_t b) { return a ^ b << 5; }
static uint32_t step_mul(uint32_t a, uint32_t b) { return a * 31 + b; }
static uint32_t step_rot(uint32_t a, uint32_t b) { return a << 7 | (a + b) >> 25; }
static uint32_t step_and(uint32_t a, uint32_t b) { return (a | 1) + (a & b); }
static uint32_t step_shift(uint32_t a, uint32_t b) { return a + (b >> 3); }
static uint32_t step_not(uint32_t a, uint32_t b) { return ~a + b; }

static step volatile steps[8] = { step_add, step_sub, step_xor, step_mul, step_rot, step_and, step_shift, step_not };

/* Calls through a table of functions, in an order that no predictor knows by heart. */
WORKLOAD(indirect)
{
	uint32_t sum = 1, state = 77;

	for (uint32_t r = 0; r < rounds; r++)
		for (uint32_t i = 0; i < 400000; i++) {
			if ((i & 15) == 0)
				next_random(&state);
			sum = steps[(state >> (i & 15)) & 7](sum, i);
		}
	return sum;
}
