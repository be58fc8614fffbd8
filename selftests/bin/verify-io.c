// SPDX-License-Identifier: GPL-2.0
/*
 * verify-io [--may-fail] [--iops N] FILE OFFSET_MB SIZE_MB THREADS: random direct
 * writes and reads within that range, 4k to 128k long, whose data is compared;
 * until SIGTERM. N requests a second at most, of all threads.
 *
 * Each thread has a part of the range for itself. A block of 4k has a generation,
 * one higher with each write. What a failed write left is not known: each sector of
 * its blocks has any generation since the last that was seen, until it is seen again.
 *
 * What does less than it was asked for has failed: the disk of a driver that has
 * gone has no size, and a read is of 0 bytes. Only a full read is looked at.
 *
 * Exit status: 0; 1 wrong data, said in one line, or an I/O error without
 * --may-fail; 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BLOCK_BYTES	4096
#define BLOCK_WORDS	(BLOCK_BYTES / sizeof(uint64_t))
#define SECTOR_WORDS	(512 / sizeof(uint64_t))
#define MAX_BLOCKS	32		/* of a request */
#define MAX_THREADS	64
#define NS_PER_S	1000000000ULL
#define POISON		0xa5		/* what a read has to overwrite */

/* What a block may hold: a generation of [low, high], 0 is anything at all. */
struct block {
	uint64_t low;
	uint64_t high;
	uint64_t last;			/* given to a write */
};

struct part {
	uint64_t first;			/* block of the file */
	uint64_t num;
	uint64_t filled;		/* blocks that were written once */
	uint64_t seed;
	struct block *blocks;
	uint64_t *buf;
};

struct request {
	bool is_write;
	uint64_t at;			/* block of the part */
	uint64_t num;
};

/* Written before the threads start, but for the counters. */
static struct {
	const char *path;
	int fd;
	bool may_fail;
	uint64_t gap_ns;		/* from one request of a thread to the next */
	uint64_t run;			/* so that data of another run is wrong */
	atomic_bool stop;
	atomic_ulong writes, reads, errors;
} io;

