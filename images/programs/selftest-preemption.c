// SPDX-License-Identifier: Apache-2.0
/* Code that computes and makes no system calls still gets its signals, and shares its CPU. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "selftest.h"

#define MAX_THREADS 16

extern char **environ;

static volatile sig_atomic_t alarms;
static sigjmp_buf out;

static void count_alarm(int sig)
{
	/* Uses the stack, where it must not meet anything of the interrupted code. */
	volatile char room[512];

	for (size_t i = 0; i < sizeof room; i++)
		room[i] = (char)sig;
	alarms++;
}

static void leave(int sig)
{
	(void)sig;
	siglongjmp(out, 1);
}

static void start_timer(int timer, int signal, void (*handler)(int))
{
	struct itimerval every = { { 0, 10000 }, { 0, 10000 } };

	CHECK_CALL(sigaction(signal, &(struct sigaction){ .sa_handler = handler }, NULL));
	CHECK_CALL(setitimer(timer, &every, NULL));
}

static void alarm_runs_its_handler_in_a_loop(void)
{
	start_timer(ITIMER_REAL, SIGALRM, count_alarm);
	while (alarms < 5)
		;
}

static void processor_time_is_measured_in_a_loop(void)
{
	struct rusage before, after;

	CHECK_CALL(getrusage(RUSAGE_SELF, &before));
	start_timer(ITIMER_VIRTUAL, SIGVTALRM, count_alarm);
	while (alarms < 10)
		;
	CHECK_CALL(getrusage(RUSAGE_SELF, &after));
	long user_us = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000L
		+ after.ru_utime.tv_usec - before.ru_utime.tv_usec;
	CHECK(user_us > 50000);
}

/* A longjmp is caught around calls only: one in the function of the setjmp itself would be lost. */
static __attribute__((noinline)) void wait_for_ever(void)
{
	for (;;)
		;
}

static void handler_leaves_a_loop_by_siglongjmp(void)
{
	/* Once: on a busy host the next one could come while this function itself runs. */
	struct itimerval once = { { 0, 0 }, { 0, 10000 } };

	CHECK_CALL(sigaction(SIGALRM, &(struct sigaction){ .sa_handler = leave }, NULL));
	for (volatile int i = 0; i < 20; i++) {
		if (sigsetjmp(out, 1))
			continue;
		CHECK_CALL(setitimer(ITIMER_REAL, &once, NULL));
		wait_for_ever();
	}
}

/* Makes no calls, so its array may be below the stack pointer. */
static __attribute__((noinline)) int keeps_its_variables(void)
{
	volatile int variables[16];

	for (int i = 0; i < 16; i++)
		variables[i] = i * 77;
	while (alarms < 5)
		for (int i = 0; i < 16; i++)
			if (variables[i] != i * 77)
				return 0;
	return 1;
}

static void handler_spares_what_a_leaf_function_keeps(void)
{
	start_timer(ITIMER_REAL, SIGALRM, count_alarm);
	CHECK(keeps_its_variables());
}

static pid_t start_helper(const char *name)
{
	char *argv[] = { "selftest", (char *)name, NULL };
	pid_t pid;

	CHECK_EQUAL(posix_spawn(&pid, self_path, NULL, NULL, argv, environ), 0);
	return pid;
}

static void dies_of(pid_t pid, int signal)
{
	int status;

	usleep(20000);
	CHECK_CALL(kill(pid, signal));
	CHECK_EQUAL(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status));
	CHECK_EQUAL(WTERMSIG(status), signal);
}

static void endless_loop_is_killed(void)
{
	dies_of(start_helper("helper-loop"), SIGKILL);
	dies_of(start_helper("helper-loop"), SIGINT);
}

static void endless_recursion_without_loops_is_killed(void)
{
	dies_of(start_helper("helper-fibonacci"), SIGTERM);
}

