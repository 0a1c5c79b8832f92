// SPDX-License-Identifier: Apache-2.0
/*
 * Works on a disk, past the page cache where that is possible:
 *
 *	disk verify DEVICE [--seed N] [--bytes N[K|M|G]] [--workers N] [--filled] [--cached]
 *	disk bench DEVICE [--seconds N] [--only NAME] [--read-only] [--cached]
 *
 * Prints "key value" lines. verify destroys the disk's content.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "disk.h"

void fail(const char *format, ...)
{
	va_list arguments;

	fputs("disk: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

void open_target(struct target *target, const char *path, bool direct, bool writable)
{
	struct stat status;

	target->path = path;
	target->fd = open(path, (writable ? O_RDWR : O_RDONLY) | (direct ? O_DIRECT : 0));
	if (target->fd < 0 || fstat(target->fd, &status) < 0)
		fail("%s: %s", path, strerror(errno));
	target->direct = direct;
	target->is_device = S_ISBLK(status.st_mode);
	target->bytes = status.st_size;
	if (target->is_device && ioctl(target->fd, BLKGETSIZE64, &target->bytes) < 0)
		fail("%s: size: %s", path, strerror(errno));
}

void *request_buffer(size_t bytes)
{
	void *buffer;

	if (posix_memalign(&buffer, BUFFER_ALIGNMENT, bytes))
		fail("no memory for a buffer of %zu bytes", bytes);
	return buffer;
}

void move_all(const struct target *target, bool write, void *buffer, size_t bytes, uint64_t offset)
{
	size_t done = 0;

	while (done < bytes) {
		char *at = (char *)buffer + done;
		ssize_t moved = write ? pwrite(target->fd, at, bytes - done, offset + done)
				      : pread(target->fd, at, bytes - done, offset + done);

		if (moved < 0 && errno == EINTR)
			continue;
		if (moved <= 0)
			fail("%s: %s of %zu bytes at %llu: %s", target->path, write ? "write" : "read",
			     bytes, (unsigned long long)offset, moved ? strerror(errno) : "end of disk");
		done += moved;
	}
}

static _Noreturn void usage(void)
{
	fail("disk verify DEVICE [--seed N] [--bytes N[K|M|G]] [--workers N] [--filled] [--cached], or "
	     "disk bench DEVICE [--seconds N] [--only NAME] [--read-only] [--cached]");
}

/* A number with an optional suffix. */
static uint64_t number(const char *option, const char *text)
{
	char *end;
	uint64_t value;

	if (!text)
		fail("%s wants a number", option);
	value = strtoull(text, &end, 10);
	if (*end == 'K')
		value <<= 10;
	else if (*end == 'M')
		value <<= 20;
	else if (*end == 'G')
		value <<= 30;
	if (end == text || (*end && end[1]) || (*end && !strchr("KMG", *end)))
		fail("%s wants a number, not '%s'", option, text);
	return value;
}

int main(int argc, char **argv)
{
	struct verify_options verify_options = { .seed = 1, .workers = sysconf(_SC_NPROCESSORS_ONLN) };
	struct bench_options bench_options = { .seconds = 2 };
	bool is_verify, cached = false, has_bytes = false;
	struct target target;

	if (argc < 3)
		usage();
	is_verify = !strcmp(argv[1], "verify");
	if (!is_verify && strcmp(argv[1], "bench"))
		usage();
	for (int i = 3; i < argc; i++) {
		if (!strcmp(argv[i], "--cached")) {
			cached = true;
		} else if (is_verify && !strcmp(argv[i], "--filled")) {
			verify_options.filled = true;
		} else if (is_verify && !strcmp(argv[i], "--seed")) {
			verify_options.seed = number(argv[i], argv[i + 1]);
			i++;
		} else if (is_verify && !strcmp(argv[i], "--bytes")) {
			verify_options.bytes = number(argv[i], argv[i + 1]);
			has_bytes = true;
			i++;
		} else if (is_verify && !strcmp(argv[i], "--workers")) {
			verify_options.workers = number(argv[i], argv[i + 1]);
			i++;
		} else if (!is_verify && !strcmp(argv[i], "--read-only")) {
			bench_options.read_only = true;
		} else if (!is_verify && !strcmp(argv[i], "--only") && argv[i + 1]) {
			bench_options.only = argv[++i];
		} else if (!is_verify && !strcmp(argv[i], "--seconds") && argv[i + 1]) {
			bench_options.seconds = atof(argv[++i]);
		} else {
			usage();
		}
	}
	if (verify_options.workers < 1 || verify_options.workers > MAX_WORKERS)
		fail("%d workers, not 1 to %d", verify_options.workers, MAX_WORKERS);
	open_target(&target, argv[2], !cached, is_verify || !bench_options.read_only);
	if (!has_bytes)
		verify_options.bytes = target.bytes;
	return is_verify ? verify(&target, &verify_options) : bench(&target, &bench_options);
}
