// SPDX-License-Identifier: Apache-2.0
/* Runs one workload natively: prints nanoseconds and checksum of each repetition.
 * Usage: PROGRAM ROUNDS REPETITIONS; the workload is chosen at compile time with -DRUN=name. */
#include "workloads.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint32_t RUN(uint32_t rounds);

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	for (int i = atoi(argv[2]); i > 0; i--) {
		int64_t start = now_ns();
		uint32_t sum = RUN((uint32_t)atoi(argv[1]));

		printf("%lld %u\n", (long long)(now_ns() - start), sum);
		fflush(stdout);
	}
	return 0;
}
