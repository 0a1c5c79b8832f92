// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "selftest.h"

#define CHECK_ZERO(call) CHECK_EQUAL(call, 0)

static atomic_int word;

static long futex(atomic_int *address, int op, int value, const struct timespec *timeout)
{
	long long time[2];

	if (timeout) {
		time[0] = timeout->tv_sec;
		time[1] = timeout->tv_nsec;
	}
	return syscall(SYS_futex_time64, address, op, value, timeout ? time : NULL, NULL, 0);
}

static void wait_sees_another_value(void)
{
	word = 1;
	CHECK_EQUAL(futex(&word, FUTEX_WAIT_PRIVATE, 2, NULL), -1);
	CHECK_EQUAL(errno, EAGAIN);
}

static void wait_times_out(void)
{
	long long start = monotonic_ms();

	word = 1;
	CHECK_EQUAL(futex(&word, FUTEX_WAIT_PRIVATE, 1, &(struct timespec){ .tv_nsec = 30000000 }), -1);
	CHECK_EQUAL(errno, ETIMEDOUT);
	CHECK(monotonic_ms() - start >= 25);
}

static void unaligned_and_outside_fail(void)
{
	CHECK_EQUAL(futex((atomic_int *)((char *)&word + 1), FUTEX_WAIT, 0, NULL), -1);
	CHECK_EQUAL(errno, EINVAL);
	CHECK_EQUAL(futex((atomic_int *)0xfffffff0, FUTEX_WAIT, 0, NULL), -1);
	CHECK_EQUAL(errno, EFAULT);
}

static atomic_int waiters;

static void *wait_for_word(void *argument)
{
	(void)argument;
	waiters++;
	while (word == 0)
		futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL);
	return NULL;
}

static void wake_releases_all_waiters(void)
{
	pthread_t threads[6];

	word = 0;
	for (int i = 0; i < 6; i++)
		CHECK_ZERO(pthread_create(&threads[i], NULL, wait_for_word, NULL));
	while (waiters < 6)
		sched_yield();
	word = 1;
	CHECK(futex(&word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL) >= 0);
	for (int i = 0; i < 6; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
}

static atomic_int second;

static void wake_op_changes_the_word(void)
{
	second = 5;
	word = 0;
	long woken = syscall(SYS_futex_time64, &word, FUTEX_WAKE_OP, 1, 1, &second,
		FUTEX_OP(FUTEX_OP_ADD, 3, FUTEX_OP_CMP_EQ, 5));
	CHECK_EQUAL(woken, 0);
	CHECK_EQUAL(second, 8);
}

static void *die_with_lock(void *argument)
{
	pthread_mutex_lock(argument);
	return NULL;
}

static void robust_mutex_is_inherited(void)
{
	pthread_mutexattr_t attributes;
	pthread_mutex_t robust;
	pthread_t thread;

	CHECK_ZERO(pthread_mutexattr_init(&attributes));
	CHECK_ZERO(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
	CHECK_ZERO(pthread_mutex_init(&robust, &attributes));
	CHECK_ZERO(pthread_create(&thread, NULL, die_with_lock, &robust));
	CHECK_ZERO(pthread_join(thread, NULL));
	CHECK_EQUAL(pthread_mutex_lock(&robust), EOWNERDEAD);
	CHECK_ZERO(pthread_mutex_consistent(&robust));
	CHECK_ZERO(pthread_mutex_unlock(&robust));
}

const struct test futex_tests[] = {
	{ "wait-sees-another-value", wait_sees_another_value },
	{ "wait-times-out", wait_times_out },
	{ "unaligned-and-outside-fail", unaligned_and_outside_fail },
	{ "wake-releases-all-waiters", wake_releases_all_waiters },
	{ "wake-op-changes-the-word", wake_op_changes_the_word },
	{ "robust-mutex-is-inherited", robust_mutex_is_inherited },
	{ 0 },
};
