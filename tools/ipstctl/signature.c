// SPDX-License-Identifier: GPL-2.0
/*
 * What a disk has on it. Only a disk on which nothing is known is formatted:
 * whoever names the wrong disk loses nothing.
 */
#include <fcntl.h>
#include <unistd.h>

#include <blkid/blkid.h>

#include "ipstctl.h"
#include "layer.h"

static blkid_probe probe_new(int fd, int flags)
{
	blkid_probe probe = blkid_new_probe();

	if (!probe)
		return NULL;
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, flags);
	blkid_probe_enable_partitions(probe, 1);
	blkid_probe_set_partitions_flags(probe, BLKID_PARTS_MAGIC);
	if (!blkid_probe_set_device(probe, fd, 0, 0))
		return probe;
	blkid_free_probe(probe);
	return NULL;
}

static int tell(const char *path, blkid_probe probe, int found)
{
	const char *type = "more than one thing";

	if (!found && blkid_probe_lookup_value(probe, "TYPE", &type, NULL) &&
	    blkid_probe_lookup_value(probe, "PTTYPE", &type, NULL))
		type = "something";
	return err("%s has %s on it, and is not formatted: use another disk, or "
		   "wipefs -a it first if nothing of that is needed",
		   path, type);
}

int signature_check_blank(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), found = -1, ret;
	blkid_probe probe = NULL;

	if (fd >= 0)
		probe = probe_new(fd, BLKID_SUBLKS_TYPE);
	if (probe)
		found = blkid_do_safeprobe(probe);
	/* 1: nothing. 0: something. -2: several things. */
	if (found == 1)
		ret = 0;
	else if (found == -1)
		ret = err("%s cannot be read, to see what it has on it", path);
	else
		ret = tell(path, probe, found);
	blkid_free_probe(probe);
	if (fd >= 0)
		close(fd);
	return ret;
}

/* Of what has just been formatted; quiet. */
void signature_wipe(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	blkid_probe probe = NULL;

	if (fd >= 0)
		probe = probe_new(fd, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_MAGIC |
				      BLKID_SUBLKS_BADCSUM);
	while (probe && !blkid_do_probe(probe))
		if (blkid_do_wipe(probe, 0))
			break;
	blkid_free_probe(probe);
	if (fd >= 0)
		close(fd);
}
