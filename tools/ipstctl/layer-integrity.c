// SPDX-License-Identifier: GPL-2.0
/*
 * Checksums of each block, by dm-integrity: data that the disk gives back
 * damaged becomes a read error. The kernel formats the disk itself, if its
 * first 4 KiB are zero, and calculates the checksums of what is there in the
 * background ("recalculate"): so a format takes no time, but what has not been
 * reached yet is not checked. Where it stands is in the superblock, so it goes
 * on after a restart, and, since the kernel leaves the flag on, after the disk
 * has grown.
 *
 * The journal (mode J, the default) makes data and checksum change together
 * whatever happens, and costs a second write of all data.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ipstctl.h"
#include "layer.h"

#define SB_BYTES 4096
#define SB_MAGIC "integrt"	/* with its NUL */
#define SB_RECALCULATING 0x2
#define TAG_BYTES 4		/* of crc32c */

/* The beginning of the kernel's. */
struct superblock {
	uint8_t magic[8];
	uint8_t version;
	uint8_t log2_interleave_sectors;
	uint16_t integrity_tag_size;
	uint32_t journal_sections;
	uint64_t provided_data_sectors;
	uint32_t flags;
	uint8_t log2_sectors_per_block;
};

static bool integrity_is_wanted(const struct volume *vol)
{
	return volume_is_set(vol, VSET_INTEGRITY);
}

static int integrity_check(const struct volume *vol)
{
	(void)vol;
	return mapper_start("integrity", "dm_integrity");
}

/* Direct: the kernel's own copy is elsewhere. */
static int sb_io(const char *path, void *block, bool is_write)
{
	int fd = open(path, (is_write ? O_WRONLY | O_DSYNC : O_RDONLY) |
			    O_DIRECT | O_CLOEXEC);
	ssize_t n = -1;

	if (fd >= 0)
		n = is_write ? write(fd, block, SB_BYTES) :
			       read(fd, block, SB_BYTES);
	if (n != SB_BYTES)
		err("%s cannot be %s: %s", path, is_write ? "written" : "read",
		    strerror(errno));
	if (fd >= 0)
		close(fd);
	return n == SB_BYTES ? 0 : -1;
}

static int sb_read(const char *path, struct superblock *sb)
{
	void *block = aligned_alloc(SB_BYTES, SB_BYTES);
	int ret = block ? sb_io(path, block, false) : err("no memory");

	if (!ret)
		memcpy(sb, block, sizeof(*sb));
	free(block);
	return ret;
}

static int integrity_is_formatted(const struct volume *vol,
				  const struct disk *below)
{
	struct superblock sb;

	(void)vol;
	if (sb_read(below->path, &sb))
		return -1;
	if (memcmp(sb.magic, SB_MAGIC, sizeof(sb.magic)))
		return 0;
	if (le16toh(sb.integrity_tag_size) != TAG_BYTES ||
	    (uint32_t)SECTOR_BYTES << sb.log2_sectors_per_block !=
		    below->block_bytes)
		return err("%s is formatted for other checksums or blocks than "
			   "those of --integrity crc32c", below->path);
	return 1;
}

static void fill_table(const struct disk *below, uint64_t sectors,
		       const char *more, struct mapper_table *table)
{
	table->target = "integrity";
	table->sectors = sectors;
	snprintf(table->params, sizeof(table->params),
		 "%u:%u 0 - J %d internal_hash:crc32c block_size:%u%s",
		 major(below->rdev), minor(below->rdev), *more ? 4 : 2,
		 below->block_bytes, more);
}

/* A device of one block, for the kernel to write the superblock. */
static int integrity_format(struct volume *vol, const struct disk *below)
{
	void *zeroes = aligned_alloc(SB_BYTES, SB_BYTES);
	char name[MAPPER_LEN], uuid[MAPPER_LEN];
	struct mapper_table table;
	int ret;

	if (!zeroes)
		return err("no memory");
	memset(zeroes, 0, SB_BYTES);
	ret = sb_io(below->path, zeroes, true);
	free(zeroes);
	if (ret)
		return -1;
	fill_table(below, below->block_bytes / SECTOR_BYTES,
		   " fix_padding recalculate", &table);
	snprintf(name, sizeof(name), "ipst-%s-integrity", vol->name);
	snprintf(uuid, sizeof(uuid), "IPST-integrity-%s", vol->uuid);
	return mapper_create(name, uuid, &table) ||
	       mapper_remove(name, uuid) ? -1 : 0;
}

static int integrity_table(const struct volume *vol, const struct disk *below,
			   struct mapper_table *table)
{
	struct superblock sb;

	(void)vol;
	if (sb_read(below->path, &sb))
		return -1;
	fill_table(below, le64toh(sb.provided_data_sectors), "", table);
	return 0;
}

/* How much the kernel would provide of a disk that has grown, it says itself. */
static int integrity_grown_table(const struct volume *vol, const char *name,
				 const struct disk *below,
				 struct mapper_table *table)
{
	char status[MAPPER_PARAMS_LEN];
	struct superblock sb;
	unsigned long long sectors;

	(void)vol;
	if (sb_read(below->path, &sb))
		return -1;
	fill_table(below, le64toh(sb.provided_data_sectors), "", table);
	if (mapper_try(name, table, status))
		return err("%s is smaller than what lies on it: volumes only grow",
			   below->path);
	if (sscanf(status, "%*u %llu", &sectors) != 1)
		return err("dm-integrity does not tell what %s has room for",
			   below->path);
	if (sectors != table->sectors &&
	    !(le32toh(sb.flags) & SB_RECALCULATING))
		return err("%s was not formatted by ipstctl, and cannot grow: its "
			   "new blocks would have no checksums", below->path);
	table->sectors = sectors;
	return 0;
}

/* "mismatches provided recalculated", the last a number or "-" */
static void integrity_show(const char *status, json_object *object)
{
	unsigned long long bad, sectors, done;
	int n = sscanf(status, "%llu %llu %llu", &bad, &sectors, &done);

	if (n < 2)
		return;
	json_object_object_add(object, "mismatches",
			       json_object_new_uint64(bad));
	json_object_object_add(object, "checked",
			       json_object_new_uint64((n == 3 ? done : sectors) *
						      SECTOR_BYTES));
}

const struct layer layer_integrity = {
	.type = "integrity",
	.is_wanted = integrity_is_wanted,
	.check = integrity_check,
	.is_formatted = integrity_is_formatted,
	.format = integrity_format,
	.table = integrity_table,
	.grown_table = integrity_grown_table,
	.show = integrity_show,
};
