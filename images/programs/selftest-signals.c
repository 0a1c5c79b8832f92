// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "selftest.h"

static volatile sig_atomic_t calls, last_signal, depth, deepest;
static volatile int last_value, last_code;
static volatile pid_t last_pid;

static void count(int sig)
{
	calls++;
	last_signal = sig;
}

static void keep_info(int sig, siginfo_t *info, void *context)
{
	(void)context;
	calls++;
	last_signal = sig;
	last_code = info->si_code;
	last_pid = info->si_pid;
	last_value = info->si_value.sival_int;
}

static void handle(int sig, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	CHECK_CALL(sigaction(sig, &action, NULL));
}

static void handler_runs(void)
{
	handle(SIGUSR1, count, 0);
	CHECK_CALL(raise(SIGUSR1));
	CHECK_EQUAL(calls, 1);
	CHECK_EQUAL(last_signal, SIGUSR1);
	CHECK_CALL(kill(getpid(), SIGUSR1));
	CHECK_EQUAL(calls, 2);
}

static void siginfo_tells_the_sender(void)
{
	struct sigaction action = { .sa_sigaction = keep_info, .sa_flags = SA_SIGINFO };

	CHECK_CALL(sigaction(SIGUSR2, &action, NULL));
	CHECK_CALL(kill(getpid(), SIGUSR2));
	CHECK_EQUAL(calls, 1);
	CHECK_EQUAL(last_code, SI_USER);
	CHECK_EQUAL(last_pid, getpid());
	CHECK_CALL(sigqueue(getpid(), SIGUSR2, (union sigval){ .sival_int = 4711 }));
	CHECK_EQUAL(calls, 2);
	CHECK_EQUAL(last_code, SI_QUEUE);
	CHECK_EQUAL(last_value, 4711);
}

