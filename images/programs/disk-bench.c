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
	/* Threads may take long to make: they all begin when the last is there. */
	pthread_barrier_t ready, go;
	int64_t end;
};

struct requester {
	struct load *load;
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
	int64_t start;

	memset(buffer, 0x5a, load->bytes);
	pthread_barrier_wait(&requester->load->ready);
	pthread_barrier_wait(&requester->load->go);
	start = now_ns();
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

/* Random requests, so many at a time; tells the time that they took. */
static struct requester at_random(const struct target *target, bool write, int depth, double seconds, double *spent)
{
	static struct requester requesters[MAX_DEPTH];
	struct load load = { .target = target, .write = write, .bytes = RANDOM_BYTES };
	struct requester sum = { 0 };
	int64_t start;

	pthread_barrier_init(&load.ready, NULL, depth + 1);
	pthread_barrier_init(&load.go, NULL, depth + 1);
	memset(requesters, 0, sizeof(requesters));
	for (int i = 0; i < depth; i++) {
		requesters[i].load = &load;
		requesters[i].random = i + 1;
		if (pthread_create(&requesters[i].thread, NULL, request, &requesters[i]))
			fail("no thread for request %d of %d", i, depth);
	}
	pthread_barrier_wait(&load.ready);
	start = now_ns();
	load.end = start + seconds * 1e9;
	pthread_barrier_wait(&load.go);
	for (int i = 0; i < depth; i++) {
		pthread_join(requesters[i].thread, NULL);
		sum.requests += requesters[i].requests;
		for (int k = 0; k < BUCKETS; k++)
			sum.latencies[k] += requesters[i].latencies[k];
	}
	*spent = (now_ns() - start) / 1e9;
	pthread_barrier_destroy(&load.ready);
	pthread_barrier_destroy(&load.go);
	return sum;
}

/* A measurement; requests of 0 bytes are random ones. */
struct measurement {
	const char *name;
	bool write;
	size_t bytes;
	int depth;
	bool cached;
};

static void report_device(const struct target *target, const struct measurement *m, uint64_t requests, uint64_t interrupts)
{
	if (target->is_device)
		printf("%s_requests %llu\n%s_interrupts %llu\n", m->name,
		       (unsigned long long)(device_requests(target) - requests), m->name,
		       (unsigned long long)(device_interrupts(target) - interrupts));
	fflush(stdout);
}

static void report_sequential(const struct target *target, const struct measurement *m, double seconds)
{
	uint64_t requests, interrupts;

	sequential(target, m->write, m->bytes, seconds * WARM_UP);
	requests = device_requests(target);
	interrupts = device_interrupts(target);
	printf("%s_mibps %.1f\n", m->name, sequential(target, m->write, m->bytes, seconds));
	report_device(target, m, requests, interrupts);
}

static void report_random(const struct target *target, const struct measurement *m, double seconds)
{
	uint64_t requests, interrupts;
	struct requester all;
	double spent;

	at_random(target, m->write, m->depth, seconds * WARM_UP, &spent);
	requests = device_requests(target);
	interrupts = device_interrupts(target);
	all = at_random(target, m->write, m->depth, seconds, &spent);
	printf("%s_iops %.0f\n%s_p50_ns %.0f\n%s_p99_ns %.0f\n", m->name, all.requests / spent, m->name,
	       percentile(all.latencies, all.requests, 0.5), m->name, percentile(all.latencies, all.requests, 0.99));
	report_device(target, m, requests, interrupts);
}

static const struct measurement measurements[] = {
	{ .name = "cached_read_64k", .bytes = 64 << 10, .cached = true },
	{ .name = "read_64k", .bytes = 64 << 10 },
	{ .name = "read_1m", .bytes = MAX_REQUEST },
	{ .name = "read_4k_qd1", .depth = 1 },
	{ .name = "read_4k_qd32", .depth = MAX_DEPTH },
	{ .name = "write_64k", .write = true, .bytes = 64 << 10 },
	{ .name = "write_1m", .write = true, .bytes = MAX_REQUEST },
	{ .name = "write_4k_qd1", .write = true, .depth = 1 },
	{ .name = "write_4k_qd32", .write = true, .depth = MAX_DEPTH },
};

int bench(const struct target *target, const struct bench_options *options)
{
	int done = 0;

	if (target->bytes < MAX_REQUEST)
		fail("%s has %llu bytes, fewer than a request", target->path, (unsigned long long)target->bytes);
	for (size_t i = 0; i < sizeof(measurements) / sizeof(*measurements); i++) {
		const struct measurement *m = &measurements[i];
		struct target opened;

		if ((options->only && strcmp(options->only, m->name)) || (options->read_only && m->write))
			continue;
		open_target(&opened, target->path, target->direct && !m->cached, m->write);
		if (m->bytes)
			report_sequential(&opened, m, options->seconds);
		else
			report_random(&opened, m, options->seconds);
		close(opened.fd);
		done++;
	}
	if (!done)
		fail("no measurement is called '%s'", options->only);
	return 0;
}
