// SPDX-License-Identifier: Apache-2.0
/*
 * Throughput and latency. There is no asynchronous I/O in our kernel: a queue
 * depth of N is N threads that wait for a request each. Natively, on a file,
 * the same accesses show what the host's page cache gives.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "disk.h"

#define RANDOM_BYTES 4096
#define MAX_DEPTH 32
/* Part of a measurement's time that goes before it, for whoever compiles while it runs. */
#define WARM_UP 0.5
/* Of latency: quarters of powers of two of nanoseconds. */
#define BUCKETS 160

struct load {
	const struct target *target;
	bool write;
	size_t bytes;
	int64_t end;
};

struct requester {
	const struct load *load;
	pthread_t thread;
	uint64_t random;
	uint64_t requests;
	uint32_t latencies[BUCKETS];
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static unsigned int bucket(uint64_t ns)
{
	unsigned int exponent = 63 - __builtin_clzll(ns | 4);
	unsigned int index = (exponent - 2) * 4 + (ns >> (exponent - 2) & 3);

	return index < BUCKETS ? index : BUCKETS - 1;
}

/* The upper end of a bucket. */
static double bucket_ns(unsigned int index)
{
	return (double)((index % 4 + 5) * (1ull << index / 4));
}

static double percentile(const uint32_t *latencies, uint64_t requests, double part)
{
	uint64_t wanted = requests * part, seen = 0;

	for (unsigned int i = 0; i < BUCKETS; i++) {
		seen += latencies[i];
		if (seen > wanted)
			return bucket_ns(i);
	}
	return 0;
}

/* A file about the disk, of a path in /dev. */
static const char *device_file(const struct target *target, const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "/sys/class/block/%s/%s", strrchr(target->path, '/') + 1, name);
	return path;
}

/* The interrupts of all queues of the disk, on all CPUs. */
static uint64_t device_interrupts(const struct target *target)
{
	char line[1024], link[256] = "";
	uint64_t sum = 0;
	FILE *file;

	if (!target->is_device || readlink(device_file(target, "device"), link, sizeof(link) - 1) < 0)
		return 0;
	file = fopen("/proc/interrupts", "r");
	while (file && fgets(line, sizeof(line), file)) {
		char *at = strchr(line, ':'), *name;

		line[strcspn(line, "\n")] = 0;
		name = strrchr(line, ' ');
		if (!at || !name || strcmp(name + 1, strrchr(link, '/') + 1))
			continue;
		for (at++;;) {
			char *end;
			uint64_t value = strtoull(at, &end, 10);

			if (end == at)
				break;
			sum += value;
			at = end;
		}
	}
	if (file)
		fclose(file);
	return sum;
}

/* Requests that the disk has completed. */
static uint64_t device_requests(const struct target *target)
{
	unsigned long long reads = 0, writes = 0;
	FILE *file;

	if (!target->is_device)
		return 0;
	file = fopen(device_file(target, "stat"), "r");
	if (!file)
		return 0;
	if (fscanf(file, "%llu %*u %*u %*u %llu", &reads, &writes) != 2)
		reads = writes = 0;
	fclose(file);
	return reads + writes;
}

static void drop_cache(const struct target *target)
{
	if (target->is_device && (fsync(target->fd) < 0 || posix_fadvise(target->fd, 0, 0, POSIX_FADV_DONTNEED)))
		fail("%s: its cache cannot be dropped", target->path);
}

/* Reads or writes all of the disk over and over; returns MiB/s. */
static double sequential(const struct target *target, bool write, size_t bytes, double seconds)
{
	uint64_t moved = 0, offset = 0;
	int64_t spent = 0, start, limit = seconds * 1e9;
	void *buffer = request_buffer(bytes);

	memset(buffer, 0x5a, bytes);
	while (spent < limit) {
		if (!target->direct && !write)
			drop_cache(target);
		start = now_ns();
		for (offset = 0; offset + bytes <= target->bytes && spent + now_ns() - start < limit; offset += bytes)
			move_all(target, write, buffer, bytes, offset);
		spent += now_ns() - start;
		moved += offset;
	}
	free(buffer);
	return (double)moved / (1 << 20) / (spent / 1e9);
}

