// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include "selftest.h"

#define CHECK_ZERO(call) CHECK_EQUAL(call, 0)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static _Thread_local int thread_local_number = 42;
static long total;
static int turn;

static void *add_up(void *argument)
{
	for (intptr_t i = (intptr_t)argument; i > 0; i--) {
		pthread_mutex_lock(&mutex);
		total++;
		pthread_mutex_unlock(&mutex);
	}
	return (void *)0x55;
}

static void mutex_keeps_threads_apart(void)
{
	pthread_t threads[8];

	for (int i = 0; i < 8; i++)
		CHECK_ZERO(pthread_create(&threads[i], NULL, add_up, (void *)20000));
	for (int i = 0; i < 8; i++) {
		void *result;
		CHECK_ZERO(pthread_join(threads[i], &result));
		CHECK_EQUAL((intptr_t)result, 0x55);
	}
	CHECK_EQUAL(total, 160000);
}

static void *take_turns(void *argument)
{
	intptr_t mine = (intptr_t)argument;

	pthread_mutex_lock(&mutex);
	for (int i = 0; i < 2000; i++) {
		while (turn != mine)
			pthread_cond_wait(&condition, &mutex);
		turn = !mine;
		pthread_cond_broadcast(&condition);
	}
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static void condition_wakes(void)
{
	pthread_t a, b;

	CHECK_ZERO(pthread_create(&a, NULL, take_turns, (void *)0));
	CHECK_ZERO(pthread_create(&b, NULL, take_turns, (void *)1));
	CHECK_ZERO(pthread_join(a, NULL));
	CHECK_ZERO(pthread_join(b, NULL));
}

static void condition_times_out(void)
{
	struct timespec until;
	long long start = monotonic_ms();

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 50000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_mutex_lock(&mutex);
	CHECK_EQUAL(pthread_cond_timedwait(&condition, &mutex, &until), ETIMEDOUT);
	pthread_mutex_unlock(&mutex);
	CHECK(monotonic_ms() - start >= 45);
}

static void *use_thread_locals(void *argument)
{
	CHECK_EQUAL(thread_local_number, 42);
	thread_local_number = (intptr_t)argument;
	errno = (intptr_t)argument;
	sched_yield();
	CHECK_EQUAL(thread_local_number, (intptr_t)argument);
	CHECK_EQUAL(errno, (intptr_t)argument);
	return NULL;
}

static void thread_locals_are_apart(void)
{
	pthread_t threads[4];

	thread_local_number = 7;
	errno = 8;
	for (intptr_t i = 0; i < 4; i++)
		CHECK_ZERO(pthread_create(&threads[i], NULL, use_thread_locals, (void *)(100 + i)));
	for (int i = 0; i < 4; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	CHECK_EQUAL(thread_local_number, 7);
	CHECK_EQUAL(errno, 8);
}

static pthread_key_t key;
static atomic_int destroyed;

static void destroy(void *value)
{
	destroyed += (intptr_t)value;
}

static void *set_specific(void *argument)
{
	pthread_setspecific(key, argument);
	return pthread_getspecific(key);
}

static void keys_have_destructors(void)
{
	pthread_t threads[3];

	CHECK_ZERO(pthread_key_create(&key, destroy));
	for (intptr_t i = 0; i < 3; i++)
		CHECK_ZERO(pthread_create(&threads[i], NULL, set_specific, (void *)(i + 1)));
	for (intptr_t i = 0; i < 3; i++) {
		void *result;
		CHECK_ZERO(pthread_join(threads[i], &result));
		CHECK_EQUAL((intptr_t)result, i + 1);
	}
	CHECK_EQUAL(destroyed, 6);
}

static sem_t done;

static void *post(void *argument)
{
	(void)argument;
	sem_post(&done);
	return NULL;
}

/* Far more than there is memory for at once, detached: each must give its stack back. */
static void many_threads_come_and_go(void)
{
	pthread_attr_t detached;

	CHECK_ZERO(sem_init(&done, 0, 0));
	CHECK_ZERO(pthread_attr_init(&detached));
	CHECK_ZERO(pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED));
	for (int round = 0; round < 15; round++) {
		for (int i = 0; i < 20; i++) {
			pthread_t thread;
			CHECK_ZERO(pthread_create(&thread, &detached, post, NULL));
		}
		for (int i = 0; i < 20; i++)
			CHECK_CALL(sem_wait(&done));
	}
	/* 300 threads of 128 KiB would have been 600 pages. */
	CHECK(__builtin_wasm_memory_size(0) < 300);
}

static void many_threads_at_once(void)
{
	pthread_t threads[100];

	for (int i = 0; i < 100; i++)
		CHECK_ZERO(pthread_create(&threads[i], NULL, add_up, (void *)100));
	for (int i = 0; i < 100; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	CHECK_EQUAL(total, 10000);
}

static atomic_int cleaned;

static void clean(void *argument)
{
	cleaned += (intptr_t)argument;
}

static void *wait_to_be_cancelled(void *argument)
{
	int *pipe_end = argument;
	char byte;

	pthread_cleanup_push(clean, (void *)3);
	sem_post(&done);
	read(*pipe_end, &byte, 1);
	pthread_cleanup_pop(0);
	return NULL;
}

static void cancel_ends_a_blocked_thread(void)
{
	int ends[2];
	pthread_t thread;
	void *result;

	CHECK_ZERO(sem_init(&done, 0, 0));
	CHECK_CALL(pipe(ends));
	CHECK_ZERO(pthread_create(&thread, NULL, wait_to_be_cancelled, &ends[0]));
	CHECK_CALL(sem_wait(&done));
	CHECK_ZERO(pthread_cancel(thread));
	CHECK_ZERO(pthread_join(thread, &result));
	CHECK(result == PTHREAD_CANCELED);
	CHECK_EQUAL(cleaned, 3);
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;

static void *read_and_write(void *argument)
{
	(void)argument;
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 500; i++) {
		pthread_rwlock_wrlock(&rwlock);
		long before = total;
		total = before + 1;
		pthread_rwlock_unlock(&rwlock);
		pthread_rwlock_rdlock(&rwlock);
		CHECK(total > before);
		pthread_rwlock_unlock(&rwlock);
	}
	return NULL;
}

static void rwlocks_and_barriers(void)
{
	pthread_t threads[4];

	CHECK_ZERO(pthread_barrier_init(&barrier, NULL, 4));
	for (int i = 0; i < 4; i++)
		CHECK_ZERO(pthread_create(&threads[i], NULL, read_and_write, NULL));
	for (int i = 0; i < 4; i++)
		CHECK_ZERO(pthread_join(threads[i], NULL));
	CHECK_EQUAL(total, 2000);
}

static pthread_t signalled;
static volatile int signalled_once;

static void note_thread(int sig)
{
	(void)sig;
	signalled = pthread_self();
	signalled_once = 1;
}

static void *wait_for_signal(void *argument)
{
	sem_post(&done);
	while (!signalled_once)
		sigsuspend(argument);
	return NULL;
}

static void signals_go_to_their_thread(void)
{
	pthread_t thread;
	sigset_t blocked, none;
	struct sigaction action = { .sa_handler = note_thread };

	sigemptyset(&none);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	CHECK_ZERO(pthread_sigmask(SIG_BLOCK, &blocked, NULL));
	CHECK_ZERO(sem_init(&done, 0, 0));
	CHECK_CALL(sigaction(SIGUSR1, &action, NULL));
	CHECK_ZERO(pthread_create(&thread, NULL, wait_for_signal, &none));
	CHECK_CALL(sem_wait(&done));
	CHECK_ZERO(pthread_kill(thread, SIGUSR1));
	CHECK_ZERO(pthread_join(thread, NULL));
	CHECK(pthread_equal(signalled, thread));
}

static void *exit_process(void *argument)
{
	(void)argument;
	exit(0);
}

static void exit_of_a_thread_ends_the_process(void)
{
	pthread_t thread;

	CHECK_ZERO(pthread_create(&thread, NULL, exit_process, NULL));
	for (;;)
		pause();
}

const struct test thread_tests[] = {
	{ "mutex-keeps-threads-apart", mutex_keeps_threads_apart },
	{ "condition-wakes", condition_wakes },
	{ "condition-times-out", condition_times_out },
	{ "thread-locals-are-apart", thread_locals_are_apart },
	{ "keys-have-destructors", keys_have_destructors },
	{ "many-threads-come-and-go", many_threads_come_and_go },
	{ "many-threads-at-once", many_threads_at_once },
	{ "cancel-ends-a-blocked-thread", cancel_ends_a_blocked_thread },
	{ "rwlocks-and-barriers", rwlocks_and_barriers },
	{ "signals-go-to-their-thread", signals_go_to_their_thread },
	{ "exit-of-a-thread-ends-the-process", exit_of_a_thread_ends_the_process },
	{ 0 },
};
