#include <math.h>

/* A wasm instruction. */
double fabs(double x)
{
	return __builtin_fabs(x);
}
