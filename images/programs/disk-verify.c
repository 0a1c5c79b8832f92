// SPDX-License-Identifier: Apache-2.0
/*
 * A random workload whose every read is checked. All of it follows from the
 * seed and the number of workers, so that the host can compute what the disk
 * must hold in the end (tests: DiskModel.java does the same steps).
 *
 * The disk is cut into stripes, which the workers own by turns, so that they
 * work beside each other everywhere: a stripe ends inside a cluster of an
 * image. To a worker its stripes are one run of sectors.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "disk.h"

#define STRIPE_SECTORS 1000u
#define WORDS (SECTOR / 8)
/* Requests have up to 2^0 to 2^11 sectors. */
#define SIZE_CLASSES 12
#define MAX_MISMATCHES 10
#define POISON 0xa5

/* What a sector must hold: a generation, 0 what was there in the beginning. */
#define GENERATIONS 0x7ffeu
#define ZEROED 0x7fffu
/* Or zeroes: a disk may take a discard literally, or leave it. */
#define DISCARDED 0x8000u

/* In percent, each up to the next. */
enum { READS = 45, WRITES = 82, DISCARDS = 91, ZEROES = 99 };

struct run {
	const struct target *target;
	const struct verify_options *options;
	uint16_t *states;
	uint64_t own_sectors;
	uint32_t mismatches;
};

struct worker {
	struct run *run;
	pthread_t thread;
	int index;
	uint32_t generation;
	uint64_t *buffer;
	uint64_t reads, writes, discards, zeroes, flushes;
};

/* Of the sectors that were read: how many discarded ones were which. */
struct counts {
	uint64_t checked, discarded_zero, discarded_kept;
};

static struct counts totals;
static pthread_mutex_t totals_lock = PTHREAD_MUTEX_INITIALIZER;

/* The first words tell people what they see, the others fill the sector. */
static void fill_sector(uint64_t *words, uint64_t seed, uint64_t sector, uint32_t generation)
{
	uint64_t state = seed ^ sector * 0xd1342543de82ef95u ^ (uint64_t)generation << 48;

	words[0] = sector;
	words[1] = generation;
	for (unsigned int i = 2; i < WORDS; i++)
		words[i] = next_random(&state);
}

static bool is_zero(const uint64_t *words)
{
	uint64_t any = 0;

	for (unsigned int i = 0; i < WORDS; i++)
		any |= words[i];
	return !any;
}

static bool has_generation(const struct run *run, const uint64_t *words, uint64_t sector, uint32_t generation)
{
	uint64_t state = run->options->seed ^ sector * 0xd1342543de82ef95u ^ (uint64_t)generation << 48;
	uint64_t differences;

	if (generation == ZEROED || (generation == 0 && !run->options->filled))
		return is_zero(words);
	differences = (words[0] ^ sector) | (words[1] ^ generation);
	for (unsigned int i = 2; i < WORDS; i++)
		differences |= words[i] ^ next_random(&state);
	return !differences;
}

static void report_mismatch(struct run *run, uint64_t sector, const uint64_t *words)
{
	uint16_t state = run->states[sector];

	if (__atomic_fetch_add(&run->mismatches, 1, __ATOMIC_RELAXED) >= MAX_MISMATCHES)
		return;
	printf("mismatch sector %llu: expected generation %u%s, found words %016llx %016llx %016llx\n",
	       (unsigned long long)sector, state & ~DISCARDED, state & DISCARDED ? " or zeroes" : "",
	       (unsigned long long)words[0], (unsigned long long)words[1], (unsigned long long)words[2]);
	fflush(stdout);
}

/* Checks what was read from a run of sectors. */
static void check(struct run *run, const uint64_t *words, uint64_t sector, uint32_t sectors)
{
	struct counts counts = { .checked = sectors };

	for (uint32_t i = 0; i < sectors; i++, sector++, words += WORDS) {
		uint16_t state = run->states[sector];

		if ((state & DISCARDED) && is_zero(words))
			counts.discarded_zero++;
		else if (!has_generation(run, words, sector, state & ~DISCARDED))
			report_mismatch(run, sector, words);
		else if (state & DISCARDED)
			counts.discarded_kept++;
	}
	pthread_mutex_lock(&totals_lock);
	totals.checked += counts.checked;
	totals.discarded_zero += counts.discarded_zero;
	totals.discarded_kept += counts.discarded_kept;
	pthread_mutex_unlock(&totals_lock);
}

static void set_states(struct run *run, uint64_t sector, uint32_t sectors, uint16_t state)
{
	for (uint32_t i = 0; i < sectors; i++)
		run->states[sector + i] = state;
}

static void read_and_check(struct run *run, uint64_t *buffer, uint64_t sector, uint32_t sectors)
{
	/* Bytes that a read left out must not look right. */
	memset(buffer, POISON, sectors * SECTOR);
	move_all(run->target, false, buffer, sectors * SECTOR, sector * SECTOR);
	check(run, buffer, sector, sectors);
}

static void write_new(struct worker *worker, uint64_t sector, uint32_t sectors)
{
	struct run *run = worker->run;

	for (uint32_t i = 0; i < sectors; i++)
		fill_sector(worker->buffer + i * WORDS, run->options->seed, sector + i, worker->generation);
	move_all(run->target, true, worker->buffer, sectors * SECTOR, sector * SECTOR);
	set_states(run, sector, sectors, worker->generation);
}

