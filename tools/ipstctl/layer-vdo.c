// SPDX-License-Identifier: GPL-2.0
/*
 * Compression and deduplication by dm-vdo; of the two only what is asked for is
 * turned on. The format is vdoformat's, for there is no library. A table has to
 * name the very sizes that the superblock has, so these are read from there.
 *
 * As many bytes are presented as there is room for without any saving: what is
 * presented can always be written.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipstctl.h"
#include "layer.h"

#define BLOCK_BYTES 4096
#define BLOCK_SECTORS (BLOCK_BYTES / SECTOR_BYTES)
#define CACHE_BLOCKS 32768	/* 128 MiB, the least there is */
#define ERA 16380		/* recommended */
#define DISCARD_BLOCKS 1024	/* at once; more takes too long on hard disks */
#define GROWTH_MIN_BLOCKS 32832	/* the kernel's */
#define SLABS_MAX 8192
#define SLAB_BITS_MIN 15	/* 128 MiB */
#define SLAB_BITS_MAX 23
#define ROOM_TO_GROW 16		/* times its size */

/* On the disk; numbers are little-endian. */
#define GEOMETRY_MAGIC "dmvdo001"
#define GEOMETRY_VERSION_AT 12
#define GEOMETRY_DATA_AT 80		/* of version 5: where the rest begins */
#define GEOMETRY_VERSION 5
#define SUPER_LOGICAL_AT 60
#define SUPER_PHYSICAL_AT 68
#define SUPER_SLAB_AT 76

struct vdo_sizes {
	uint64_t logical_blocks;
	uint64_t physical_blocks;
	uint64_t slab_blocks;
};

static bool vdo_is_wanted(const struct volume *vol)
{
	return volume_is_set(vol, VSET_COMPRESS) ||
	       volume_is_set(vol, VSET_DEDUPLICATE);
}

static int vdo_check(const struct volume *vol)
{
	(void)vol;
	return mapper_start("vdo", "dm_vdo");
}

static int read_block(const char *path, uint64_t block, void *buf)
{
	int fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	ssize_t n = -1;

	if (fd >= 0) {
		n = pread(fd, buf, BLOCK_BYTES, block * BLOCK_BYTES);
		close(fd);
	}
	return n == BLOCK_BYTES ? 0 : err("%s cannot be read: %s", path,
					  n < 0 ? strerror(errno) :
						  "it ends too early");
}

static uint64_t number(const char *block, size_t at)
{
	uint64_t value;

	memcpy(&value, block + at, sizeof(value));
	return le64toh(value);
}

static bool has_geometry(const char *block)
{
	uint32_t version;

	memcpy(&version, block + GEOMETRY_VERSION_AT, sizeof(version));
	return !memcmp(block, GEOMETRY_MAGIC, strlen(GEOMETRY_MAGIC)) &&
	       le32toh(version) == GEOMETRY_VERSION;
}

/* 1: there is a vdo; @sizes may be NULL. */
static int vdo_read(const char *path, struct vdo_sizes *sizes)
{
	char *block = aligned_alloc(BLOCK_BYTES, BLOCK_BYTES);
	int ret = block ? read_block(path, 0, block) : err("no memory");

	if (!ret)
		ret = has_geometry(block);
	if (ret > 0 && sizes) {
		if (read_block(path, number(block, GEOMETRY_DATA_AT), block))
			ret = -1;
		sizes->logical_blocks = number(block, SUPER_LOGICAL_AT);
		sizes->physical_blocks = number(block, SUPER_PHYSICAL_AT);
		sizes->slab_blocks = number(block, SUPER_SLAB_AT);
	}
	free(block);
	return ret;
}

static int vdo_is_formatted(const struct volume *vol, const struct disk *below)
{
	(void)vol;
	return vdo_read(below->path, NULL);
}

/* Small slabs let small disks be used; too small ones keep it from growing. */
static int slab_bits(const struct disk *below)
{
	uint64_t blocks = below->size_bytes / BLOCK_BYTES * ROOM_TO_GROW;
	int bits = SLAB_BITS_MIN;

	while (bits < SLAB_BITS_MAX && blocks >> bits > SLABS_MAX)
		bits++;
	return bits;
}

/* The child: its output goes to @fd. */
static void vdoformat_exec(const char *path, const char *slabs, int fd)
{
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execlp("vdoformat", "vdoformat", "--force", "--uds-memory-size=0.25",
	       slabs, path, NULL);
	_exit(127);
}

