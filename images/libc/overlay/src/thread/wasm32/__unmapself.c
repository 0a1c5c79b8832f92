#include "pthread_impl.h"
#include <sys/mman.h>

_Noreturn hidden void __switch_stack(void *stack, void (*fn)(void));

/* Guarded by the thread list lock, which the kernel drops when the thread is gone. */
static void *unmap_base;
static size_t unmap_size;
static _Alignas(16) char shared_stack[1024];

static void unmap_and_exit(void)
{
	__munmap(unmap_base, unmap_size);
	for (;;) __syscall(SYS_exit, 0);
}

void __unmapself(void *base, size_t size)
{
	unmap_base = base;
	unmap_size = size;
	__switch_stack(shared_stack + sizeof shared_stack, unmap_and_exit);
}