static void *request(void *argument)
{
	struct requester *requester = argument;
	const struct load *load = requester->load;
	void *buffer = request_buffer(load->bytes);
	uint64_t blocks = load->target->bytes / load->bytes;
	int64_t start = now_ns();

	memset(buffer, 0x5a, load->bytes);
	while (start < load->end) {
		int64_t end;

		move_all(load->target, load->write, buffer, load->bytes,
			 next_random(&requester->random) % blocks * load->bytes);
		end = now_ns();
		requester->latencies[bucket(end - start)]++;
		requester->requests++;
		start = end;
	}
	free(buffer);
	return NULL;
}

/* Random requests, so many at a time. */
static struct requester at_random(const struct target *target, bool write, int depth, double seconds)
{
	static struct requester requesters[MAX_DEPTH];
	struct load load = { .target = target, .write = write, .bytes = RANDOM_BYTES, .end = now_ns() + seconds * 1e9 };
	struct requester sum = { 0 };

	memset(requesters, 0, sizeof(requesters));
	for (int i = 0; i < depth; i++) {
		requesters[i].load = &load;
		requesters[i].random = i + 1;
		if (pthread_create(&requesters[i].thread, NULL, request, &requesters[i]))
			fail("no thread for request %d of %d", i, depth);
	}
	for (int i = 0; i < depth; i++) {
		pthread_join(requesters[i].thread, NULL);
		sum.requests += requesters[i].requests;
		for (int k = 0; k < BUCKETS; k++)
			sum.latencies[k] += requesters[i].latencies[k];
	}
	return sum;
}

static void report_sequential(const struct target *target, const char *name, bool write, size_t bytes, double seconds)
{
	uint64_t requests, lines;
	double rate;

	sequential(target, write, bytes, seconds * WARM_UP);
	requests = device_requests(target);
	lines = device_interrupts(target);
	rate = sequential(target, write, bytes, seconds);
	printf("%s_mibps %.1f\n", name, rate);
	if (target->is_device)
		printf("%s_requests %llu\n%s_interrupts %llu\n", name,
		       (unsigned long long)(device_requests(target) - requests), name,
		       (unsigned long long)(device_interrupts(target) - lines));
	fflush(stdout);
}

static void report_random(const struct target *target, const char *name, bool write, int depth, double seconds)
{
	struct requester all;
	uint64_t lines;
	int64_t start;
	double spent;

	at_random(target, write, depth, seconds * WARM_UP);
	lines = device_interrupts(target);
	start = now_ns();
	all = at_random(target, write, depth, seconds);
	spent = (now_ns() - start) / 1e9;
	printf("%s_qd%d_iops %.0f\n%s_qd%d_p50_ns %.0f\n%s_qd%d_p99_ns %.0f\n", name, depth, all.requests / spent, name,
	       depth, percentile(all.latencies, all.requests, 0.5), name, depth,
	       percentile(all.latencies, all.requests, 0.99));
	if (target->is_device)
		printf("%s_qd%d_requests %llu\n%s_qd%d_interrupts %llu\n", name, depth,
		       (unsigned long long)all.requests, name, depth, (unsigned long long)(device_interrupts(target) - lines));
	fflush(stdout);
}

int bench(const struct target *target, const struct bench_options *options)
{
	double seconds = options->seconds;
	struct target cached;

	if (target->bytes < MAX_REQUEST)
		fail("%s has %llu bytes, fewer than a request", target->path, (unsigned long long)target->bytes);
	open_target(&cached, target->path, false, false);
	report_sequential(&cached, "cached_read_64k", false, 64 << 10, seconds);
	close(cached.fd);
	report_sequential(target, "read_64k", false, 64 << 10, seconds);
	report_sequential(target, "read_1m", false, MAX_REQUEST, seconds);
	report_random(target, "read_4k", false, 1, seconds);
	report_random(target, "read_4k", false, MAX_DEPTH, seconds);
	if (options->read_only)
		return 0;
	report_sequential(target, "write_64k", true, 64 << 10, seconds);
	report_sequential(target, "write_1m", true, MAX_REQUEST, seconds);
	report_random(target, "write_4k", true, 1, seconds);
	report_random(target, "write_4k", true, MAX_DEPTH, seconds);
	return 0;
}
