#include <math.h>

/* A wasm instruction. */
float rintf(float x)
{
	return __builtin_rintf(x);
}
