/* LLVM's wasm setjmp lowering: invocation id, label, then the thrown {env, value} pair. */
typedef unsigned long __jmp_buf[5];
