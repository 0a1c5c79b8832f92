# The thread pointer: one mutable global of each instance, see pthread_arch.h.
	.globaltype	__thread_pointer, i32
	.globaltype	__stack_pointer, i32
	.globaltype	__tls_base, i32

	.section	.data.thread_pointer,"",@
	.globl	__thread_pointer
	.hidden	__thread_pointer
__thread_pointer:

# int __set_thread_area(void *tp)
	.section	.text.__set_thread_area,"",@
	.globl	__set_thread_area
	.hidden	__set_thread_area
	.type	__set_thread_area,@function
__set_thread_area:
	.functype	__set_thread_area (i32) -> (i32)
	local.get	0
	global.set	__thread_pointer
	i32.const	0
	end_function

# Entry of a cloned task, in an instance whose globals are all at their initial
# values. The argument is a struct clone_start (clone.c): stack, thread pointer
# and TLS base must be set before any compiled code runs.
	.functype	__clone_run (i32) -> ()
	.section	.text.__clone_entry,"",@
	.globl	__clone_entry
	.hidden	__clone_entry
	.type	__clone_entry,@function
__clone_entry:
	.functype	__clone_entry (i32) -> ()
	local.get	0
	i32.load	0
	global.set	__stack_pointer
	local.get	0
	i32.load	4
	global.set	__thread_pointer
	local.get	0
	i32.load	8
	global.set	__tls_base
	local.get	0
	call	__clone_run
	end_function

# _Noreturn void __switch_stack(void *stack, void (*fn)(void)): for the last
# steps of a thread that gives its own stack back.
	.section	.text.__switch_stack,"",@
	.globl	__switch_stack
	.hidden	__switch_stack
	.type	__switch_stack,@function
__switch_stack:
	.functype	__switch_stack (i32, i32) -> ()
	local.get	0
	global.set	__stack_pointer
	local.get	1
	call_indirect	() -> ()
	unreachable
	end_function
