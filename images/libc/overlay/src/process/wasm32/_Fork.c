#include <unistd.h>
#include <errno.h>

/* A wasm machine has no MMU, so two processes cannot run in copies of one memory. */
pid_t _Fork(void)
{
	errno = ENOSYS;
	return -1;
}
