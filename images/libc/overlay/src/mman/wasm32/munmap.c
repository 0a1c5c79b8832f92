#include <sys/mman.h>
#include <errno.h>
#include <stdint.h>
#include "syscall.h"
#include "../internal/wasm32/pages.h"

static void dummy(void) { }
weak_alias(dummy, __vm_wait);

int __munmap(void *start, size_t len)
{
	size_t first = (uintptr_t)start / PAGE_BYTES, count = bytes_to_pages(len);

	__vm_wait();
	__pages_lock();
	/* Stricter than the standard, which allows holes: here those can only be mistakes. */
	int ok = len && (uintptr_t)start % PAGE_BYTES == 0 && __pages_used(first, count);
	if (ok) __pages_free(first, count);
	__pages_unlock();
	if (!ok) {
		errno = EINVAL;
		return -1;
	}
	return 0;
}

weak_alias(__munmap, munmap);
