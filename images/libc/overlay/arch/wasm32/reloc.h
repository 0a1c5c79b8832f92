/* Programs are linked statically: there are no relocations at run time. */
#define LDSO_ARCH "wasm32"
#define TPOFF_K 0
