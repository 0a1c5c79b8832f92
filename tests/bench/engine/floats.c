// SPDX-License-Identifier: Apache-2.0
/* Floating-point work; compiled without contraction, so that all results agree bit by bit. */
#include "workloads.h"

#define SIDE 120
static double left[SIDE][SIDE], right[SIDE][SIDE], product[SIDE][SIDE];

/* Product of two matrices of doubles. */
WORKLOAD(matrix)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < SIDE; i++)
		for (uint32_t j = 0; j < SIDE; j++) {
			left[i][j] = i * 0.5 + j;
			right[i][j] = i - j * 0.25;
		}
	for (uint32_t r = 0; r < rounds; r++) {
		for (uint32_t repeat = 0; repeat < 4; repeat++)
			for (uint32_t i = 0; i < SIDE; i++)
				for (uint32_t j = 0; j < SIDE; j++) {
					double cell = 0;
					for (uint32_t k = 0; k < SIDE; k++)
						cell += left[i][k] * right[k][j];
					product[i][j] = cell;
				}
		sum += double_bits(product[r % SIDE][7]);
	}
	return sum;
}

struct body {
	double x, y, z, vx, vy, vz, mass;
};

/* Five bodies that attract each other. */
WORKLOAD(nbody)
{
	static struct body bodies[5];
	uint32_t sum = 0;

	for (uint32_t i = 0; i < 5; i++)
		bodies[i] = (struct body){ i * 3.1, 1.0 / (i + 1), i - 2.0, 0.01 * i, -0.02, 0.03 * (2.0 - i), 1.0 + i };
	for (uint32_t r = 0; r < rounds; r++) {
		for (uint32_t n = 0; n < 30000; n++) {
			for (uint32_t i = 0; i < 5; i++)
				for (uint32_t j = i + 1; j < 5; j++) {
					struct body *a = &bodies[i], *b = &bodies[j];
					double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
					double d2 = dx * dx + dy * dy + dz * dz + 0.01;
					double pull = 0.0001 / (d2 * __builtin_sqrt(d2));

					a->vx -= dx * b->mass * pull;
					a->vy -= dy * b->mass * pull;
					a->vz -= dz * b->mass * pull;
					b->vx += dx * a->mass * pull;
					b->vy += dy * a->mass * pull;
					b->vz += dz * a->mass * pull;
				}
			for (uint32_t i = 0; i < 5; i++) {
				bodies[i].x += bodies[i].vx * 0.001;
				bodies[i].y += bodies[i].vy * 0.001;
				bodies[i].z += bodies[i].vz * 0.001;
			}
		}
		sum += double_bits(bodies[0].x);
	}
	return sum;
}

/* The Mandelbrot set in single precision: arithmetic and an unpredictable exit, hardly any memory. */
WORKLOAD(mandelbrot)
{
	uint32_t sum = 0;

	for (uint32_t r = 0; r < rounds; r++)
		for (uint32_t py = 0; py < 100; py++)
			for (uint32_t px = 0; px < 100; px++) {
				float cx = px * 0.03f - 2.0f, cy = py * 0.02f - 1.0f, x = 0, y = 0;
				uint32_t n = 0;

				while (n < 300 && x * x + y * y < 4.0f) {
					float t = x * x - y * y + cx;
					y = 2.0f * x * y + cy;
					x = t;
					n++;
				}
				sum += n;
			}
	return sum;
}
