// SPDX-License-Identifier: GPL-2.0
/*
 * log-writes LOG IMAGE COMMAND: replay what dm-log-writes has logged to LOG (see
 * Documentation/admin-guide/device-mapper/log-writes.rst) into IMAGE, a file as
 * large as the device was, full of zeroes. Wherever a power cut could have
 * left just that, after each flush, each write with FUA, and each mark, COMMAND
 * runs with $POINT, their number so far, $KIND, flush, fua or mark, and $MARK,
 * the last mark's text. Exit 1 if COMMAND ever fails; else prints how many
 * points of each kind there were.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As in drivers/md/dm-log-writes.c. */
#define LOG_MAGIC	0x6a736677736872ULL
#define LOG_VERSION	1
#define LOG_FLUSH	1
#define LOG_FUA		2
#define LOG_DISCARD	4
#define LOG_MARK	8

#define MAX_SECTOR	4096

struct log_super {
	uint64_t magic;
	uint64_t version;
	uint64_t nr_entries;
	uint32_t sectorsize;
};

/* Alone in a sector; a mark's text is behind it, a write's data in the next. */
struct log_entry {
	uint64_t sector;
	uint64_t nr_sectors;
	uint64_t flags;
	uint64_t data_len;
	char text[MAX_SECTOR - 32];
};

static struct {
	int fd;
	uint64_t at_bytes;
	uint64_t num_entries;
	uint32_t sector_bytes;
} logdev;

static struct {
	int fd;
	uint64_t len_bytes;
} image;

static unsigned int points, flushes, fuas, marks;

static void must(int is_so, const char *what)
{
	if (is_so)
		return;
	fprintf(stderr, "log-writes: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void read_log(void *buf, size_t len_bytes)
{
	must(pread(logdev.fd, buf, len_bytes, logdev.at_bytes) ==
	     (ssize_t)len_bytes, "read the log");
	logdev.at_bytes += len_bytes;
}

static void open_log(const char *path)
{
	struct log_super super;

	logdev.fd = open(path, O_RDONLY);
	must(logdev.fd >= 0, path);
	read_log(&super, sizeof(super));
	must(le64toh(super.magic) == LOG_MAGIC &&
	     le64toh(super.version) == LOG_VERSION, "this is no log");
	logdev.sector_bytes = le32toh(super.sectorsize);
	must(logdev.sector_bytes >= 512 && logdev.sector_bytes <= MAX_SECTOR,
	     "sector size of the log");
	logdev.num_entries = le64toh(super.nr_entries);
	logdev.at_bytes = logdev.sector_bytes;
}

static void open_image(const char *path)
{
	struct stat st;

	image.fd = open(path, O_RDWR);
	must(image.fd >= 0 && !fstat(image.fd, &st), path);
	image.len_bytes = st.st_size;
}

/* What was discarded reads as zeroes here: nobody may rely on the old data. */
static void discard(uint64_t at_bytes, uint64_t len_bytes)
{
	must(!fallocate(image.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			at_bytes, len_bytes), "discard");
}

static void copy(uint64_t at_bytes, uint64_t len_bytes)
{
	char buf[1 << 16];
	size_t chunk;

	for (; len_bytes; len_bytes -= chunk, at_bytes += chunk) {
		chunk = len_bytes < sizeof(buf) ? len_bytes : sizeof(buf);
		read_log(buf, chunk);
		must(pwrite(image.fd, buf, chunk, at_bytes) == (ssize_t)chunk,
		     "write the image");
	}
}

static void replay(const struct log_entry *entry)
{
	uint64_t at_bytes = le64toh(entry->sector) * logdev.sector_bytes;
	uint64_t len_bytes = le64toh(entry->nr_sectors) * logdev.sector_bytes;

	must(at_bytes + len_bytes <= image.len_bytes, "image is too small");
	if (!len_bytes)
		return;
	if (le64toh(entry->flags) & LOG_DISCARD)
		discard(at_bytes, len_bytes);
	else
		copy(at_bytes, len_bytes);
}

static void run(const char *command, const char *kind)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", points++);
	setenv("POINT", number, 1);
	setenv("KIND", kind, 1);
	if (!system(command))
		return;
	fprintf(stderr, "log-writes: point %s, a %s, last mark \"%s\": failed\n",
		number, kind, getenv("MARK"));
	exit(1);
}

static void next_entry(const char *command)
{
	struct log_entry entry = {};
	uint64_t flags;

	read_log(&entry, logdev.sector_bytes);
	flags = le64toh(entry.flags);
	if (flags & LOG_MARK) {
		entry.text[sizeof(entry.text) - 1] = '\0';
		setenv("MARK", entry.text, 1);
		marks++;
		run(command, "mark");
		return;
	}
	replay(&entry);
	if (flags & LOG_FLUSH) {
		flushes++;
		run(command, "flush");
	} else if (flags & LOG_FUA) {
		fuas++;
		run(command, "fua");
	}
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: log-writes LOG IMAGE COMMAND\n");
		return 2;
	}
	open_log(argv[1]);
	open_image(argv[2]);
	setenv("MARK", "", 1);
	while (logdev.num_entries--)
		next_entry(argv[3]);
	printf("%u flushes, %u fua, %u marks\n", flushes, fuas, marks);
	return 0;
}