/* Its last line. */
static void read_complaint(int fd, char *line, size_t len)
{
	FILE *file = fdopen(fd, "r");
	char text[256];

	snprintf(line, len, "it says nothing");
	while (file && fgets(text, sizeof(text), file)) {
		text[strcspn(text, "\n")] = '\0';
		if (*text)
			snprintf(line, len, "%s", text);
	}
	if (file)
		fclose(file);
}

static int vdo_format(struct volume *vol, const struct disk *below)
{
	char slabs[32], line[256];
	int status, fds[2];
	pid_t pid;

	(void)vol;
	snprintf(slabs, sizeof(slabs), "--slab-bits=%d", slab_bits(below));
	if (pipe2(fds, O_CLOEXEC))
		return err("no pipe: %s", strerror(errno));
	pid = fork();
	if (!pid)
		vdoformat_exec(below->path, slabs, fds[1]);
	close(fds[1]);
	read_complaint(fds[0], line, sizeof(line));
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			pid = -1;
	if (pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err("vdoformat is not there: install the package vdo");
	return err("vdoformat cannot format %s, which has %llu MB (5000 are "
		   "enough): %s", below->path,
		   (unsigned long long)below->size_bytes / 1000000, line);
}

static void fill_table(const struct volume *vol, const struct disk *below,
		       const struct vdo_sizes *sizes, struct mapper_table *table)
{
	table->target = "vdo";
	table->sectors = sizes->logical_blocks * BLOCK_SECTORS;
	snprintf(table->params, sizeof(table->params),
		 "V4 %u:%u %llu %d %d %d maxDiscard %d deduplication %s compression %s",
		 major(below->rdev), minor(below->rdev),
		 (unsigned long long)sizes->physical_blocks, BLOCK_BYTES,
		 CACHE_BLOCKS, ERA, DISCARD_BLOCKS,
		 volume_is_set(vol, VSET_DEDUPLICATE) ? "on" : "off",
		 volume_is_set(vol, VSET_COMPRESS) ? "on" : "off");
}

static int vdo_table(const struct volume *vol, const struct disk *below,
		     struct mapper_table *table)
{
	struct vdo_sizes sizes;

	if (vdo_read(below->path, &sizes) < 1)
		return err("%s has no vdo", below->path);
	fill_table(vol, below, &sizes, table);
	return 0;
}

/* By whole slabs, and not by less than the kernel wants. */
static int vdo_grown_table(const struct volume *vol, const char *name,
			   const struct disk *below, struct mapper_table *table)
{
	uint64_t blocks = below->size_bytes / BLOCK_BYTES, more;
	struct vdo_sizes sizes;

	(void)name;
	if (!vdo_is_wanted(vol))
		return err("nobody knows any more what volume %s is to save: repeat "
			   "its volume add first", vol->name);
	if (vdo_read(below->path, &sizes) < 1)
		return err("%s has no vdo", below->path);
	if (blocks < sizes.physical_blocks)
		return err("%s is smaller than what lies on it: volumes only grow",
			   below->path);
	more = blocks - sizes.physical_blocks;
	if (more < GROWTH_MIN_BLOCKS || more < sizes.slab_blocks)
		more = 0;
	sizes.physical_blocks += more;
	sizes.logical_blocks += more;
	fill_table(vol, below, &sizes, table);
	return 0;
}

/* "device mode recovery index compression used total" */
static void vdo_show(const char *status, json_object *object)
{
	unsigned long long used, total;
	char mode[16], index[16], compression[16];

	if (sscanf(status, "%*s %15s %*s %15s %15s %llu %llu", mode, index,
		   compression, &used, &total) != 5)
		return;
	out_add_string(object, "mode", mode);
	out_add_string(object, "index", index);
	out_add_string(object, "compression", compression);
	json_object_object_add(object, "used",
			       json_object_new_uint64(used * BLOCK_BYTES));
	json_object_object_add(object, "free",
			       json_object_new_uint64((total - used) *
						      BLOCK_BYTES));
}

const struct layer layer_vdo = {
	.type = "vdo",
	.is_wanted = vdo_is_wanted,
	.check = vdo_check,
	.is_formatted = vdo_is_formatted,
	.format = vdo_format,
	.table = vdo_table,
	.grown_table = vdo_grown_table,
	.show = vdo_show,
};
