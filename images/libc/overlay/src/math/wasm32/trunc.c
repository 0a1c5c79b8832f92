#include <math.h>

/* A wasm instruction. */
double trunc(double x)
{
	return __builtin_trunc(x);
}