static void blocked_signals_wait(void)
{
	sigset_t set, pending;

	handle(SIGUSR1, count, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK_CALL(sigprocmask(SIG_BLOCK, &set, NULL));
	CHECK_CALL(raise(SIGUSR1));
	CHECK_CALL(raise(SIGUSR1));
	CHECK_EQUAL(calls, 0);
	CHECK_CALL(sigpending(&pending));
	CHECK(sigismember(&pending, SIGUSR1));
	CHECK_CALL(sigprocmask(SIG_UNBLOCK, &set, NULL));
	CHECK_EQUAL(calls, 1);
}

static void nest(int sig)
{
	(void)sig;
	if (++depth > deepest)
		deepest = depth;
	if (++calls < 3)
		raise(SIGUSR2);
	depth--;
}

static void handlers_nest_only_when_allowed(void)
{
	handle(SIGUSR2, nest, SA_NODEFER);
	CHECK_CALL(raise(SIGUSR2));
	CHECK_EQUAL(calls, 3);
	CHECK_EQUAL(deepest, 3);
	calls = deepest = 0;
	handle(SIGUSR2, nest, 0);
	CHECK_CALL(raise(SIGUSR2));
	CHECK_EQUAL(calls, 3);
	CHECK_EQUAL(deepest, 1);
}

static void ignored_and_reset(void)
{
	struct sigaction old;

	handle(SIGUSR1, SIG_IGN, 0);
	CHECK_CALL(raise(SIGUSR1));
	handle(SIGUSR1, count, SA_RESETHAND);
	CHECK_CALL(raise(SIGUSR1));
	CHECK_EQUAL(calls, 1);
	CHECK_CALL(sigaction(SIGUSR1, NULL, &old));
	CHECK(old.sa_handler == SIG_DFL);
}

/* Sends a signal to the caller after a while, from another process. */
static pid_t signal_later(const char *sig)
{
	pid_t pid = vfork();

	if (!pid) {
		char parent[16];
		char *digit = parent + sizeof parent - 1;
		*digit = 0;
		for (pid_t n = getppid(); n; n /= 10)
			*--digit = '0' + n % 10;
		execl(self_path, "selftest", "helper-signal", digit, sig, "50", NULL);
		_exit(127);
	}
	CHECK(pid > 0);
	return pid;
}

static void blocking_read_is_interrupted(void)
{
	int ends[2];
	char byte;

	handle(SIGUSR1, count, 0);
	CHECK_CALL(pipe(ends));
	pid_t pid = signal_later("10");
	CHECK_EQUAL(read(ends[0], &byte, 1), -1);
	CHECK_EQUAL(errno, EINTR);
	CHECK_EQUAL(calls, 1);
	CHECK_EQUAL(waitpid(pid, NULL, 0), pid);
}

static int restart_write_end;

static void feed(int sig)
{
	count(sig);
	if (write(restart_write_end, "z", 1) != 1)
		_exit(3);
}

static void blocking_read_is_restarted(void)
{
	int ends[2];
	char byte = 0;

	handle(SIGUSR1, feed, SA_RESTART);
	CHECK_CALL(pipe(ends));
	restart_write_end = ends[1];
	pid_t pid = signal_later("10");
	CHECK_EQUAL(read(ends[0], &byte, 1), 1);
	CHECK_EQUAL(byte, 'z');
	CHECK_EQUAL(calls, 1);
	CHECK_EQUAL(waitpid(pid, NULL, 0), pid);
}

static void sigsuspend_and_sigwait(void)
{
	sigset_t set, empty, old;

	sigemptyset(&empty);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	handle(SIGUSR1, count, 0);
	CHECK_CALL(sigprocmask(SIG_BLOCK, &set, &old));
	pid_t pid = signal_later("10");
	CHECK_EQUAL(sigsuspend(&empty), -1);
	CHECK_EQUAL(errno, EINTR);
	CHECK_EQUAL(calls, 1);
	CHECK_EQUAL(waitpid(pid, NULL, 0), pid);

	siginfo_t info;
	pid = signal_later("10");
	CHECK_EQUAL(sigwaitinfo(&set, &info), SIGUSR1);
	CHECK_EQUAL(info.si_pid, pid);
	CHECK_EQUAL(calls, 1);
	CHECK_EQUAL(waitpid(pid, NULL, 0), pid);
	CHECK_EQUAL(sigtimedwait(&set, &info, &(struct timespec){ .tv_nsec = 10000000 }), -1);
	CHECK_EQUAL(errno, EAGAIN);
}

static void child_death_is_signalled(void)
{
	struct sigaction action = { .sa_sigaction = keep_info, .sa_flags = SA_SIGINFO | SA_RESTART };

	CHECK_CALL(sigaction(SIGCHLD, &action, NULL));
	pid_t pid = vfork();
	if (!pid)
		_exit(7);
	int status;
	CHECK_EQUAL(waitpid(pid, &status, 0), pid);
	CHECK_EQUAL(WEXITSTATUS(status), 7);
	CHECK_EQUAL(calls, 1);
	CHECK_EQUAL(last_pid, pid);
	CHECK_EQUAL(last_code, CLD_EXITED);
}

static sigjmp_buf escape;

static void jump_out(int sig)
{
	count(sig);
	siglongjmp(escape, 5);
}

/* Many times, as every escape leaves kernel frames behind that must not add up. */
static void handler_leaves_by_siglongjmp(void)
{
	sigset_t now;

	handle(SIGUSR1, jump_out, 0);
	for (volatile int i = 0; i < 500; i++) {
		int value = sigsetjmp(escape, 1);
		if (!value) {
			raise(SIGUSR1);
			CHECK(!"raise returned");
		}
		CHECK_EQUAL(value, 5);
		CHECK_CALL(sigprocmask(SIG_BLOCK, NULL, &now));
		CHECK(!sigismember(&now, SIGUSR1));
	}
	CHECK_EQUAL(calls, 500);
}

static int wait_status(const char *helper, const char *argument)
{
	int status;
	pid_t pid = vfork();

	if (!pid) {
		execl(self_path, "selftest", helper, argument, NULL);
		_exit(127);
	}
	CHECK(pid > 0);
	CHECK_EQUAL(waitpid(pid, &status, 0), pid);
	return status;
}

static void default_actions_kill(void)
{
	CHECK_EQUAL(WTERMSIG(wait_status("helper-raise", "15")), SIGTERM);
	CHECK_EQUAL(WTERMSIG(wait_status("helper-raise", "9")), SIGKILL);
	CHECK_EQUAL(WTERMSIG(wait_status("helper-abort", "")), SIGABRT);
	CHECK(WIFSIGNALED(wait_status("helper-trap", "")));
}

static void stop_and_continue(void)
{
	int status;
	pid_t pid = vfork();

	if (!pid) {
		execl(self_path, "selftest", "helper-sleep", "10000", NULL);
		_exit(127);
	}
	CHECK_CALL(kill(pid, SIGSTOP));
	CHECK_EQUAL(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status));
	CHECK_CALL(kill(pid, SIGCONT));
	CHECK_EQUAL(waitpid(pid, &status, WCONTINUED), pid);
	CHECK(WIFCONTINUED(status));
	CHECK_CALL(kill(pid, SIGTERM));
	CHECK_EQUAL(waitpid(pid, &status, 0), pid);
	CHECK_EQUAL(WTERMSIG(status), SIGTERM);
}

const struct test signal_tests[] = {
	{ "handler-runs", handler_runs },
	{ "siginfo-tells-the-sender", siginfo_tells_the_sender },
	{ "blocked-signals-wait", blocked_signals_wait },
	{ "handlers-nest-only-when-allowed", handlers_nest_only_when_allowed },
	{ "ignored-and-reset", ignored_and_reset },
	{ "blocking-read-is-interrupted", blocking_read_is_interrupted },
	{ "blocking-read-is-restarted", blocking_read_is_restarted },
	{ "sigsuspend-and-sigwait", sigsuspend_and_sigwait },
	{ "child-death-is-signalled", child_death_is_signalled },
	{ "handler-leaves-by-siglongjmp", handler_leaves_by_siglongjmp },
	{ "default-actions-kill", default_actions_kill },
	{ "stop-and-continue", stop_and_continue },
	{ 0 },
};
