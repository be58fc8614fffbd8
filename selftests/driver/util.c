// SPDX-License-Identifier: GPL-2.0
/* Small help: ends of the program, time, and numbers that look random. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "types.h"

const char *program = "vdpa-blk";

void die(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s: ", program);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_FAILED);
}

void skip(const char *format, ...)
{
	va_list args;

	printf("SKIP ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(EXIT_SKIP);
}

/* Passes @ret on unless it is a negative errno. */
int must(int ret, const char *what)
{
	if (ret < 0)
		die("%s: %s", what, strerror(-ret));
	return ret;
}

u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

void sleep_ms(unsigned int ms)
{
	usleep(ms * 1000);
}

/* Waits until an eventfd has events and takes them: 1, or 0 if none came. */
int poll_fd(int fd, int timeout_ms)
{
	struct pollfd poll_one = { .fd = fd, .events = POLLIN };
	u64 events;

	if (poll(&poll_one, 1, timeout_ms) <= 0)
		return 0;
	return read(fd, &events, sizeof(events)) == sizeof(events);
}

/* splitmix64: any seed will do, 0 included. */
u64 random_next(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

u32 random_below(u64 *state, u32 limit)
{
	return random_next(state) % limit;
}

bool random_chance(u64 *state, u32 one_in)
{
	return !random_below(state, one_in);
}
