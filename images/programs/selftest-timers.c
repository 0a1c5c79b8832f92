// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>
#include "selftest.h"

/* How late a wake-up may be on a busy host before it is a fault. */
#define PATIENCE_MS 2000

static volatile sig_atomic_t alarms;
static volatile int value;

static void count(int sig)
{
	(void)sig;
	alarms++;
}

static void keep_value(int sig, siginfo_t *info, void *context)
{
	(void)context;
	count(sig);
	value = info->si_value.sival_int;
}

static void check_took(long long start, long long least_ms)
{
	long long took = monotonic_ms() - start;

	CHECK(took >= least_ms);
	CHECK(took < least_ms + PATIENCE_MS);
}

static void sleep_takes_its_time(void)
{
	long long start = monotonic_ms();

	CHECK_EQUAL(nanosleep(&(struct timespec){ .tv_nsec = 40000000 }, NULL), 0);
	check_took(start, 39);
	start = monotonic_ms();
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += until.tv_nsec >= 970000000;
	until.tv_nsec = (until.tv_nsec + 30000000) % 1000000000;
	CHECK_EQUAL(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL), 0);
	check_took(start, 29);
}

static void short_sleeps_are_short(void)
{
	long long start = monotonic_ms();

	for (int i = 0; i < 20; i++)
		CHECK_EQUAL(nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL), 0);
	check_took(start, 2);
}

static void clocks_go_forward(void)
{
	struct timespec a, b, real;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int i = 0; i < 10000; i++) {
		clock_gettime(CLOCK_MONOTONIC, &b);
		CHECK(b.tv_sec > a.tv_sec || (b.tv_sec == a.tv_sec && b.tv_nsec >= a.tv_nsec));
		a = b;
	}
	CHECK_CALL(clock_gettime(CLOCK_REALTIME, &real));
	/* 2024: the host's clock, not the epoch. */
	CHECK(real.tv_sec > 1704067200);
	CHECK_CALL(clock_getres(CLOCK_MONOTONIC, &a));
	CHECK_EQUAL(a.tv_sec, 0);
}

static void interrupted_sleep_tells_the_rest(void)
{
	struct sigaction action = { .sa_handler = count };
	struct timespec rest = { 0 };

	CHECK_CALL(sigaction(SIGALRM, &action, NULL));
	CHECK_CALL(setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_usec = 30000 }, NULL));
	CHECK_EQUAL(nanosleep(&(struct timespec){ .tv_sec = 20 }, &rest), -1);
	CHECK_EQUAL(errno, EINTR);
	CHECK_EQUAL(alarms, 1);
	CHECK(rest.tv_sec >= 17);
	CHECK(rest.tv_sec < 20);
}

static void interval_timer_repeats(void)
{
	struct sigaction action = { .sa_handler = count };
	struct itimerval left, interval = { .it_value.tv_usec = 10000, .it_interval.tv_usec = 10000 };
	long long start = monotonic_ms();

	CHECK_CALL(sigaction(SIGALRM, &action, NULL));
	CHECK_CALL(setitimer(ITIMER_REAL, &interval, NULL));
	while (alarms < 5)
		pause();
	check_took(start, 49);
	CHECK_CALL(setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, &left));
	CHECK_EQUAL(left.it_interval.tv_usec, 10000);
}

static void posix_timer_sends_its_value(void)
{
	struct sigaction action = { .sa_sigaction = keep_value, .sa_flags = SA_SIGINFO };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 99 };
	struct itimerspec left;
	timer_t timer;

	CHECK_CALL(sigaction(SIGUSR1, &action, NULL));
	CHECK_CALL(timer_create(CLOCK_MONOTONIC, &event, &timer));
	CHECK_CALL(timer_settime(timer, 0, &(struct itimerspec){ .it_value.tv_nsec = 20000000 }, NULL));
	CHECK_CALL(timer_gettime(timer, &left));
	CHECK(left.it_value.tv_nsec <= 20000000);
	while (!alarms)
		pause();
	CHECK_EQUAL(value, 99);
	CHECK_CALL(timer_delete(timer));
}

static sem_t fired;

static void notify(union sigval argument)
{
	value = argument.sival_int;
	sem_post(&fired);
}

static void posix_timer_runs_a_thread(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = notify, .sigev_value.sival_int = 12 };
	timer_t timer;

	CHECK_CALL(sem_init(&fired, 0, 0));
	CHECK_CALL(timer_create(CLOCK_MONOTONIC, &event, &timer));
	CHECK_CALL(timer_settime(timer, 0,
		&(struct itimerspec){ .it_value.tv_nsec = 10000000, .it_interval.tv_nsec = 10000000 }, NULL));
	for (int i = 0; i < 3; i++)
		while (sem_wait(&fired) < 0)
			;
	CHECK_EQUAL(value, 12);
	CHECK_CALL(timer_delete(timer));
}

static void timerfd_counts_expirations(void)
{
	struct itimerspec spec = { .it_value.tv_nsec = 10000000, .it_interval.tv_nsec = 10000000 };
	uint64_t expirations;
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);

	CHECK_CALL(fd);
	CHECK_EQUAL(read(fd, &expirations, sizeof expirations), -1);
	CHECK_EQUAL(errno, EAGAIN);
	CHECK_CALL(timerfd_settime(fd, 0, &spec, NULL));
	CHECK_EQUAL(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, PATIENCE_MS), 1);
	CHECK_EQUAL(nanosleep(&(struct timespec){ .tv_nsec = 40000000 }, NULL), 0);
	CHECK_EQUAL(read(fd, &expirations, sizeof expirations), sizeof expirations);
	CHECK(expirations >= 3);
}

static void alarm_ends_a_busy_wait_in_system_calls(void)
{
	struct sigaction action = { .sa_handler = count };
	long long start = monotonic_ms();

	CHECK_CALL(sigaction(SIGALRM, &action, NULL));
	CHECK_CALL(setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_usec = 20000 }, NULL));
	while (!alarms)
		getppid();
	check_took(start, 19);
}

const struct test timer_tests[] = {
	{ "sleep-takes-its-time", sleep_takes_its_time },
	{ "short-sleeps-are-short", short_sleeps_are_short },
	{ "clocks-go-forward", clocks_go_forward },
	{ "interrupted-sleep-tells-the-rest", interrupted_sleep_tells_the_rest },
	{ "interval-timer-repeats", interval_timer_repeats },
	{ "posix-timer-sends-its-value", posix_timer_sends_its_value },
	{ "posix-timer-runs-a-thread", posix_timer_runs_a_thread },
	{ "timerfd-counts-expirations", timerfd_counts_expirations },
	{ "alarm-ends-a-busy-wait-in-system-calls", alarm_ends_a_busy_wait_in_system_calls },
	{ 0 },
};
