#include <stddef.h>
#include <stdint.h>
#include "syscall.h"
#include "tuxloom.h"

hidden void *__wasm_early_pages(size_t size);

/*
 * Arguments, environment and auxiliary vector, laid out by the kernel for
 * whatever address it is told. Programs usually have few: those that fit go
 * to a static buffer, for others the heap gives pages for good.
 */
uintptr_t *__wasm_get_args(void)
{
	static _Alignas(16) char small[4096];
	long size = __syscall(SYS_tuxloom_get_args, small, sizeof small);
	void *args = small;

	if (size < 0) {
		size = __syscall(SYS_tuxloom_get_args, 0, 0);
		args = size > 0 ? __wasm_early_pages(size) : 0;
		if (!args || __syscall(SYS_tuxloom_get_args, args, size) < 0)
			__syscall(SYS_exit_group, 127);
	}
	return args;
}
