// SPDX-License-Identifier: Apache-2.0
/* What the tests start as other processes: selftest helper-NAME ARGUMENT... */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "selftest.h"

static int has_lengths(char **argv)
{
	return argv[2] && argv[3] && argv[4] && (long)strlen(argv[2]) == atol(argv[4]) && !*argv[3]
		&& getenv("ANSWER") && !strcmp(getenv("ANSWER"), "42");
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
	if (!strcmp(name, "helper-lengths"))
		return !has_lengths(argv);
	return 3;
}
