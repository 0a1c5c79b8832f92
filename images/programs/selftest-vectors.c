// SPDX-License-Identifier: Apache-2.0
/* For the variant that is compiled with vector instructions: vectors in memory, in calls, and across signals. */
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <unistd.h>
#include "selftest.h"

#ifdef __wasm_simd128__
typedef int32_t ints __attribute__((vector_size(16)));
typedef uint8_t bytes __attribute__((vector_size(16)));
typedef float floats __attribute__((vector_size(16)));

#define LENGTH 1000

static uint8_t text[LENGTH];
static float left[LENGTH], right[LENGTH];
static volatile sig_atomic_t alarms;

/* Loops that the compiler makes vectors of. */
static __attribute__((noinline)) int count(const uint8_t *from, int length, uint8_t wanted)
{
	int found = 0;

	for (int i = 0; i < length; i++)
		found += from[i] == wanted;
	return found;
}

static __attribute__((noinline)) void scale_and_add(float *to, const float *from, float factor, int length)
{
	for (int i = 0; i < length; i++)
		to[i] += factor * from[i];
}

static void loops_become_vectors(void)
{
	for (int i = 0; i < LENGTH; i++) {
		text[i] = (uint8_t)(i * 7);
		left[i] = (float)i;
		right[i] = (float)(LENGTH - i);
	}
	int expected = 0;
	for (volatile int i = 0; i < LENGTH; i++)
		expected += (uint8_t)(i * 7) == 21;
	CHECK_EQUAL(count(text, LENGTH, 21), expected);
	CHECK_EQUAL(count(text + 3, LENGTH - 7, 21), expected - (text[0] == 21));
	scale_and_add(left, right, 2, LENGTH);
	for (volatile int i = 0; i < LENGTH; i++)
		CHECK(left[i] == (float)(2 * LENGTH - i));
}

static __attribute__((noinline)) ints rotate(ints a, ints b)
{
	return __builtin_shufflevector(a, b, 1, 2, 3, 4) + 1;
}

static void vectors_go_through_calls_and_system_calls(void)
{
	ints a = { 1, 2, 3, 4 }, b = { 5, 6, 7, 8 };

	for (int i = 0; i < 100; i++) {
		ints next = rotate(a, b);
		CHECK(getpid() > 0);
		b = rotate(b, a);
		a = next;
	}
	int64_t sum = 0;
	for (int i = 0; i < 4; i++)
		sum += a[i] + b[i];
	CHECK_EQUAL(sum, 36 + 800);
}

static void disturb(int sig)
{
	bytes all;

	for (int i = 0; i < 16; i++)
		all[i] = (uint8_t)(sig + i);
	alarms += all[15] == (uint8_t)(sig + 15);
}

static void signals_leave_vectors_alone(void)
{
	struct itimerval every = { { 0, 10000 }, { 0, 10000 } };
	floats value = { 1, 2, 3, 4 };
	ints rounds = { 0, 0, 0, 0 };

	CHECK_CALL(sigaction(SIGALRM, &(struct sigaction){ .sa_handler = disturb }, NULL));
	CHECK_CALL(setitimer(ITIMER_REAL, &every, NULL));
	while (alarms < 5) {
		rounds += (ints){ 1, 2, 3, 4 };
		CHECK(value[3] == 4 * value[0]);
		CHECK_EQUAL(rounds[1], 2 * rounds[0]);
	}
}

const struct test vector_tests[] = {
	{ "loops-become-vectors", loops_become_vectors },
	{ "vectors-go-through-calls-and-system-calls", vectors_go_through_calls_and_system_calls },
	{ "signals-leave-vectors-alone", signals_leave_vectors_alone },
	{ 0 }
};
#endif
