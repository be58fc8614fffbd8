// SPDX-License-Identifier: GPL-2.0
/*
 * scatter FILE SEGMENTS BYTES OFFSET [SEED]: write and read back, directly, data
 * that lies in SEGMENTS pieces of BYTES each, every piece OFFSET bytes into a
 * page of its own; once by scattered writes and plain reads, once the other
 * way round. Exit 1 if what comes back is not what went out.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_SEGMENTS 1024

static struct iovec iov[MAX_SEGMENTS];
static unsigned int num, piece_bytes, offset_bytes;
static uint8_t *flat;
static int fd;

static void must(int is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "scatter: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *pages(size_t len_bytes)
{
	void *addr = mmap(NULL, len_bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	must(addr != MAP_FAILED, "mmap");
	return addr;
}

/* Backwards, so that no two pieces are neighbours. */
static void make_pieces(void)
{
	size_t stride = (offset_bytes + piece_bytes + 4095) / 4096 * 4096;
	uint8_t *mem = pages(num * stride);
	unsigned int i;

	for (i = 0; i < num; i++)
		iov[i] = (struct iovec) {
			.iov_base = mem + (num - 1 - i) * stride + offset_bytes,
			.iov_len = piece_bytes,
		};
}

static void fill(uint8_t *to, unsigned int len_bytes)
{
	while (len_bytes--)
		*to++ = rand() >> 7;
}

static void compare(void)
{
	unsigned int i;

	for (i = 0; i < num; i++)
		if (memcmp(iov[i].iov_base, flat + i * piece_bytes, piece_bytes)) {
			fprintf(stderr, "scatter: piece %u differs\n", i);
			exit(1);
		}
}

int main(int argc, char **argv)
{
	unsigned int i, total;

	if (argc < 5)
		return 2;
	num = atoi(argv[2]);
	piece_bytes = atoi(argv[3]);
	offset_bytes = atoi(argv[4]);
	srand(argc > 5 ? atoi(argv[5]) : 1);
	if (!num || num > MAX_SEGMENTS)
		return 2;
	total = num * piece_bytes;
	flat = pages(total);
	make_pieces();
	fd = open(argv[1], O_RDWR | O_DIRECT);
	must(fd >= 0, argv[1]);

	for (i = 0; i < num; i++)
		fill(iov[i].iov_base, piece_bytes);
	must(pwritev(fd, iov, num, 0) == (int)total, "scattered write");
	must(pread(fd, flat, total, 0) == (int)total, "plain read");
	compare();

	fill(flat, total);
	must(pwrite(fd, flat, total, total) == (int)total, "plain write");
	must(preadv(fd, iov, num, total) == (int)total, "scattered read");
	compare();
	return 0;
}
