#include <sys/mman.h>

/* There are no shared file mappings, so nothing is ever to be written back. */
int msync(void *start, size_t len, int flags)
{
	return 0;
}
