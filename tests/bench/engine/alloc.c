// SPDX-License-Identifier: Apache-2.0
/* An allocator of our own, so that wasm and native code run the same one: free lists of powers of two in one arena. */
#include "workloads.h"

#define ARENA_BYTES (96u << 20)
#define SMALLEST_LOG 4
#define LARGEST_LOG 26

struct block {
	struct block *next;
};

static _Alignas(16) uint8_t arena[ARENA_BYTES];
static uint32_t used;
static struct block *free_blocks[LARGEST_LOG + 1];

static uint32_t size_log(size_t size)
{
	uint32_t log = SMALLEST_LOG;

	while (((size_t)1 << log) < size)
		log++;
	return log;
}

void *block_alloc(size_t size)
{
	uint32_t log = size_log(size);
	struct block *block;

	if (log > LARGEST_LOG)
		return NULL;
	block = free_blocks[log];
	if (block) {
		free_blocks[log] = block->next;
		return block;
	}
	if (used + (1u << log) > ARENA_BYTES)
		return NULL;
	used += 1u << log;
	return arena + used - (1u << log);
}

void block_free(void *freed, size_t size)
{
	struct block *block = freed;
	uint32_t log = size_log(size);

	block->next = free_blocks[log];
	free_blocks[log] = block;
}
