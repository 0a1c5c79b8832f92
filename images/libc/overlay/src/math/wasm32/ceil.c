#include <math.h>

/* A wasm instruction. */
double ceil(double x)
{
	return __builtin_ceil(x);
}
