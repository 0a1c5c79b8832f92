#define _GNU_SOURCE
#include <sys/mman.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include "syscall.h"
#include "../internal/wasm32/pages.h"

static void dummy(void) { }
weak_alias(dummy, __vm_wait);

/* Returns the page where the mapping now begins, or NO_PAGE. */
static size_t resize(size_t first, size_t old, size_t new, int may_move)
{
	if (new <= old) {
		__pages_free(first + new, old - new);
		return first;
	}
	/* In place when the pages behind are free or beyond the top. */
	if (__pages_claim(first + old, new - old) == 0)
		return first;
	if (!may_move) return NO_PAGE;

	size_t to = __pages_alloc(new);
	if (to == NO_PAGE) return NO_PAGE;
	memcpy((void *)(to * PAGE_BYTES), (void *)(first * PAGE_BYTES), old * PAGE_BYTES);
	__pages_free(first, old);
	return to;
}

void *__mremap(void *old_addr, size_t old_len, size_t new_len, int flags, ...)
{
	size_t first = (uintptr_t)old_addr / PAGE_BYTES;
	size_t old = bytes_to_pages(old_len), new = bytes_to_pages(new_len);

	if (!old || !new || (uintptr_t)old_addr % PAGE_BYTES || flags & ~MREMAP_MAYMOVE) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	__vm_wait();
	__pages_lock();
	int known = __pages_used(first, old);
	size_t to = known ? resize(first, old, new, flags & MREMAP_MAYMOVE) : NO_PAGE;
	__pages_unlock();
	if (to == NO_PAGE) {
		errno = known ? ENOMEM : EFAULT;
		return MAP_FAILED;
	}
	return (void *)(to * PAGE_BYTES);
}

weak_alias(__mremap, mremap);
