// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "selftest.h"

#define BULK (1 << 20)

static void bytes_come_through_in_order(void)
{
	int ends[2];
	char buffer[16];

	CHECK_CALL(pipe(ends));
	CHECK_EQUAL(write(ends[1], "hello, ", 7), 7);
	CHECK_EQUAL(write(ends[1], "world", 5), 5);
	CHECK_EQUAL(read(ends[0], buffer, sizeof buffer), 12);
	CHECK(!memcmp(buffer, "hello, world", 12));
	close(ends[1]);
	CHECK_EQUAL(read(ends[0], buffer, sizeof buffer), 0);
}

static void writing_to_nobody_fails(void)
{
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	CHECK_CALL(pipe(ends));
	close(ends[0]);
	CHECK_EQUAL(write(ends[1], "x", 1), -1);
	CHECK_EQUAL(errno, EPIPE);
}

static void *write_bulk(void *argument)
{
	int fd = *(int *)argument;
	unsigned char *data = malloc(BULK);

	for (int i = 0; i < BULK; i++)
		data[i] = i * 31 >> 3;
	for (int done = 0; done < BULK; ) {
		ssize_t n = write(fd, data + done, BULK - done);
		CHECK(n > 0);
		done += n;
	}
	close(fd);
	free(data);
	return NULL;
}

static void bulk_is_not_lost(void)
{
	int ends[2], total = 0;
	unsigned char buffer[3000];
	pthread_t writer;
	ssize_t n;

	CHECK_CALL(pipe(ends));
	CHECK_EQUAL(pthread_create(&writer, NULL, write_bulk, &ends[1]), 0);
	while ((n = read(ends[0], buffer, sizeof buffer)) > 0)
		for (ssize_t i = 0; i < n; i++, total++)
			CHECK_EQUAL(buffer[i], (unsigned char)(total * 31 >> 3));
	CHECK_EQUAL(total, BULK);
	CHECK_EQUAL(pthread_join(writer, NULL), 0);
}

static void non_blocking_pipe_fills_up(void)
{
	int ends[2];
	char block[4096] = { 0 };
	long written = 0;

	CHECK_CALL(pipe2(ends, O_NONBLOCK));
	CHECK_EQUAL(read(ends[0], block, 1), -1);
	CHECK_EQUAL(errno, EAGAIN);
	for (ssize_t n; (n = write(ends[1], block, sizeof block)) > 0; )
		written += n;
	CHECK_EQUAL(errno, EAGAIN);
	CHECK(written >= 65536);
}

static void poll_and_select_tell_what_is_ready(void)
{
	int ends[2];
	struct pollfd fds[2];
	fd_set readable;

	CHECK_CALL(pipe(ends));
	fds[0] = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = ends[1], .events = POLLOUT };
	CHECK_EQUAL(poll(fds, 2, 0), 1);
	CHECK_EQUAL(fds[0].revents, 0);
	CHECK_EQUAL(fds[1].revents, POLLOUT);
	long long start = monotonic_ms();
	CHECK_EQUAL(poll(fds, 1, 30), 0);
	CHECK(monotonic_ms() - start >= 29);
	CHECK_EQUAL(write(ends[1], "x", 1), 1);
	CHECK_EQUAL(poll(fds, 1, -1), 1);
	FD_ZERO(&readable);
	FD_SET(ends[0], &readable);
	CHECK_EQUAL(select(ends[0] + 1, &readable, NULL, NULL, &(struct timeval){ .tv_sec = 1 }), 1);
	CHECK(FD_ISSET(ends[0], &readable));
	close(ends[1]);
	CHECK_EQUAL(poll(fds, 1, -1), 1);
	CHECK(fds[0].revents & POLLHUP);
}

static void *write_soon(void *argument)
{
	usleep(30000);
	if (write(*(int *)argument, "w", 1) != 1)
		_exit(4);
	return NULL;
}

static void poll_wakes_when_data_come(void)
{
	int ends[2];
	pthread_t writer;

	CHECK_CALL(pipe(ends));
	CHECK_EQUAL(pthread_create(&writer, NULL, write_soon, &ends[1]), 0);
	CHECK_EQUAL(poll(&(struct pollfd){ .fd = ends[0], .events = POLLIN }, 1, 10000), 1);
	CHECK_EQUAL(pthread_join(writer, NULL), 0);
}

static void epoll_and_eventfd(void)
{
	int epoll = epoll_create1(0), event = eventfd(0, EFD_NONBLOCK);
	struct epoll_event want = { .events = EPOLLIN, .data.u64 = 0x123456789aLL }, got;
	uint64_t count = 3;

	CHECK_CALL(epoll);
	CHECK_CALL(event);
	CHECK_CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, event, &want));
	CHECK_EQUAL(epoll_wait(epoll, &got, 1, 0), 0);
	CHECK_EQUAL(write(event, &count, 8), 8);
	CHECK_EQUAL(write(event, &count, 8), 8);
	CHECK_EQUAL(epoll_wait(epoll, &got, 1, 1000), 1);
	CHECK_EQUAL(got.data.u64, 0x123456789aLL);
	CHECK_EQUAL(read(event, &count, 8), 8);
	CHECK_EQUAL(count, 6);
}

static void socket_pairs_carry_descriptors(void)
{
	int sockets[2], ends[2], received;
	char byte = 'd', control[CMSG_SPACE(sizeof(int))];
	struct iovec vector = { &byte, 1 };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };

	CHECK_CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	CHECK_CALL(pipe(ends));
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &ends[1], sizeof(int));
	CHECK_EQUAL(sendmsg(sockets[0], &message, 0), 1);
	close(ends[1]);
	memset(control, 0, sizeof control);
	CHECK_EQUAL(recvmsg(sockets[1], &message, 0), 1);
	memcpy(&received, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof received);
	CHECK_EQUAL(write(received, "y", 1), 1);
	CHECK_EQUAL(read(ends[0], &byte, 1), 1);
	CHECK_EQUAL(byte, 'y');
}

const struct test pipe_tests[] = {
	{ "bytes-come-through-in-order", bytes_come_through_in_order },
	{ "writing-to-nobody-fails", writing_to_nobody_fails },
	{ "bulk-is-not-lost", bulk_is_not_lost },
	{ "non-blocking-pipe-fills-up", non_blocking_pipe_fills_up },
	{ "poll-and-select-tell-what-is-ready", poll_and_select_tell_what_is_ready },
	{ "poll-wakes-when-data-come", poll_wakes_when_data_come },
	{ "epoll-and-eventfd", epoll_and_eventfd },
	{ "socket-pairs-carry-descriptors", socket_pairs_carry_descriptors },
	{ 0 },
};
