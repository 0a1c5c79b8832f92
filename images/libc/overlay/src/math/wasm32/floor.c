#include <math.h>

/* A wasm instruction. */
double floor(double x)
{
	return __builtin_floor(x);
}
