#include <math.h>

/* A wasm instruction. */
double sqrt(double x)
{
	return __builtin_sqrt(x);
}
