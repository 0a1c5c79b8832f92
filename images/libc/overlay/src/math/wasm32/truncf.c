#include <math.h>

/* A wasm instruction. */
float truncf(float x)
{
	return __builtin_truncf(x);
}
