#define _GNU_SOURCE
#include <sys/mman.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include "syscall.h"
#include "../internal/wasm32/pages.h"

static void dummy(void) { }
weak_alias(dummy, __vm_wait);

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

/* Offsets need not be multiples of the wasm page, as files are read, not mapped. */
#define OFFSET_UNIT 4096

/* A private file mapping is a copy; beyond the file's end it stays zero. */
static long read_file(char *to, size_t len, int fd, off_t off)
{
	while (len) {
		long r = __syscall(SYS_pread64, fd, to, len, __SYSCALL_LL_PRW(off));
		if (r == -EINTR) continue;
		if (r == -ESPIPE || r == -EISDIR) return -ENODEV;
		if (r == -EBADF && __syscall(SYS_fcntl, fd, F_GETFD) >= 0) return -EACCES;
		if (r < 0) return r;
		if (!r) break;
		to += r;
		off += r;
		len -= r;
	}
	return 0;
}

static size_t place(uintptr_t start, size_t count, int flags)
{
	if (!(flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)))
		return __pages_alloc(count);

	size_t first = start / PAGE_BYTES;
	if (__pages_claim(first, count) < 0) {
		if ((flags & MAP_FIXED_NOREPLACE) || !__pages_used(first, count))
			return NO_PAGE;
		memset((void *)start, 0, count * PAGE_BYTES);
	}
	return first;
}

void *__mmap(void *start, size_t len, int prot, int flags, int fd, off_t off)
{
	int shared = (flags & MAP_TYPE) != MAP_PRIVATE, file = !(flags & MAP_ANON);

	if (!len || off < 0 || off % OFFSET_UNIT
	    || ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) && (uintptr_t)start % PAGE_BYTES)) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	/* C cannot count in larger objects. */
	if (len > PTRDIFF_MAX) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	if (file && shared) {
		errno = ENODEV;
		return MAP_FAILED;
	}
	if (flags & MAP_FIXED) __vm_wait();

	size_t count = bytes_to_pages(len);
	__pages_lock();
	size_t first = place((uintptr_t)start, count, flags);
	__pages_unlock();
	if (first == NO_PAGE) {
		errno = flags & MAP_FIXED_NOREPLACE ? EEXIST : ENOMEM;
		return MAP_FAILED;
	}

	void *p = (void *)(first * PAGE_BYTES);
	if (file) {
		long r = read_file(p, len, fd, off);
		if (r < 0) {
			__pages_lock();
			__pages_free(first, count);
			__pages_unlock();
			errno = -r;
			return MAP_FAILED;
		}
	}
	return p;
}

weak_alias(__mmap, mmap);

#undef mmap64
weak_alias(mmap, mmap64);
