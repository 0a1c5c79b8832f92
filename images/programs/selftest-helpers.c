// SPDX-License-Identifier: Apache-2.0
/* What the tests start as other processes: selftest helper-NAME ARGUMENT... */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#include "selftest.h"

static int has_lengths(char **argv)
{
	return argv[2] && argv[3] && argv[4] && (long)strlen(argv[2]) == atol(argv[4]) && !*argv[3]
		&& getenv("ANSWER") && !strcmp(getenv("ANSWER"), "42");
}

/* Takes for ever without a loop. */
static __attribute__((noinline)) long fibonacci(long n)
{
	return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static _Noreturn void *loop(void *unused)
{
	(void)unused;
	for (;;)
		;
}

static int exit_beside_loop(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, loop, NULL))
		return 1;
	usleep(50000);
	return 5;
}

static atomic_int deep_threads;

static __attribute__((noinline)) long wait_deep(long levels)
{
	if (!levels) {
		deep_threads++;
		/* Never so, but the compiler cannot know. */
		while (deep_threads > 0)
			pause();
		return 0;
	}
	long result = wait_deep(levels - 1);
	/* Work after the call, or it would be a loop. */
	return getppid() ^ result;
}

static _Noreturn void *wait_below(void *levels)
{
	exit((int)wait_deep((long)levels));
}

/* Waits in many threads at once, each below many calls; 0 when all have got there. */
static int wait_in_threads(int count, long levels)
{
	pthread_t thread;

	for (int i = 0; i < count; i++)
		if (pthread_create(&thread, NULL, wait_below, (void *)levels))
			return 4;
	while (deep_threads < count)
		usleep(1000);
	return 0;
}

/* Returns the exit status. */
int run_helper(const char *name, int argc, char **argv)
{
	if (!strcmp(name, "helper-sleep") && argc == 3) {
		usleep(atoi(argv[2]) * 1000);
		return 0;
	}
	if (!strcmp(name, "helper-signal") && argc == 5) {
		usleep(atoi(argv[4]) * 1000);
		return kill(atoi(argv[2]), atoi(argv[3])) < 0;
	}
	if (!strcmp(name, "helper-raise") && argc == 3)
		raise(atoi(argv[2]));
	if (!strcmp(name, "helper-abort"))
		abort();
	if (!strcmp(name, "helper-trap"))
		__builtin_trap();
	if (!strcmp(name, "helper-loop"))
		loop(NULL);
	if (!strcmp(name, "helper-fibonacci"))
		return (int)fibonacci(argc + 90);
	if (!strcmp(name, "helper-exit-beside-loop"))
		return exit_beside_loop();
	if (!strcmp(name, "helper-recursion") && argc == 3)
		return (int)endless_recursion(atoi(argv[2]), open("/dev/null", O_WRONLY));
	if (!strcmp(name, "helper-deep") && argc == 4)
		return wait_in_threads(atoi(argv[2]), atol(argv[3]));
	if (!strcmp(name, "helper-lengths"))
		return !has_lengths(argv);
	return 3;
}
