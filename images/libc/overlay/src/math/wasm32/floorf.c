#include <math.h>

/* A wasm instruction. */
float floorf(float x)
{
	return __builtin_floorf(x);
}
