#include <string.h>
#include "pthread_impl.h"
#include "libc.h"
#include "syscall.h"

volatile int __thread_list_lock;

static struct pthread main_thread;

int __init_tp(void *p)
{
	pthread_t td = p;

	td->self = td;
	if (__set_thread_area(TP_ADJ(p)) < 0) return -1;
	libc.can_do_threads = 1;
	td->detach_state = DT_JOINABLE;
	td->tid = __syscall(SYS_set_tid_address, &__thread_list_lock);
	td->locale = &libc.global_locale;
	td->robust_list.head = &td->robust_list.head;
	td->sysinfo = __sysinfo;
	td->next = td->prev = td;
	return 0;
}

/*
 * A thread's block: struct pthread, then its copy of the module's thread-local
 * variables, which the thread itself fills in (__wasm_init_tls works on the
 * instance that calls it).
 */
void *__tls_block(struct pthread *td)
{
	uintptr_t end = (uintptr_t)(td + 1);

	return (void *)(end + (-end & libc.tls_align-1));
}

void *__copy_tls(unsigned char *mem)
{
	mem += -(uintptr_t)mem & libc.tls_align-1;
	return mem;
}

/* The linker places and fills the main thread's variables. */
void __init_tls(size_t *aux)
{
	libc.tls_align = __builtin_wasm_tls_align();
	if (libc.tls_align < 16) libc.tls_align = 16;
	libc.tls_size = sizeof(struct pthread) + __builtin_wasm_tls_size() + 2*libc.tls_align;
	if (__init_tp(&main_thread) < 0)
		a_crash();
}