static void die(const char *what)
{
	fprintf(stderr, "verify-io: %s: %s\n", what, strerror(errno));
	exit(2);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* splitmix64 */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static uint64_t random_below(struct part *part, uint64_t limit)
{
	part->seed = mix(part->seed);
	return part->seed % limit;
}

/* --- what is in a block ----------------------------------------------------- */

/* Where and when it was written, by whom; the rest follows from these. */
static uint64_t word_of(uint64_t offset, uint64_t generation, unsigned int i)
{
	switch (i) {
	case 0:
		return offset;
	case 1:
		return generation;
	case 2:
		return io.run;
	default:
		return mix(offset ^ mix(generation ^ mix(io.run))) + i * (io.run | 1);
	}
}

static void fill_block(uint64_t *word, uint64_t offset, uint64_t generation)
{
	unsigned int i;

	for (i = 0; i < BLOCK_WORDS; i++)
		word[i] = word_of(offset, generation, i);
}

static void report(const struct part *part, const struct request *req, uint64_t i,
		   unsigned int bad, const uint64_t *word)
{
	const struct block *block = &part->blocks[req->at + i];
	uint64_t offset = (part->first + req->at + i) * BLOCK_BYTES;

	printf("verify-io: wrong data: %s offset %" PRIu64 ", wanted generation %"
	       PRIu64 "-%" PRIu64 " of run %" PRIx64 ", found offset %" PRIu64
	       " generation %" PRIu64 " run %" PRIx64 ", word %u is %" PRIx64
	       " (block %" PRIu64 " of %" PRIu64 ")\n", io.path, offset,
	       block->low, block->high, io.run, word[0], word[1], word[2], bad,
	       word[bad], i, req->num);
	fflush(stdout);
	_exit(1);
}

/* The first word from first on, before end, that is not of that generation, or end. */
static unsigned int match(const uint64_t *word, uint64_t offset, uint64_t generation,
			  unsigned int first, unsigned int end)
{
	unsigned int i;

	for (i = first; i < end; i++)
		if (word[i] != word_of(offset, generation, i))
			break;
	return i;
}

/* A failed write was cut between two sectors: some are old, some are new. */
static bool is_torn(const struct block *block, const uint64_t *word, uint64_t offset)
{
	unsigned int i, end;
	uint64_t generation;

	for (i = 0; i < BLOCK_WORDS; i = end) {
		end = i + SECTOR_WORDS;
		for (generation = block->low; generation <= block->high; generation++)
			if (match(word, offset, generation, i, end) == end)
				break;
		if (generation > block->high)
			return false;
	}
	return true;
}

/* Once seen, it has to stay that way: nobody else writes here. */
static void check_block(struct part *part, const struct request *req, uint64_t i)
{
	const uint64_t *word = part->buf + i * BLOCK_WORDS;
	struct block *block = &part->blocks[req->at + i];
	uint64_t offset = (part->first + req->at + i) * BLOCK_BYTES;
	uint64_t generation = word[1];
	unsigned int bad = match(word, offset, generation, 0, BLOCK_WORDS);

	if (bad == BLOCK_WORDS && generation && generation >= block->low &&
	    generation <= block->high) {
		block->low = generation;
		block->high = generation;
		return;
	}
	if (block->low && !is_torn(block, word, offset))
		report(part, req, i, bad == BLOCK_WORDS ? 1 : bad, word);
}

/* --- requests --------------------------------------------------------------- */

/* Writes go on where nothing was written yet, until all of the part was. */
static struct request choose(struct part *part)
{
	struct request req = { .num = 1 + random_below(part, MAX_BLOCKS) };

	req.is_write = !part->filled || random_below(part, 2);
	if (req.is_write && part->filled < part->num) {
		req.at = part->filled;
		req.num = min(req.num, part->num - part->filled);
		part->filled += req.num;
		return req;
	}
	req.num = min(req.num, part->filled);
	req.at = random_below(part, part->filled - req.num + 1);
	return req;
}

/* Fewer bytes than asked for are an error: EIO. */
static bool transfer(struct part *part, const struct request *req)
{
	off_t offset = (part->first + req->at) * BLOCK_BYTES;
	size_t len_bytes = req->num * BLOCK_BYTES;
	ssize_t done;

	errno = EIO;
	if (req->is_write)
		done = pwrite(io.fd, part->buf, len_bytes, offset);
	else
		done = pread(io.fd, part->buf, len_bytes, offset);
	if (done == (ssize_t)len_bytes)
		return true;
	if (!io.may_fail) {
		printf("verify-io: %s of %zu bytes at %jd: %s\n",
		       req->is_write ? "write" : "read", len_bytes, (intmax_t)offset,
		       strerror(errno));
		fflush(stdout);
		_exit(1);
	}
	io.errors++;
	return false;
}

static void do_write(struct part *part, const struct request *req)
{
	struct block *block = &part->blocks[req->at];
	uint64_t i;

	for (i = 0; i < req->num; i++) {
		block[i].high = ++block[i].last;
		fill_block(part->buf + i * BLOCK_WORDS,
			   (part->first + req->at + i) * BLOCK_BYTES,
			   block[i].last);
	}
	if (!transfer(part, req))
		return;
	for (i = 0; i < req->num; i++)
		block[i].low = block[i].high;
	io.writes++;
}

static void do_read(struct part *part, const struct request *req)
{
	uint64_t i;

	memset(part->buf, POISON, req->num * BLOCK_BYTES);
	if (!transfer(part, req))
		return;
	for (i = 0; i < req->num; i++)
		check_block(part, req, i);
	io.reads++;
}

/* One that is late does not catch up: that would be a burst. */
static void pace(uint64_t *next_ns)
{
	uint64_t now = now_ns();
	struct timespec ts;

	*next_ns += io.gap_ns;
	if (*next_ns < now)
		*next_ns = now;
	ts.tv_sec = *next_ns / NS_PER_S;
	ts.tv_nsec = *next_ns % NS_PER_S;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

static void *work(void *arg)
{
	struct part *part = arg;
	uint64_t next_ns = now_ns() + random_below(part, io.gap_ns + 1);
	struct request req;

	while (!io.stop) {
		pace(&next_ns);
		req = choose(part);
		if (req.is_write)
			do_write(part, &req);
		else
			do_read(part, &req);
	}
	return NULL;
}

/* --- start and end ---------------------------------------------------------- */

static void init_part(struct part *part, uint64_t first, uint64_t num)
{
	part->first = first;
	part->num = num;
	part->seed = io.run ^ first;
	part->blocks = calloc(num, sizeof(*part->blocks));
	if (!part->blocks)
		die("calloc");
	errno = posix_memalign((void **)&part->buf, BLOCK_BYTES,
			       MAX_BLOCKS * BLOCK_BYTES);
	if (errno)
		die("posix_memalign");
}

static void run(uint64_t first, uint64_t num, unsigned int threads)
{
	static struct part parts[MAX_THREADS];
	static pthread_t ids[MAX_THREADS];
	sigset_t set;
	unsigned int i;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (i = 0; i < threads; i++) {
		init_part(&parts[i], first + i * (num / threads), num / threads);
		errno = pthread_create(&ids[i], NULL, work, &parts[i]);
		if (errno)
			die("pthread_create");
	}
	sigwait(&set, &sig);
	io.stop = true;
	for (i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
}

static int bad_usage(void)
{
	fputs("usage: verify-io [--may-fail] [--iops N] FILE OFFSET_MB SIZE_MB THREADS\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "may-fail",	no_argument,		NULL, 'f' },
		{ "iops",	required_argument,	NULL, 'i' },
		{ }
	};
	unsigned long iops = 0, threads;
	uint64_t first, num;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'f':
			io.may_fail = true;
			break;
		case 'i':
			iops = strtoul(optarg, NULL, 10);
			break;
		default:
			return bad_usage();
		}
	}
	if (argc - optind != 4)
		return bad_usage();
	io.path = argv[optind];
	first = (strtoull(argv[optind + 1], NULL, 10) << 20) / BLOCK_BYTES;
	num = (strtoull(argv[optind + 2], NULL, 10) << 20) / BLOCK_BYTES;
	threads = strtoul(argv[optind + 3], NULL, 10);
	if (!threads || threads > MAX_THREADS || num < threads)
		return bad_usage();
	if (iops)
		io.gap_ns = threads * NS_PER_S / iops;
	io.run = mix(time(NULL) ^ mix(getpid()));
	io.fd = open(io.path, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (io.fd < 0)
		die(io.path);
	run(first, num, threads);
	printf("%lu writes, %lu reads, %lu errors\n", io.writes, io.reads, io.errors);
	return 0;
}
