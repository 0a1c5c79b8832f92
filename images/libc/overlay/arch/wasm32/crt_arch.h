/* crt/wasm32/crt1.c holds the entry point. */
