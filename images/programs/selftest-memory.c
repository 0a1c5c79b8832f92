// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include "selftest.h"

#define MIB (1u << 20)
#define PAGE 65536u

static size_t memory_bytes(void)
{
	return __builtin_wasm_memory_size(0) * PAGE;
}

static void heap_grows_to_hundreds_of_megabytes(void)
{
	char *blocks[40];
	size_t size = 5 * MIB;

	for (int i = 0; i < 40; i++) {
		blocks[i] = malloc(size);
		CHECK(blocks[i] != NULL);
		blocks[i][0] = i;
		blocks[i][size - 1] = ~i;
	}
	for (int i = 0; i < 40; i++) {
		CHECK_EQUAL(blocks[i][0], (char)i);
		CHECK_EQUAL(blocks[i][size - 1], (char)~i);
		free(blocks[i]);
	}
	CHECK(memory_bytes() >= 200 * MIB);
}

static void freed_memory_is_used_again(void)
{
	size_t after_first = 0;

	for (int round = 0; round < 20; round++) {
		char *blocks[16];
		for (int i = 0; i < 16; i++) {
			blocks[i] = malloc((i + 1) * 40000);
			CHECK(blocks[i] != NULL);
			memset(blocks[i], round, (i + 1) * 40000);
		}
		for (int i = 0; i < 16; i++)
			free(blocks[(i * 7 + round) % 16]);
		if (!round)
			after_first = memory_bytes();
	}
	CHECK(memory_bytes() <= after_first + MIB);
}

static void recycled_pages_are_zero(void)
{
	unsigned char *a = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(a != MAP_FAILED);
	CHECK_EQUAL((uintptr_t)a % PAGE, 0);
	memset(a, 0xff, 4 * PAGE);
	CHECK_CALL(munmap(a + PAGE, 2 * PAGE));
	unsigned char *b = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(b == a + PAGE);
	for (unsigned i = 0; i < 2 * PAGE; i++)
		CHECK_EQUAL(b[i], 0);
	unsigned char *c = calloc(1, 300000);
	for (unsigned i = 0; i < 300000; i++)
		CHECK_EQUAL(c[i], 0);
	CHECK_CALL(madvise(a, PAGE, MADV_DONTNEED));
	CHECK_EQUAL(a[PAGE - 1], 0);
	CHECK_EQUAL(a[3 * PAGE], 0xff);
}

static void limits_end_in_enomem(void)
{
	struct rlimit limit = { 64 * MIB, 64 * MIB };
	int blocks = 0;

	CHECK_CALL(setrlimit(RLIMIT_AS, &limit));
	while (blocks < 100 && malloc(MIB))
		blocks++;
	CHECK_EQUAL(errno, ENOMEM);
	CHECK(blocks > 40);
	CHECK(blocks < 64);
	CHECK(malloc(100) != NULL);
}

/* The whole address space, and then some: an error, not an accident. */
static void impossible_sizes_are_refused(void)
{
	volatile size_t huge = 0xfff00000u;

	CHECK(malloc(huge) == NULL);
	CHECK_EQUAL(errno, ENOMEM);
	CHECK(mmap(NULL, huge, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	CHECK_EQUAL(errno, ENOMEM);
	CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	CHECK_EQUAL(errno, EINVAL);
}

static void realloc_keeps_the_contents(void)
{
	size_t size = 100;
	unsigned char *block = malloc(size);

	for (size_t i = 0; i < size; i++)
		block[i] = i;
	for (size_t next = 1000; next <= 64 * MIB; next *= 4) {
		block = realloc(block, next);
		CHECK(block != NULL);
		for (size_t i = 0; i < size; i++)
			CHECK_EQUAL(block[i], i);
		block[next - 1] = 1;
	}
	CHECK((block = realloc(block, 50)) != NULL);
	CHECK_EQUAL(block[49], 49);
	free(block);
}

static void file_mappings_are_private_copies(void)
{
	int fd = open("/tmp/mapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *map;

	CHECK_CALL(fd);
	CHECK_EQUAL(write(fd, "contents", 8), 8);
	map = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	CHECK(map != MAP_FAILED);
	CHECK(!memcmp(map, "contents\0", 9));
	map[0] = 'C';
	char byte;
	CHECK_EQUAL(pread(fd, &byte, 1, 0), 1);
	CHECK_EQUAL(byte, 'c');
	CHECK_CALL(munmap(map, 8));
	CHECK(mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED);
	CHECK_EQUAL(errno, ENODEV);
	CHECK_CALL(unlink("/tmp/mapped"));
}

static void *allocate_and_free(void *argument)
{
	uint32_t random = (uintptr_t)argument;
	void *blocks[32] = { 0 };

	for (int i = 0; i < 5000; i++) {
		random = random * 1664525 + 1013904223;
		int slot = random >> 27;
		free(blocks[slot]);
		size_t size = (random >> 8) % (random & 1 ? 200 : 300000);
		blocks[slot] = malloc(size);
		CHECK(blocks[slot] != NULL);
		memset(blocks[slot], slot, size < 64 ? size : 64);
	}
	for (int i = 0; i < 32; i++)
		free(blocks[i]);
	return NULL;
}

static void threads_share_the_heap(void)
{
	pthread_t threads[4];

	for (uintptr_t i = 0; i < 4; i++)
		CHECK_EQUAL(pthread_create(&threads[i], NULL, allocate_and_free, (void *)(i + 1)), 0);
	for (int i = 0; i < 4; i++)
		CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
}

/* A bad pointer is an error for a system call, not a trap. */
static void bad_pointers_are_efault(void)
{
	CHECK_EQUAL(write(1, (void *)0xffff0000u, 10), -1);
	CHECK_EQUAL(errno, EFAULT);
	CHECK_EQUAL(open((char *)0xfffffff0u, O_RDONLY), -1);
	CHECK_EQUAL(errno, EFAULT);
}

const struct test memory_tests[] = {
	{ "heap-grows-to-hundreds-of-megabytes", heap_grows_to_hundreds_of_megabytes },
	{ "freed-memory-is-used-again", freed_memory_is_used_again },
	{ "recycled-pages-are-zero", recycled_pages_are_zero },
	{ "limits-end-in-enomem", limits_end_in_enomem },
	{ "impossible-sizes-are-refused", impossible_sizes_are_refused },
	{ "realloc-keeps-the-contents", realloc_keeps_the_contents },
	{ "file-mappings-are-private-copies", file_mappings_are_private_copies },
	{ "threads-share-the-heap", threads_share_the_heap },
	{ "bad-pointers-are-efault", bad_pointers_are_efault },
	{ 0 },
};
