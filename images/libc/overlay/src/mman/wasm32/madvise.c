#define _BSD_SOURCE
#include <sys/mman.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include "syscall.h"
#include "../internal/wasm32/pages.h"

/* Only MADV_DONTNEED promises something: the range of an anonymous mapping reads as zero. */
int __madvise(void *addr, size_t len, int advice)
{
	if (advice != MADV_DONTNEED || !len) return 0;

	if ((uintptr_t)addr % PAGE_BYTES) {
		errno = EINVAL;
		return -1;
	}
	__pages_lock();
	int known = __pages_used((uintptr_t)addr / PAGE_BYTES, bytes_to_pages(len));
	__pages_unlock();
	if (!known) {
		errno = ENOMEM;
		return -1;
	}
	memset(addr, 0, bytes_to_pages(len) * PAGE_BYTES);
	return 0;
}

weak_alias(__madvise, madvise);
