// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "selftest.h"

extern char **environ;

static int wait_for(pid_t pid)
{
	int status;

	CHECK(pid > 0);
	CHECK_EQUAL(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int spawn_shell(const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes, const char *command)
{
	pid_t pid;

	CHECK_EQUAL(posix_spawn(&pid, "/bin/sh", actions, attributes, (char *[]){ "sh", "-c", (char *)command, NULL }, environ), 0);
	return wait_for(pid);
}

static void spawned_status_comes_back(void)
{
	CHECK_EQUAL(spawn_shell(NULL, NULL, "exit 42"), 42);
	CHECK_EQUAL(spawn_shell(NULL, NULL, "true"), 0);
}

static void spawn_reports_a_missing_program(void)
{
	pid_t pid;
	char *argv[] = { "nothing", NULL };

	CHECK_EQUAL(posix_spawn(&pid, "/no/such/program", NULL, NULL, argv, environ), ENOENT);
	CHECK_EQUAL(posix_spawn(&pid, "/etc/passwd", NULL, NULL, argv, environ), EACCES);
	CHECK_EQUAL(waitpid(-1, NULL, WNOHANG), -1);
	CHECK_EQUAL(errno, ECHILD);
}

static void spawn_moves_descriptors(void)
{
	posix_spawn_file_actions_t actions;
	int ends[2];
	char buffer[32];

	CHECK_CALL(pipe(ends));
	CHECK_EQUAL(posix_spawn_file_actions_init(&actions), 0);
	CHECK_EQUAL(posix_spawn_file_actions_adddup2(&actions, ends[1], 1), 0);
	CHECK_EQUAL(posix_spawn_file_actions_addclose(&actions, ends[0]), 0);
	CHECK_EQUAL(posix_spawn_file_actions_addopen(&actions, 0, "/etc/hostname", O_RDONLY, 0), 0);
	CHECK_EQUAL(spawn_shell(&actions, NULL, "read name; echo got $name"), 0);
	close(ends[1]);
	ssize_t n = read(ends[0], buffer, sizeof buffer - 1);
	CHECK(n > 0);
	buffer[n] = 0;
	CHECK(!strcmp(buffer, "got tuxloom\n"));
}

static void spawn_sets_attributes(void)
{
	posix_spawnattr_t attributes;
	pid_t pid;
	char *argv[] = { "selftest", "helper-sleep", "10000", NULL };

	CHECK_EQUAL(posix_spawnattr_init(&attributes), 0);
	CHECK_EQUAL(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP), 0);
	CHECK_EQUAL(posix_spawn(&pid, self_path, NULL, &attributes, argv, environ), 0);
	CHECK_EQUAL(getpgid(pid), pid);
	CHECK_CALL(kill(-pid, SIGKILL));
	CHECK_EQUAL(waitpid(pid, NULL, 0), pid);
}

static void vfork_child_execs(void)
{
	volatile int seen = 0;
	pid_t pid = vfork();

	if (!pid) {
		seen = 1;
		execl("/bin/sh", "sh", "-c", "exit 9", NULL);
		_exit(127);
	}
	CHECK_EQUAL(seen, 1);
	CHECK_EQUAL(wait_for(pid), 9);
}

static void vfork_child_exits(void)
{
	for (int i = 0; i < 20; i++) {
		pid_t pid = vfork();
		if (!pid)
			_exit(i);
		CHECK_EQUAL(wait_for(pid), i);
	}
}

/* The first child still starts its program while the second one makes system calls. */
static void vfork_children_do_not_disturb_each_other(void)
{
	for (int i = 0; i < 150; i++) {
		volatile int wrong = 0;
		pid_t first = vfork(), second;

		if (!first) {
			execl(self_path, "selftest", "helper-sleep", "0", NULL);
			_exit(127);
		}
		second = vfork();
		if (!second) {
			for (int fd = 20; fd < 420; fd++)
				wrong += dup2(1, fd % 50 + 20) != fd % 50 + 20;
			_exit(5);
		}
		CHECK_EQUAL(wrong, 0);
		CHECK_EQUAL(wait_for(first), 0);
		CHECK_EQUAL(wait_for(second), 5);
	}
}

static void vfork_child_sees_what_it_replaced(void)
{
	volatile int end = -2;
	pid_t pid = vfork();

	if (!pid) {
		int ends[2];
		char byte;

		if (!pipe2(ends, O_NONBLOCK) && dup2(0, ends[1]) == ends[1])
			end = read(ends[0], &byte, 1);
		_exit(0);
	}
	CHECK_EQUAL(wait_for(pid), 0);
	CHECK_EQUAL(end, 0);
}

static void failed_exec_tells_why(void)
{
	volatile int why = 0;
	pid_t pid = vfork();

	if (!pid) {
		execl("/no/such/program", "x", NULL);
		why = errno;
		_exit(3);
	}
	CHECK_EQUAL(wait_for(pid), 3);
	CHECK_EQUAL(why, ENOENT);
	pid = vfork();
	if (!pid) {
		execl("/tmp", "x", NULL);
		why = errno;
		_exit(3);
	}
	CHECK_EQUAL(wait_for(pid), 3);
	CHECK_EQUAL(why, EACCES);
}

static void write_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	CHECK_CALL(fd);
	CHECK_EQUAL(write(fd, data, size), size);
	close(fd);
}

