#include <stdint.h>

/* clang names main after its parameters; the library turns the short form into the long one. */
int __main_argc_argv(int, char **);
int __libc_start_main(int (*)(int, char **), int, char **);
uintptr_t *__wasm_get_args(void);

void _start(void)
{
	uintptr_t *args = __wasm_get_args();

	__libc_start_main(__main_argc_argv, args[0], (char **)(args + 1));
}
