// SPDX-License-Identifier: Apache-2.0
/*
 * Measures what the guest's system calls, pipes, processes and threads cost.
 * Prints one "key value" line per figure, in nanoseconds.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GETPPID_CALLS 100000
#define GETPPID_WARM_UP 10000
#define ROUND_TRIPS 2000
#define ROUND_TRIPS_WARM_UP 100
#define SPAWNS 50
#define THREADS 100
#define WARM_UP 5
#define LOOP_STEPS 200000000u
#define GROW_BYTES (16u << 20)
/* Touching one byte in each makes the host give the memory. */
#define HOST_PAGE 4096
#define ECHO_ARGUMENT "--echo"

extern char **environ;

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void report(const char *key, int64_t ns)
{
	printf("%s %lld\n", key, (long long)ns);
	fflush(stdout);
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t getppid_calls(int count)
{
	int64_t start = now_ns();

	for (int i = 0; i < count; i++)
		syscall(SYS_getppid);
	return now_ns() - start;
}

/* The other end of the ping-pong: a process of its own. */
static int echo(void)
{
	char byte;

	while (read(0, &byte, 1) == 1)
		if (write(1, &byte, 1) != 1)
			return 1;
	return 0;
}

static int64_t round_trips(int to, int from, int count)
{
	int64_t start = now_ns();
	char byte = 'x';

	for (int i = 0; i < count; i++)
		if (write(to, &byte, 1) != 1 || read(from, &byte, 1) != 1)
			fail("bench: pipe");
	return now_ns() - start;
}

static void bench_pipe(char *self)
{
	int to[2], from[2];
	pid_t pid;
	posix_spawn_file_actions_t actions;

	if (pipe(to) < 0 || pipe(from) < 0)
		fail("bench: pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, to[0], 0);
	posix_spawn_file_actions_adddup2(&actions, from[1], 1);
	posix_spawn_file_actions_addclose(&actions, to[1]);
	posix_spawn_file_actions_addclose(&actions, from[0]);
	if (posix_spawn(&pid, self, &actions, NULL, (char *[]){ self, ECHO_ARGUMENT, NULL }, environ))
		fail("bench: spawn");
	close(to[0]);
	close(from[1]);
	round_trips(to[1], from[0], ROUND_TRIPS_WARM_UP);
	report("pipe_roundtrip_ns", round_trips(to[1], from[0], ROUND_TRIPS) / ROUND_TRIPS);
	close(to[1]);
	close(from[0]);
	waitpid(pid, NULL, 0);
}

static int64_t spawns(int count)
{
	int64_t start = now_ns();

	for (int i = 0; i < count; i++) {
		pid_t pid;
		if (posix_spawn(&pid, "/bin/true", NULL, NULL, (char *[]){ "true", NULL }, environ))
			fail("bench: spawn");
		if (waitpid(pid, NULL, 0) != pid)
			fail("bench: wait");
	}
	return now_ns() - start;
}

static void *nothing(void *argument)
{
	return argument;
}

static int64_t threads(int count)
{
	int64_t start = now_ns();

	for (int i = 0; i < count; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL))
			fail("bench: thread");
	}
	return now_ns() - start;
}

/* A chain of dependent steps that no compiler can shorten. */
static uint32_t loop(uint32_t steps)
{
	uint32_t x = 2463534242u;

	for (uint32_t i = 0; i < steps; i++)
		x = (x ^ i) * 1664525u + 1013904223u;
	return x;
}

static void bench_loop(void)
{
	int64_t start = now_ns();
	volatile uint32_t result = loop(LOOP_STEPS);

	(void)result;
	report("loop_ns", now_ns() - start);
}

static void bench_memory(void)
{
	int64_t start = now_ns();
	volatile char *memory = malloc(GROW_BYTES);

	if (!memory)
		return;
	for (uint32_t at = 0; at < GROW_BYTES; at += HOST_PAGE)
		memory[at] = 1;
	report("memory_grow_ns", now_ns() - start);
	free((void *)memory);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], ECHO_ARGUMENT))
		return echo();
	getppid_calls(GETPPID_WARM_UP);
	report("getppid_100k_ns", getppid_calls(GETPPID_CALLS));
	bench_pipe("/proc/self/exe");
	spawns(WARM_UP);
	report("spawn_true_ns", spawns(SPAWNS) / SPAWNS);
	threads(WARM_UP);
	report("thread_create_ns", threads(THREADS) / THREADS);
	bench_loop();
	bench_memory();
	return 0;
}
