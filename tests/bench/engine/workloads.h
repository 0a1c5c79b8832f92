/* SPDX-License-Identifier: Apache-2.0 */
/* What the workloads of scripts/bench engine share. Each exported function does its work `rounds` times and returns a
 * checksum, which must be the same wherever the module runs. */
#ifndef WORKLOADS_H
#define WORKLOADS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__
#define WORKLOAD(name) __attribute__((export_name(#name))) uint32_t name(uint32_t rounds)
#else
#define WORKLOAD(name) uint32_t name(uint32_t rounds)
#endif

/* A pseudo-random sequence (xorshift). */
static inline uint32_t next_random(uint32_t *state)
{
	uint32_t x = *state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return *state = x;
}

/* Bit patterns of results, so that checksums of floating-point work compare exactly. */
static inline uint32_t double_bits(double value)
{
	union {
		double d;
		uint64_t u;
	} bits = { .d = value };

	return (uint32_t)(bits.u ^ bits.u >> 32);
}

void *block_alloc(size_t size);
void block_free(void *block, size_t size);

#endif
