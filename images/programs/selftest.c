// SPDX-License-Identifier: Apache-2.0
/*
 * selftest [GROUP|GROUP/NAME]...: runs the in-guest tests, all without
 * arguments. Each test runs in a process of its own, prints "PASS name" or
 * "FAIL name: why", and is ended when it takes too long.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "selftest.h"

#define LIMIT_SECONDS 60
#define RUN_ARGUMENT "--run"

static const struct {
	const char *name;
	const struct test *tests;
} groups[] = {
	{ "signals", signal_tests },   { "threads", thread_tests }, { "futex", futex_tests },
	{ "timers", timer_tests },     { "pipes", pipe_tests },     { "processes", process_tests },
	{ "memory", memory_tests },    { "files", file_tests },     { "jumps", jump_tests },
	{ "preemption", preemption_tests },
#ifdef __wasm_simd128__
	{ "vectors", vector_tests },
#endif
};
#define GROUPS (sizeof groups / sizeof *groups)

extern char **environ;
char *self_path = "/proc/self/exe";
int run_helper(const char *name, int argc, char **argv);

long long monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void fail_test(const char *file, int line, const char *format, ...)
{
	char why[200];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, sizeof why, format, arguments);
	va_end(arguments);
	const char *name = strrchr(file, '/');
	/* In one write: other threads of the test may be talking. */
	dprintf(3, "%s:%d: %s\n", name ? name + 1 : file, line, why);
	_exit(1);
}

static const struct test *find_test(const char *group, const char *name)
{
	for (size_t g = 0; g < GROUPS; g++)
		if (!strcmp(groups[g].name, group))
			for (const struct test *test = groups[g].tests; test->name; test++)
				if (!strcmp(test->name, name))
					return test;
	return NULL;
}

/* Waits for the test's process; returns 0 when it passed, else writes down why. */
static int judge(pid_t pid, int reasons, char *why, size_t size)
{
	int status;
	ssize_t n = read(reasons, why, size - 1);

	if (waitpid(pid, &status, 0) != pid) {
		snprintf(why, size, "lost its process: %s", strerror(errno));
		return 1;
	}
	why[n > 0 ? n : 0] = 0;
	why[strcspn(why, "\n")] = 0;
	if (WIFSIGNALED(status))
		snprintf(why, size, WTERMSIG(status) == SIGALRM ? "took too long (signal %d)" : "died of signal %d",
			 WTERMSIG(status));
	else if (WEXITSTATUS(status) && !*why)
		snprintf(why, size, "ended with status %d", WEXITSTATUS(status));
	return status != 0;
}

static int run_one(const char *group, const char *name)
{
	char full[64], why[256];
	int reasons[2];
	pid_t pid;
	posix_spawn_file_actions_t actions;

	snprintf(full, sizeof full, "%s/%s", group, name);
	if (pipe(reasons) < 0) {
		printf("FAIL %s: no pipe: %s\n", full, strerror(errno));
		return 1;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addclose(&actions, reasons[0]);
	posix_spawn_file_actions_adddup2(&actions, reasons[1], 3);
	if (reasons[1] != 3)
		posix_spawn_file_actions_addclose(&actions, reasons[1]);
	char *argv[] = { "selftest", RUN_ARGUMENT, (char *)group, (char *)name, NULL };
	int error = posix_spawn(&pid, self_path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(reasons[1]);
	int failed = 1;
	if (error)
		snprintf(why, sizeof why, "cannot start: %s", strerror(error));
	else
		failed = judge(pid, reasons[0], why, sizeof why);
	close(reasons[0]);
	if (failed)
		printf("FAIL %s: %s\n", full, why);
	else
		printf("PASS %s\n", full);
	fflush(stdout);
	return failed;
}

static int wanted(const char *group, const char *name, int argc, char **argv)
{
	char full[64];

	snprintf(full, sizeof full, "%s/%s", group, name);
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], group) || !strcmp(argv[i], full))
			return 1;
	return argc < 2;
}

int main(int argc, char **argv)
{
	int passed = 0, failed = 0;

	if (argc >= 4 && !strcmp(argv[1], RUN_ARGUMENT)) {
		const struct test *test = find_test(argv[2], argv[3]);
		if (!test)
			return 2;
		alarm(LIMIT_SECONDS);
		test->run();
		return 0;
	}
	if (argc >= 2 && !strncmp(argv[1], "helper-", 7))
		return run_helper(argv[1], argc, argv);
	for (size_t g = 0; g < GROUPS; g++)
		for (const struct test *test = groups[g].tests; test->name; test++)
			if (wanted(groups[g].name, test->name, argc, argv)) {
				if (run_one(groups[g].name, test->name))
					failed++;
				else
					passed++;
			}
	printf("%d passed, %d failed\n", passed, failed);
	return failed || !passed;
}
