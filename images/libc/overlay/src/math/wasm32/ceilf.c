#include <math.h>

/* A wasm instruction. */
float ceilf(float x)
{
	return __builtin_ceilf(x);
}
