#include <setjmp.h>

/*
 * The run-time side of LLVM's wasm setjmp lowering (-wasm-enable-sjlj): the
 * compiler turns every call between a setjmp and the end of its function into
 * one that catches the tag __c_longjmp, and asks __wasm_setjmp_test which
 * setjmp of which activation the thrown environment belongs to.
 */
struct jump {
	void *invocation;
	unsigned label;
	struct {
		void *env;
		int value;
	} thrown;
};

void __wasm_setjmp(void *env, unsigned label, void *invocation)
{
	struct jump *jump = env;

	if (!label || !invocation) __builtin_trap();
	jump->invocation = invocation;
	jump->label = label;
}

unsigned __wasm_setjmp_test(void *env, void *invocation)
{
	struct jump *jump = env;

	if (!jump->label || !invocation) __builtin_trap();
	return jump->invocation == invocation ? jump->label : 0;
}

_Noreturn void __wasm_longjmp(void *env, int value)
{
	struct jump *jump = env;

	jump->thrown.env = env;
	jump->thrown.value = value ? value : 1;
	/* Tag 1 is __c_longjmp by LLVM's numbering. */
	__builtin_wasm_throw(1, &jump->thrown);
}

_Noreturn void longjmp(jmp_buf env, int value)
{
	__wasm_longjmp(env, value);
}

_Noreturn void _longjmp(jmp_buf env, int value)
{
	__wasm_longjmp(env, value);
}
