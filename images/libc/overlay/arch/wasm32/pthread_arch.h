#include "tuxloom.h"

/*
 * The thread pointer lives in a mutable wasm global. Globals belong to the
 * instance and every task has its own instance, so this is a register in all
 * but name, and errno costs no call.
 */
static inline uintptr_t __get_tp(void)
{
	uintptr_t tp;

	__asm__(".globaltype __thread_pointer, i32\n"
		"	global.get __thread_pointer\n"
		"	local.set %0"
		: "=r"(tp));
	return tp;
}

#define MC_PC __none[0]
