/*
 * The pages of the linear memory above the program's own data. There is no
 * MMU: mmap and its kin are done here, over the break.
 */
#ifndef PAGES_H
#define PAGES_H

#include <stddef.h>

#define PAGE_BYTES 65536UL
#define NO_PAGE 0UL

hidden void __pages_lock(void);
hidden void __pages_unlock(void);

/* All of these are called with the lock held and count in pages. */
hidden size_t __pages_alloc(size_t count);		/* zeroed; NO_PAGE: no memory */
hidden int __pages_claim(size_t first, size_t count);	/* the same at a given place; -1: taken or no memory */
hidden void __pages_free(size_t first, size_t count);
hidden int __pages_used(size_t first, size_t count);	/* all of them? */

static inline size_t bytes_to_pages(size_t bytes)
{
	return bytes / PAGE_BYTES + (bytes % PAGE_BYTES != 0);
}

#endif
