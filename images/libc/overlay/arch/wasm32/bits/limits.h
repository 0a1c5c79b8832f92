/* The wasm page, which is the guest kernel's page as well. */
#define PAGESIZE 65536
