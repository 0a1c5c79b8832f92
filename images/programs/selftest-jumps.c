// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include "selftest.h"

static jmp_buf there, outer;

static void jump_deep(int depth)
{
	volatile char frame[64];

	frame[depth % 64] = depth;
	if (depth)
		jump_deep(depth - 1);
	longjmp(there, frame[depth % 64] + 3);
}

static void longjmp_leaves_many_frames(void)
{
	int value = setjmp(there);

	if (!value)
		jump_deep(50);
	CHECK_EQUAL(value, 3);
}

static void value_zero_becomes_one(void)
{
	volatile int rounds = 0;
	int value = setjmp(there);

	if (!rounds++)
		longjmp(there, 0);
	CHECK_EQUAL(value, 1);
	CHECK_EQUAL(rounds, 2);
}

static void inner(void)
{
	jmp_buf here;
	int value = setjmp(here);

	if (!value)
		longjmp(here, 2);
	CHECK_EQUAL(value, 2);
	longjmp(outer, 9);
}

static void jumps_find_their_own_frame(void)
{
	int value = setjmp(outer);

	if (!value)
		inner();
	CHECK_EQUAL(value, 9);
}

__attribute__((__noinline__))
static uintptr_t stack_depth(void)
{
	char mark;
	volatile uintptr_t here = (uintptr_t)&mark;

	return here;
}

static void stack_comes_back(void)
{
	uintptr_t before = stack_depth();

	for (volatile int i = 0; i < 20000; i++)
		if (!setjmp(there))
			jump_deep(5);
	CHECK_EQUAL(stack_depth(), before);
}

static int compare(const void *a, const void *b)
{
	if (*(const int *)a == 77 || *(const int *)b == 77)
		longjmp(there, 4);
	return *(const int *)a - *(const int *)b;
}

static void jumps_out_of_a_library_call(void)
{
	int numbers[] = { 5, 3, 77, 1 };
	int value = setjmp(there);

	if (!value)
		qsort(numbers, 4, sizeof *numbers, compare);
	CHECK_EQUAL(value, 4);
}

const struct test jump_tests[] = {
	{ "longjmp-leaves-many-frames", longjmp_leaves_many_frames },
	{ "value-zero-becomes-one", value_zero_becomes_one },
	{ "jumps-find-their-own-frame", jumps_find_their_own_frame },
	{ "stack-comes-back", stack_comes_back },
	{ "jumps-out-of-a-library-call", jumps_out_of_a_library_call },
	{ 0 },
};
