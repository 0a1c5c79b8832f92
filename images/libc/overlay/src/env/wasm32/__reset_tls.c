#include "pthread_impl.h"

hidden void __wasm_init_tls(void *);

/* An exhausted thread runs on as a timer thread: its variables start afresh. */
void __reset_tls(void)
{
	__wasm_init_tls(__builtin_wasm_tls_base());
}
