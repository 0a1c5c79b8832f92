#include <math.h>

/* A wasm instruction. */
float fabsf(float x)
{
	return __builtin_fabsf(x);
}
