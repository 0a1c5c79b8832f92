#include <math.h>

/* A wasm instruction. */
float sqrtf(float x)
{
	return __builtin_sqrtf(x);
}
