// SPDX-License-Identifier: GPL-2.0
/*
 * A while in which instructions are counted: scripts/vm --count, bench/insn_count.c.
 *
 * usage: insn-mark DISK MS
 *
 * Prints how many reads and writes of DISK (its name in /sys/block) have completed
 * meanwhile. Nothing is started or read for the first time between the two marks,
 * as that would be counted too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../bench/insn_mark.h"

static unsigned long long completed(int fd)
{
	unsigned long long reads, writes;
	char text[512];
	ssize_t len;

	len = pread(fd, text, sizeof(text) - 1, 0);
	if (len <= 0)
		return 0;
	text[len] = '\0';
	if (sscanf(text, "%llu %*u %*u %*u %llu", &reads, &writes) != 2)
		return 0;
	return reads + writes;
}

int main(int argc, char **argv)
{
	unsigned long long before, after;
	struct timespec while_ns = {};
	char path[256];
	long ms;
	int fd;

	ms = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	if (ms <= 0) {
		fputs("usage: insn-mark DISK MS\n", stderr);
		return 2;
	}
	while_ns.tv_sec = ms / 1000;
	while_ns.tv_nsec = ms % 1000 * 1000000;
	snprintf(path, sizeof(path), "/sys/block/%s/stat", argv[1]);
	fd = open(path, O_RDONLY);
	if (fd < 0) {
		fprintf(stderr, "insn-mark: %s: %s\n", path, strerror(errno));
		return 1;
	}
	completed(fd);

	insn_mark_begin();
	before = completed(fd);
	nanosleep(&while_ns, NULL);
	after = completed(fd);
	insn_mark_end();

	printf("%llu\n", after - before);
	close(fd);
	return 0;
}