static void discard(struct run *run, uint64_t sector, uint32_t sectors)
{
	uint64_t range[2] = { sector * SECTOR, sectors * SECTOR };

	if (ioctl(run->target->fd, BLKDISCARD, range) < 0)
		fail("discard of %u sectors at %llu: %s", sectors, (unsigned long long)sector, strerror(errno));
	for (uint32_t i = 0; i < sectors; i++)
		run->states[sector + i] |= DISCARDED;
}

/* Half of them may give the space back. */
static void write_zeroes(struct worker *worker, uint64_t sector, uint32_t sectors)
{
	struct run *run = worker->run;
	uint64_t range[2] = { sector * SECTOR, sectors * SECTOR };
	int result;

	if (worker->generation & 1)
		result = fallocate(run->target->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, range[0], range[1]);
	else
		result = ioctl(run->target->fd, BLKZEROOUT, range);
	if (result < 0)
		fail("zeroes for %u sectors at %llu: %s", sectors, (unsigned long long)sector, strerror(errno));
	set_states(run, sector, sectors, ZEROED);
}

/* Does something with a run of the worker's sectors, a stripe's part after the other. */
static void operate(struct worker *worker, unsigned int kind, uint64_t from, uint32_t sectors)
{
	struct run *run = worker->run;

	while (sectors > 0) {
		uint64_t stripe = from / STRIPE_SECTORS * run->options->workers + worker->index;
		uint32_t within = from % STRIPE_SECTORS;
		uint32_t part = sectors < STRIPE_SECTORS - within ? sectors : STRIPE_SECTORS - within;
		uint64_t sector = stripe * STRIPE_SECTORS + within;

		if (kind < READS)
			read_and_check(run, worker->buffer, sector, part);
		else if (kind < WRITES)
			write_new(worker, sector, part);
		else if (kind < DISCARDS)
			discard(run, sector, part);
		else
			write_zeroes(worker, sector, part);
		from += part;
		sectors -= part;
	}
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct run *run = worker->run;
	uint64_t left = run->options->bytes / run->options->workers / SECTOR;
	uint64_t random = random_mix(run->options->seed ^ (worker->index + 1) * RANDOM_STEP);

	for (uint32_t number = 0; left > 0; number++) {
		unsigned int kind = next_random(&random) % 100;
		unsigned int class = next_random(&random) % SIZE_CLASSES;
		uint32_t sectors = 1 + next_random(&random) % (1u << class);
		uint64_t from;

		if (sectors > run->own_sectors)
			sectors = run->own_sectors;
		from = next_random(&random) % (run->own_sectors - sectors + 1);
		worker->generation = 1 + number % GENERATIONS;
		if (kind >= ZEROES) {
			if (fdatasync(run->target->fd) < 0)
				fail("flush: %s", strerror(errno));
			worker->flushes++;
		} else {
			operate(worker, kind, from, sectors);
			worker->reads += kind < READS;
			worker->writes += kind >= READS && kind < WRITES;
			worker->discards += kind >= WRITES && kind < DISCARDS;
			worker->zeroes += kind >= DISCARDS;
		}
		left -= sectors < left ? sectors : left;
	}
	return NULL;
}

/* Reads all of the disk once more. */
static void check_all(struct run *run, uint64_t *buffer)
{
	uint64_t all = run->target->bytes / SECTOR;

	for (uint64_t sector = 0; sector < all; sector += MAX_REQUEST / SECTOR) {
		uint64_t left = all - sector;

		read_and_check(run, buffer, sector, left < MAX_REQUEST / SECTOR ? left : MAX_REQUEST / SECTOR);
	}
}

static void print_results(const struct worker *workers, const struct run *run)
{
	struct worker sum = { 0 };

	for (int i = 0; i < run->options->workers; i++) {
		sum.reads += workers[i].reads;
		sum.writes += workers[i].writes;
		sum.discards += workers[i].discards;
		sum.zeroes += workers[i].zeroes;
		sum.flushes += workers[i].flushes;
	}
	printf("reads %llu\nwrites %llu\ndiscards %llu\nzeroes %llu\nflushes %llu\n", (unsigned long long)sum.reads,
	       (unsigned long long)sum.writes, (unsigned long long)sum.discards, (unsigned long long)sum.zeroes,
	       (unsigned long long)sum.flushes);
	printf("sectors_checked %llu\ndiscarded_zero %llu\ndiscarded_kept %llu\nmismatches %u\n",
	       (unsigned long long)totals.checked, (unsigned long long)totals.discarded_zero,
	       (unsigned long long)totals.discarded_kept, run->mismatches);
}

int verify(const struct target *target, const struct verify_options *options)
{
	struct run run = { .target = target, .options = options };
	struct worker workers[MAX_WORKERS] = { 0 };
	uint64_t stripes = target->bytes / SECTOR / STRIPE_SECTORS;

	run.own_sectors = stripes / options->workers * STRIPE_SECTORS;
	if (run.own_sectors == 0)
		fail("%s has %llu bytes, too few for %d workers", target->path, (unsigned long long)target->bytes,
		     options->workers);
	run.states = calloc(target->bytes / SECTOR, sizeof(*run.states));
	if (!run.states)
		fail("no memory for the states of %llu sectors", (unsigned long long)(target->bytes / SECTOR));
	for (int i = 0; i < options->workers; i++) {
		workers[i].run = &run;
		workers[i].index = i;
		workers[i].buffer = request_buffer(MAX_REQUEST);
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			fail("no thread for worker %d", i);
	}
	for (int i = 0; i < options->workers; i++)
		pthread_join(workers[i].thread, NULL);
	check_all(&run, workers[0].buffer);
	if (fsync(target->fd) < 0)
		fail("flush: %s", strerror(errno));
	print_results(workers, &run);
	return run.mismatches > 0;
}
