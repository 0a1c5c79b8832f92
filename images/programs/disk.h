/* SPDX-License-Identifier: Apache-2.0 */
/* The disk tool: a workload that checks every byte, and a benchmark. Built for the guest, and natively to compare with. */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECTOR 512u
#define MAX_REQUEST (1u << 20)
/* For direct I/O; any sector will do, a page is kinder. */
#define BUFFER_ALIGNMENT 4096
#define MAX_WORKERS 64

struct target {
	const char *path;
	int fd;
	uint64_t bytes;
	/* Discards and zeroes are ioctls there, and its cache can be dropped. */
	bool is_device;
	bool direct;
};

struct verify_options {
	uint64_t seed;
	uint64_t bytes;
	int workers;
	/* The disk holds generation 0 of each sector, not zeroes. */
	bool filled;
};

struct bench_options {
	double seconds;
	/* Leaves writes out. */
	bool read_only;
	/* The name of a single measurement, or NULL. */
	const char *only;
};

void open_target(struct target *target, const char *path, bool direct, bool writable);
int verify(const struct target *target, const struct verify_options *options);
int bench(const struct target *target, const struct bench_options *options);

void *request_buffer(size_t bytes);
/* Moves a whole request, or ends the program. */
void move_all(const struct target *target, bool write, void *buffer, size_t bytes, uint64_t offset);
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* SplitMix64: the step, and what is made of a state. */
#define RANDOM_STEP 0x9e3779b97f4a7c15u

static inline uint64_t random_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline uint64_t next_random(uint64_t *state)
{
	*state += RANDOM_STEP;
	return random_mix(*state);
}

#endif
