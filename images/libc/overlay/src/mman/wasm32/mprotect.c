#include <sys/mman.h>
#include "syscall.h"

/* Nothing is protected in a linear memory. Guard pages stay accessible. */
int __mprotect(void *addr, size_t len, int prot)
{
	return 0;
}

weak_alias(__mprotect, mprotect);
