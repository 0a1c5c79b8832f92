#include <stdint.h>
#include <string.h>
#include "pthread_impl.h"
#include "libc.h"
#include "syscall.h"
#include "../internal/wasm32/pages.h"

#define MAX_PAGES 65535

extern char __heap_base[];
hidden void __malloc_donate(char *, char *) __attribute__((__weak__));

static volatile int lock[2];
static uint32_t used[(MAX_PAGES + 31) / 32];
static size_t bottom;	/* first page that is ours to give: the end of the initial memory */
static size_t top;	/* end of the memory */

/* Not LOCK(): a thread on its way out is no longer counted, yet it unmaps its stack. */
void __pages_lock(void)
{
	while (a_swap(lock, 1))
		__wait(lock, lock+1, 1, 1);
	if (!top)
		bottom = top = __builtin_wasm_memory_size(0);
}

void __pages_unlock(void)
{
	a_store(lock, 0);
	if (lock[1]) __wake(lock, 1, 1);
}

static int is_used(size_t page)
{
	return used[page / 32] >> page % 32 & 1;
}

static void mark(size_t first, size_t count, int use)
{
	for (size_t page = first; page < first + count; ) {
		if (page % 32 == 0 && first + count - page >= 32) {
			used[page / 32] = use ? -1 : 0;
			page += 32;
			continue;
		}
		uint32_t bit = 1U << page % 32;
		if (use) used[page / 32] |= bit;
		else used[page / 32] &= ~bit;
		page++;
	}
}

/* The kernel keeps the account (limits, RLIMIT_AS); the memory itself grows here. */
static int extend(size_t new_top)
{
	if (new_top > MAX_PAGES) return -1;
	if ((size_t)__syscall(SYS_brk, new_top * PAGE_BYTES) != new_top * PAGE_BYTES)
		return -1;
	if (__builtin_wasm_memory_grow(0, new_top - top) == (size_t)-1) {
		__syscall(SYS_brk, top * PAGE_BYTES);
		return -1;
	}
	top = new_top;
	return 0;
}

/* The lowest run of free pages; one that ends at the top may be too short. */
static size_t find(size_t count)
{
	size_t start = bottom;

	for (size_t page = bottom; page < top; ) {
		if (page % 32 == 0 && used[page / 32] == UINT32_MAX) {
			page += 32;
			start = page;
		} else if (is_used(page++)) {
			start = page;
		} else if (page - start == count) {
			return start;
		}
	}
	return start < top ? start : top;
}

/* Marks free pages as used and zeroes those that are not fresh from the kernel. */
static int take(size_t first, size_t count)
{
	size_t end = first + count, dirty_end = end < top ? end : top;

	if (end > top && extend(end) < 0) return -1;
	if (dirty_end > first)
		memset((void *)(first * PAGE_BYTES), 0, (dirty_end - first) * PAGE_BYTES);
	mark(first, count, 1);
	return 0;
}

size_t __pages_alloc(size_t count)
{
	if (!count || count > MAX_PAGES) return NO_PAGE;

	size_t first = find(count);
	return take(first, count) < 0 ? NO_PAGE : first;
}

int __pages_claim(size_t first, size_t count)
{
	if (first < bottom || count > MAX_PAGES - first) return -1;

	for (size_t page = first; page < first + count && page < top; page++)
		if (is_used(page)) return -1;
	return take(first, count);
}

void __pages_free(size_t first, size_t count)
{
	mark(first, count, 0);
}

int __pages_used(size_t first, size_t count)
{
	if (first < bottom || first > top || count > top - first) return 0;
	while (count--)
		if (!is_used(first++)) return 0;
	return 1;
}

/* Pages for good, before there are threads. */
void *__wasm_early_pages(size_t size)
{
	__pages_lock();
	size_t first = __pages_alloc(bytes_to_pages(size));
	__pages_unlock();
	return (void *)(first * PAGE_BYTES);
}

/* What the last page of the program's data leaves over is malloc's first heap. */
void __wasm_init_memory_map(void)
{
	__pages_lock();
	__pages_unlock();
	if (__malloc_donate)
		__malloc_donate(__heap_base, (char *)(bottom * PAGE_BYTES));
}
