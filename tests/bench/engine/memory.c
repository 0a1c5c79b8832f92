// SPDX-License-Identifier: Apache-2.0
/* Work that is mostly loads and stores. */
#include "workloads.h"
#include <string.h>

#define SIEVE 1000000
static uint8_t composite[SIEVE];

/* The primes below a million: byte stores with a stride. */
WORKLOAD(sieve)
{
	uint32_t primes = 0;

	for (uint32_t r = 0; r < rounds; r++) {
		memset(composite, 0, sizeof(composite));
		for (uint32_t i = 2; i < SIEVE; i++) {
			if (composite[i])
				continue;
			primes++;
			for (uint32_t j = i + i; j < SIEVE; j += i)
				composite[j] = 1;
		}
	}
	return primes;
}

#define CRC_BYTES (1u << 20)
static uint32_t crc_table[256];
static uint8_t crc_data[CRC_BYTES];

/* CRC-32 by table over a megabyte: a load that depends on the load before. */
WORKLOAD(crc)
{
	uint32_t crc = 0, state = 42;

	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
		crc_table[i] = c;
	}
	for (uint32_t i = 0; i < CRC_BYTES; i++)
		crc_data[i] = (uint8_t)next_random(&state);
	for (uint32_t r = 0; r < rounds; r++) {
		uint32_t c = ~crc;
		for (uint32_t i = 0; i < CRC_BYTES; i++)
			c = crc_table[(c ^ crc_data[i]) & 255] ^ c >> 8;
		crc = ~c;
	}
	return crc;
}

struct node {
	uint32_t key;
	struct node *left, *right;
};

static struct node *insert(struct node *root, uint32_t key)
{
	struct node **place = &root, *added;

	while (*place)
		place = key < (*place)->key ? &(*place)->left : &(*place)->right;
	added = block_alloc(sizeof(*added));
	added->key = key;
	added->left = added->right = NULL;
	*place = added;
	return root;
}

static uint32_t fold(struct node *root, uint32_t depth)
{
	return root ? root->key * depth + fold(root->left, depth + 1) + fold(root->right, depth + 1) : 1;
}

static void release(struct node *root)
{
	if (!root)
		return;
	release(root->left);
	release(root->right);
	block_free(root, sizeof(*root));
}

/* A binary search tree, built, walked and freed: pointers and an allocator. */
WORKLOAD(tree)
{
	uint32_t sum = 0, state = 4711;

	for (uint32_t r = 0; r < rounds; r++) {
		struct node *root = NULL;
		for (uint32_t i = 0; i < 20000; i++)
			root = insert(root, next_random(&state));
		sum += fold(root, 1);
		release(root);
	}
	return sum;
}

#define SORTED 60000
static uint32_t numbers[SORTED];

static void sort(uint32_t *a, int32_t low, int32_t high)
{
	while (low < high) {
		uint32_t pivot = a[low + (high - low) / 2];
		int32_t i = low, j = high;

		while (i <= j) {
			while (a[i] < pivot)
				i++;
			while (a[j] > pivot)
				j--;
			if (i <= j) {
				uint32_t t = a[i];
				a[i++] = a[j];
				a[j--] = t;
			}
		}
		sort(a, low, j);
		low = i;
	}
}

/* Quicksort of random numbers. */
WORKLOAD(quicksort)
{
	uint32_t sum = 0, state = 99;

	for (uint32_t r = 0; r < rounds; r++) {
		for (uint32_t i = 0; i < SORTED; i++)
			numbers[i] = next_random(&state);
		sort(numbers, 0, SORTED - 1);
		for (uint32_t i = 0; i < SORTED; i += 7)
			sum = sum * 31 + numbers[i];
	}
	return sum;
}

#define PACK_BYTES (256u << 10)
#define HASHES 4096
static uint8_t plain[PACK_BYTES], packed[PACK_BYTES * 2];
static uint32_t last_seen[HASHES];

/* A small compressor of the LZ kind: hashing, byte compares, copies. */
WORKLOAD(compress)
{
	uint32_t sum = 0, state = 5;

	for (uint32_t i = 0; i < PACK_BYTES; i++)
		plain[i] = i > 4000 && next_random(&state) % 11 ? plain[i - 1 - state % 3000] : (uint8_t)(state >> 9);
	for (uint32_t r = 0; r < rounds; r++) {
		uint32_t at = 4, out = 0;

		memset(last_seen, 0, sizeof(last_seen));
		while (at + 8 < PACK_BYTES) {
			uint32_t word = plain[at] | plain[at + 1] << 8 | plain[at + 2] << 16;
			uint32_t hash = (word * 2654435761u) >> 20, before = last_seen[hash], length = 0;

			last_seen[hash] = at;
			while (length < 250 && at + length < PACK_BYTES && plain[before + length] == plain[at + length])
				length++;
			if (before && length > 3) {
				packed[out++] = (uint8_t)length;
				packed[out++] = (uint8_t)(at - before);
				packed[out++] = (uint8_t)((at - before) >> 8);
				at += length;
			} else {
				packed[out++] = 0;
				packed[out++] = plain[at++];
			}
		}
		for (uint32_t i = 0; i < out; i += 13)
			sum = sum * 17 + packed[i];
	}
	return sum;
}
