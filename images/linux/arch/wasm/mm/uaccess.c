// SPDX-License-Identifier: GPL-2.0
/* Strings in user memory, in pieces: each piece costs a call of the host. */
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define PIECE 128

/*
 * Reads at least one byte of a string unless its first is unreadable; a piece
 * that crosses the end of memory is not readable as a whole.
 */
static long read_piece(char *to, const char __user *from, long n)
{
	n = min_t(long, n, PIECE);
	if (!host_user_read(to, from, n))
		return n;
	return host_user_read(to, from, 1) ? -EFAULT : 1;
}

long strncpy_from_user(char *to, const char __user *from, long count)
{
	long done = 0;

	while (done < count) {
		long n = read_piece(to + done, from + done, count - done);
		long len;

		if (n < 0)
			return n;
		len = strnlen(to + done, n);
		done += len;
		if (len < n)
			return done;
	}
	return done;
}
EXPORT_SYMBOL(strncpy_from_user);

/* The length with the terminating zero; more than count: too long; 0: fault. */
long strnlen_user(const char __user *from, long count)
{
	char piece[PIECE];
	long done = 0;

	while (done < count) {
		long n = read_piece(piece, from + done, count - done);
		long len;

		if (n < 0)
			return 0;
		len = strnlen(piece, n);
		done += len;
		if (len < n)
			return done + 1;
	}
	return count + 1;
}
EXPORT_SYMBOL(strnlen_user);
