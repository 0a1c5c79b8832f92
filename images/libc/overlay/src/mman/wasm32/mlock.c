#include <sys/mman.h>

/* Every page of a wasm memory is resident. */
int mlock(const void *addr, size_t len)
{
	return 0;
}
