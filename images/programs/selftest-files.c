// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>
#include "selftest.h"

#define FAR_OFFSET (5LL << 30)

/* In SELFTEST_DIR, so that the tests can be sent to a disk. */
static const char *in_dir(const char *name)
{
	static char path[2][128];
	static int turn;
	const char *dir = getenv("SELFTEST_DIR");

	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", dir ? dir : "/tmp", name);
	return path[turn];
}

static void offsets_beyond_four_gigabytes(void)
{
	const char *path = in_dir("sparse");
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct stat status;
	char buffer[8] = { 0 };

	CHECK_CALL(fd);
	CHECK_EQUAL(pwrite(fd, "far", 3, FAR_OFFSET), 3);
	CHECK_EQUAL(lseek(fd, 0, SEEK_END), FAR_OFFSET + 3);
	CHECK_CALL(fstat(fd, &status));
	CHECK_EQUAL(status.st_size, FAR_OFFSET + 3);
	CHECK(status.st_blocks < 10000);
	CHECK_EQUAL(pread(fd, buffer, sizeof buffer, FAR_OFFSET - 2), 5);
	CHECK(!memcmp(buffer, "\0\0far", 5));
	struct iovec vector = { buffer, 3 };
	CHECK_EQUAL(preadv(fd, &vector, 1, FAR_OFFSET), 3);
	CHECK(!memcmp(buffer, "far", 3));
	CHECK_CALL(ftruncate(fd, FAR_OFFSET / 2));
	CHECK_CALL(fstat(fd, &status));
	CHECK_EQUAL(status.st_size, FAR_OFFSET / 2);
	CHECK_CALL(truncate(path, 10));
	CHECK_CALL(fstat(fd, &status));
	CHECK_EQUAL(status.st_size, 10);
	close(fd);
	CHECK_CALL(unlink(path));
}

static void big_files_keep_their_bytes(void)
{
	enum { SIZE = 8 << 20, STEP = 100003 };
	const char *path = in_dir("big");
	unsigned char *data = malloc(STEP);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	CHECK_CALL(fd);
	for (int at = 0; at < SIZE; at += STEP) {
		memset(data, at / STEP, STEP);
		CHECK_EQUAL(write(fd, data, STEP), STEP);
	}
	CHECK_CALL(fsync(fd));
	CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0);
	for (int at = 0; at < SIZE; at += STEP) {
		CHECK_EQUAL(read(fd, data, STEP), STEP);
		CHECK_EQUAL(data[0], (unsigned char)(at / STEP));
		CHECK_EQUAL(data[STEP - 1], (unsigned char)(at / STEP));
	}
	close(fd);
	CHECK_CALL(unlink(path));
}

static void names_links_and_directories(void)
{
	char target[64], path[160];
	struct stat status;
	int entries = 0;
	struct dirent *entry;

	CHECK_CALL(mkdir(in_dir("d"), 0755));
	CHECK_CALL(symlink("somewhere", in_dir("d/link")));
	CHECK_EQUAL(readlink(in_dir("d/link"), target, sizeof target), 9);
	for (int i = 0; i < 300; i++) {
		snprintf(path, sizeof path, "d/file-%d", i);
		int fd = open(in_dir(path), O_CREAT | O_EXCL | O_WRONLY, 0644);
		CHECK_CALL(fd);
		close(fd);
	}
	CHECK_CALL(link(in_dir("d/file-0"), in_dir("d/hard")));
	CHECK_CALL(stat(in_dir("d/hard"), &status));
	CHECK_EQUAL(status.st_nlink, 2);
	CHECK_CALL(rename(in_dir("d/file-1"), in_dir("d/renamed")));
	DIR *dir = opendir(in_dir("d"));
	CHECK(dir != NULL);
	while ((entry = readdir(dir)))
		entries++;
	closedir(dir);
	CHECK_EQUAL(entries, 2 + 302);
	for (int i = 0; i < 300; i++) {
		snprintf(path, sizeof path, "d/file-%d", i);
		if (i != 1)
			CHECK_CALL(unlink(in_dir(path)));
	}
	CHECK_CALL(unlink(in_dir("d/hard")));
	CHECK_CALL(unlink(in_dir("d/renamed")));
	CHECK_CALL(unlink(in_dir("d/link")));
	CHECK_CALL(rmdir(in_dir("d")));
}

static void times_and_modes_are_kept(void)
{
	const char *path = in_dir("times");
	struct stat status;
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	CHECK_CALL(fd);
	CHECK_CALL(futimens(fd, (struct timespec[]){ { 1000000000, 5 }, { 4000000000LL, 7 } }));
	CHECK_CALL(fchmod(fd, 0741));
	CHECK_CALL(stat(path, &status));
	CHECK_EQUAL(status.st_atim.tv_sec, 1000000000);
	/* After 2038. */
	CHECK_EQUAL(status.st_mtim.tv_sec, 4000000000LL);
	CHECK_EQUAL(status.st_mode & 07777, 0741);
	close(fd);
	CHECK_CALL(unlink(path));
}

static void locks_exclude(void)
{
	const char *path = in_dir("locked");
	int fd = open(path, O_CREAT | O_RDWR, 0600);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = FAR_OFFSET, .l_len = 10 };

	CHECK_CALL(fd);
	CHECK_CALL(fcntl(fd, F_SETLK, &lock));
	lock.l_type = F_WRLCK;
	CHECK_CALL(fcntl(fd, F_GETLK, &lock));
	CHECK_EQUAL(lock.l_type, F_UNLCK);
	close(fd);
	CHECK_CALL(unlink(path));
}

static void file_systems_tell_their_size(void)
{
	struct statvfs status;

	CHECK_CALL(statvfs(in_dir(""), &status));
	CHECK(status.f_blocks > 0);
	CHECK(status.f_bsize > 0);
}

const struct test file_tests[] = {
	{ "offsets-beyond-four-gigabytes", offsets_beyond_four_gigabytes },
	{ "big-files-keep-their-bytes", big_files_keep_their_bytes },
	{ "names-links-and-directories", names_links_and_directories },
	{ "times-and-modes-are-kept", times_and_modes_are_kept },
	{ "locks-exclude", locks_exclude },
	{ "file-systems-tell-their-size", file_systems_tell_their_size },
	{ 0 },
};
