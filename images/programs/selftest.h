/* SPDX-License-Identifier: Apache-2.0 */
/* The in-guest self-tests: what a group is, and how a test fails. */
#ifndef SELFTEST_H
#define SELFTEST_H

#include <errno.h>
#include <string.h>

struct test {
	const char *name;
	void (*run)(void);
};

/* Tables that end with an empty entry. */
extern const struct test signal_tests[], thread_tests[], futex_tests[], timer_tests[], pipe_tests[],
	process_tests[], memory_tests[], file_tests[], jump_tests[], preemption_tests[], vector_tests[];

/* Path of this program, for tests that start it anew; argv[1] of such a start names a helper. */
extern char *self_path;

_Noreturn void fail_test(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* selftest-preemption.c: for the helper of that name. */
long endless_recursion(int how, int fd);

#define CHECK(condition)                                                        \
	do {                                                                    \
		if (!(condition))                                               \
			fail_test(__FILE__, __LINE__, "%s is not so", #condition); \
	} while (0)

#define CHECK_EQUAL(actual, expected)                                           \
	do {                                                                    \
		long long actual_ = (actual), expected_ = (expected);           \
		if (actual_ != expected_)                                       \
			fail_test(__FILE__, __LINE__, "%s is %lld, not %lld",   \
				  #actual, actual_, expected_);                 \
	} while (0)

/* For calls that return -1 and set errno. */
#define CHECK_CALL(call)                                                        \
	do {                                                                    \
		if ((call) == -1)                                               \
			fail_test(__FILE__, __LINE__, "%s: %s", #call, strerror(errno)); \
	} while (0)

long long monotonic_ms(void);

#endif
