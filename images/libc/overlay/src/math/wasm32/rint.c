#include <math.h>

/* A wasm instruction. */
double rint(double x)
{
	return __builtin_rint(x);
}
