# sa_restorer holds one of these trampolines: the kernel calls it with the
# handler and the signal, and takes its return for sigreturn. That may be in the
# middle of a function that makes no calls: LLVM lets those keep up to 128 bytes
# below the stack pointer without moving it, so handlers stay clear of them.
	.globaltype	__stack_pointer, i32
	.functype	__run_handler (i32, i32) -> ()
	.functype	__run_siginfo_handler (i32, i32) -> ()

.macro trampoline name, target
	.section	.text.\name,"",@
	.globl	\name
	.hidden	\name
	.type	\name,@function
\name:
	.functype	\name (i32, i32) -> ()
	.local	i32
	global.get	__stack_pointer
	local.tee	2
	i32.const	128
	i32.sub
	global.set	__stack_pointer
	local.get	0
	local.get	1
	call	\target
	local.get	2
	global.set	__stack_pointer
	end_function
.endm

	trampoline	__restore, __run_handler
	trampoline	__restore_rt, __run_siginfo_handler