static void computing_process_is_stopped_and_goes_on(void)
{
	pid_t pid = start_helper("helper-loop");
	int status;

	CHECK_CALL(kill(pid, SIGSTOP));
	CHECK_EQUAL(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
	CHECK_CALL(kill(pid, SIGCONT));
	CHECK_EQUAL(waitpid(pid, &status, WCONTINUED), pid);
	CHECK(WIFCONTINUED(status));
	dies_of(pid, SIGTERM);
}

static volatile unsigned long rounds[MAX_THREADS];

static _Noreturn void *count_rounds(void *number)
{
	for (;;)
		rounds[(long)number]++;
}

static void start_counting(long threads)
{
	pthread_t thread;

	for (long i = 0; i < threads; i++)
		CHECK_EQUAL(pthread_create(&thread, NULL, count_rounds, (void *)i), 0);
}

static void computing_threads_share_the_processors(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN), threads = 2 * cpus < MAX_THREADS ? 2 * cpus : MAX_THREADS;
	unsigned long least = -1UL, most = 0, before[MAX_THREADS];

	start_counting(threads);
	/* The first rounds are slow: the host has not compiled the loop yet. */
	usleep(500000);
	for (long i = 0; i < threads; i++)
		before[i] = rounds[i];
	usleep(1500000);
	for (long i = 0; i < threads; i++) {
		unsigned long done = rounds[i] - before[i];
		least = done < least ? done : least;
		most = done > most ? done : most;
	}
	CHECK(least > 0);
	/* With several, the host decides how much of its own processors each gets. */
	if (cpus == 1)
		CHECK(least > most / 3);
}

static void sleeper_wakes_beside_computing_threads(void)
{
	start_counting(sysconf(_SC_NPROCESSORS_ONLN));
	for (int i = 0; i < 10; i++) {
		long long start = monotonic_ms();
		usleep(10000);
		long long took = monotonic_ms() - start;
		CHECK(took >= 10);
		CHECK(took < 2000);
	}
}

static void process_ends_though_a_thread_computes(void)
{
	int status;
	pid_t pid = start_helper("helper-exit-beside-loop");

	CHECK_EQUAL(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status));
	CHECK_EQUAL(WEXITSTATUS(status), 5);
}

static __attribute__((noinline)) long recurse(long depth, int how, int fd)
{
	if (how == 1)
		getpid();
	if (how == 2 && write(fd, "x", 1) < 0)
		return -1;
	if (how == 3 && dprintf(fd, "level %ld\n", depth) < 0)
		return -1;
	long result = recurse(depth + 1, how, fd);
	/* Work after the call, or it would be a loop. */
	return getppid() ^ result;
}

/* What helper-recursion HOW does: 0 nothing, 1 getpid, 2 write, 3 dprintf at each level. */
long endless_recursion(int how, int fd)
{
	return recurse(0, how, fd);
}

static void recursion_ends_only_its_process(void)
{
	for (int how = 0; how < 4; how++) {
		char number[2] = { (char)('0' + how), 0 };
		char *argv[] = { "selftest", "helper-recursion", number, NULL };
		pid_t pid;
		int status;

		CHECK_EQUAL(posix_spawn(&pid, self_path, NULL, NULL, argv, environ), 0);
		CHECK_EQUAL(waitpid(pid, &status, 0), pid);
		CHECK(WIFSIGNALED(status));
		CHECK_EQUAL(WTERMSIG(status), SIGSEGV);
	}
}

const struct test preemption_tests[] = {
	{ "alarm-runs-its-handler-in-a-loop", alarm_runs_its_handler_in_a_loop },
	{ "processor-time-is-measured-in-a-loop", processor_time_is_measured_in_a_loop },
	{ "handler-leaves-a-loop-by-siglongjmp", handler_leaves_a_loop_by_siglongjmp },
	{ "handler-spares-what-a-leaf-function-keeps", handler_spares_what_a_leaf_function_keeps },
	{ "endless-loop-is-killed", endless_loop_is_killed },
	{ "endless-recursion-without-loops-is-killed", endless_recursion_without_loops_is_killed },
	{ "computing-process-is-stopped-and-goes-on", computing_process_is_stopped_and_goes_on },
	{ "computing-threads-share-the-processors", computing_threads_share_the_processors },
	{ "sleeper-wakes-beside-computing-threads", sleeper_wakes_beside_computing_threads },
	{ "process-ends-though-a-thread-computes", process_ends_though_a_thread_computes },
	{ "recursion-ends-only-its-process", recursion_ends_only_its_process },
	{ 0 }
};