/* Files that look executable and are not: an error for exec, never a dead process. */
static void broken_programs_are_refused(void)
{
	static const unsigned char truncated[] = { 0, 'a', 's', 'm', 1, 0, 0, 0, 1, 200 };
	static const unsigned char no_memory[] = { 0, 'a', 's', 'm', 1, 0, 0, 0 };
	pid_t pid;
	char *argv[] = { "x", NULL };

	write_file("/tmp/truncated", truncated, sizeof truncated);
	CHECK_EQUAL(posix_spawn(&pid, "/tmp/truncated", NULL, NULL, argv, environ), ENOEXEC);
	write_file("/tmp/no-memory", no_memory, sizeof no_memory);
	CHECK_EQUAL(posix_spawn(&pid, "/tmp/no-memory", NULL, NULL, argv, environ), ENOEXEC);
	unlink("/tmp/truncated");
	unlink("/tmp/no-memory");
}

static void scripts_run(void)
{
	static const char script[] = "#!/bin/sh\nexit $(($# + 20))\n";
	pid_t pid;

	write_file("/tmp/script", script, sizeof script - 1);
	CHECK_EQUAL(posix_spawn(&pid, "/tmp/script", NULL, NULL, (char *[]){ "script", "a", "b", NULL }, environ), 0);
	CHECK_EQUAL(wait_for(pid), 22);
	unlink("/tmp/script");
}

static void system_and_popen(void)
{
	char line[64];

	CHECK_EQUAL(WEXITSTATUS(system("exit 5")), 5);
	FILE *out = popen("echo one; echo two | tr a-z A-Z", "r");
	CHECK(out != NULL);
	CHECK(fgets(line, sizeof line, out) && !strcmp(line, "one\n"));
	CHECK(fgets(line, sizeof line, out) && !strcmp(line, "TWO\n"));
	CHECK(!fgets(line, sizeof line, out));
	CHECK_EQUAL(pclose(out), 0);
	FILE *in = popen("read line; test \"$line\" = hello", "w");
	CHECK(in != NULL);
	fputs("hello\n", in);
	CHECK_EQUAL(pclose(in), 0);
}

static void arguments_and_environment_arrive(void)
{
	static char big[20000];
	pid_t pid;
	char number[16], *argv[] = { "selftest", "helper-lengths", big, "", number, NULL };

	memset(big, 'x', sizeof big - 1);
	snprintf(number, sizeof number, "%zu", sizeof big - 1);
	CHECK_EQUAL(posix_spawn(&pid, self_path, NULL, NULL, argv, (char *[]){ "ANSWER=42", NULL }), 0);
	CHECK_EQUAL(wait_for(pid), 0);
}

static void many_processes_come_and_go(void)
{
	for (int i = 0; i < 200; i++) {
		pid_t pid;
		CHECK_EQUAL(posix_spawn(&pid, "/bin/true", NULL, NULL, (char *[]){ "true", NULL }, environ), 0);
		CHECK_EQUAL(wait_for(pid), 0);
	}
}

static void many_processes_at_once(void)
{
	pid_t pids[30];

	for (int i = 0; i < 30; i++)
		CHECK_EQUAL(posix_spawn(&pids[i], self_path, NULL, NULL,
			(char *[]){ "selftest", "helper-sleep", "200", NULL }, environ), 0);
	for (int i = 0; i < 30; i++)
		CHECK_EQUAL(wait_for(pids[i]), 0);
}

static void fork_is_refused(void)
{
	CHECK_EQUAL(fork(), -1);
	CHECK_EQUAL(errno, ENOSYS);
}

const struct test process_tests[] = {
	{ "spawned-status-comes-back", spawned_status_comes_back },
	{ "spawn-reports-a-missing-program", spawn_reports_a_missing_program },
	{ "spawn-moves-descriptors", spawn_moves_descriptors },
	{ "spawn-sets-attributes", spawn_sets_attributes },
	{ "vfork-child-execs", vfork_child_execs },
	{ "vfork-child-exits", vfork_child_exits },
	{ "vfork-children-do-not-disturb-each-other", vfork_children_do_not_disturb_each_other },
	{ "vfork-child-sees-what-it-replaced", vfork_child_sees_what_it_replaced },
	{ "failed-exec-tells-why", failed_exec_tells_why },
	{ "broken-programs-are-refused", broken_programs_are_refused },
	{ "scripts-run", scripts_run },
	{ "system-and-popen", system_and_popen },
	{ "arguments-and-environment-arrive", arguments_and_environment_arrive },
	{ "many-processes-come-and-go", many_processes_come_and_go },
	{ "many-processes-at-once", many_processes_at_once },
	{ "fork-is-refused", fork_is_refused },
	{ 0 },
};
