// SPDX-License-Identifier: GPL-2.0
/*
 * Another volume behind a device that is in use. I/O is held back meanwhile:
 * the host waits, sees no error, and may find the disk larger afterwards.
 *
 *   record, pause, namespace off, its disk and UUID, namespace on, resume,
 *   forget the record
 *
 * The record, made before the first change and forgotten after the last, says
 * what was there before: that is what a failed step puts back. If the tool is
 * killed in between, it makes the next one go through all steps again, and
 * makes all others refuse to touch the device.
 */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "ipstctl.h"

/* Where a device's volume is written down: the namespace that attach made. */
struct place {
	const char *device;
	char nqn[NQN_LEN];
	uint32_t nsid;
};

static bool place_has(const struct place *place, const char *attr,
		      const char *want)
{
	char value[ATTR_LEN];

	return configfs_ns_get(place->nqn, place->nsid, attr, value) &&
	       !strcmp(value, want);
}

static int place_find(struct place *place, const char *device)
{
	char value[ATTR_LEN];

	place->device = device;
	place->nsid = attach_nsid(device);
	if (!configfs_device_get(device, "enable", value) || *value != '1')
		return err("device %s has no volume to replace: attach one without --replace",
			   device);
	if (attach_check_own(device))
		return -1;
	if (!configfs_device_nqn(device, place->nqn) ||
	    !configfs_ns_get(place->nqn, place->nsid, "device_path", value))
		return err("device %s has lost its namespace: ipstctl device detach %s first",
			   device, device);
	return 0;
}

/* By disk as well: a volume that was lost and came back may have another. */
static bool place_is_of(const struct place *place, const struct volume *vol,
			const struct disk *disk)
{
	char path[ATTR_LEN];
	struct stat st;

	return place_has(place, "enable", "1") &&
	       place_has(place, "device_uuid", vol->uuid) &&
	       configfs_ns_get(place->nqn, place->nsid, "device_path", path) &&
	       !stat(path, &st) && st.st_rdev == disk->rdev;
}

static int place_exchange(const struct place *place, const char *path,
			  const char *uuid)
{
	return configfs_ns_disable(place->nqn, place->nsid) ||
	       configfs_ns_set_disk(place->nqn, place->nsid, path, uuid) ? -1 : 0;
}

static uint64_t shape_number(json_object *shape, const char *key)
{
	return json_object_get_uint64(json_object_object_get(shape, key));
}

static int shape_check(json_object *shape, const char *device,
		       const struct volume *vol, const struct disk *disk)
{
	uint64_t size_bytes = shape_number(shape, "size");
	uint64_t block_bytes = shape_number(shape, "block_size");

	if (disk->block_bytes != block_bytes)
		return err("volume %s has blocks of %u bytes, device %s of "
			   "%llu: choose one with the same",
			   vol->name, disk->block_bytes, device,
			   (unsigned long long)block_bytes);
	if (disk->size_bytes < size_bytes)
		return err("volume %s has %llu bytes, fewer than the %llu of "
			   "device %s: make it larger",
			   vol->name, (unsigned long long)disk->size_bytes,
			   (unsigned long long)size_bytes, device);
	if (disk->read_only &&
	    !json_object_get_boolean(json_object_object_get(shape, "read_only")))
		return err("volume %s is read-only, and device %s is not: make "
			   "it writable (blockdev --setrw %s)",
			   vol->name, device, disk->path);
	if (disk->is_special)
		return err("volume %s is zoned or has metadata: choose another",
			   vol->name);
	return 0;
}

/* What the host has been told of the device cannot be taken back. */
static int check_fits(const char *device, const struct volume *vol,
		      const struct disk *disk)
{
	json_object *array = json_object_new_array();
	json_object *shape;
	bool is_there;
	int ret = -1;

	if (!nl_device_get(device, array, &is_there)) {
		shape = json_object_array_get_idx(array, 0);
		ret = shape ? shape_check(shape, device, vol, disk) :
			      err("the kernel does not tell the size of device %s: see dmesg",
				  device);
	}
	json_object_put(array);
	return ret;
}

/* What is there now, unless an earlier run has written down what was. */
static int remember(const struct place *place, struct replacing *before,
		    bool was_interrupted)
{
	char value[ATTR_LEN];

	if (was_interrupted)
		return 0;
	configfs_device_get(place->device, "paused", value);
	before->paused = *value == '1';
	configfs_ns_get(place->nqn, place->nsid, "device_path", before->path);
	configfs_ns_get(place->nqn, place->nsid, "device_uuid", before->uuid);
	return record_replacing_save(place->device, before);
}

static int resume(const struct place *place, const struct replacing *before)
{
	return configfs_device_set(place->device, "paused",
				   before->paused ? "1" : "0");
}

static int put_back(const struct place *place, const struct volume *vol,
		    const struct replacing *before)
{
	if (place_exchange(place, before->path, before->uuid) ||
	    resume(place, before))
		return err("device %s has neither volume %s nor the old one, "
			   "and stays paused: repeat this with one that works",
			   place->device, vol->name);
	record_replacing_remove(place->device);
	return err("volume %s is not behind device %s, and all steps are undone",
		   vol->name, place->device);
}

static int exchange(const struct place *place, const struct volume *vol,
		    const struct disk *disk, bool was_interrupted,
		    struct replacing *before)
{
	if (remember(place, before, was_interrupted))
		return -1;
	if (configfs_device_set(place->device, "paused", "1")) {
		if (!was_interrupted)
			record_replacing_remove(place->device);
		return -1;
	}
	/* Requests may have taken long, and the sizes are not ours. */
	if (check_fits(place->device, vol, disk) ||
	    place_exchange(place, disk->path, vol->uuid) ||
	    resume(place, before))
		return put_back(place, vol, before);
	record_replacing_remove(place->device);
	return 0;
}

/* Whoever gets impatient shall not leave a host waiting. */
static int exchange_undisturbed(const struct place *place,
				const struct volume *vol,
				const struct disk *disk, bool was_interrupted,
				struct replacing *before)
{
	sigset_t all, old;
	int ret;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	ret = exchange(place, vol, disk, was_interrupted, before);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ret;
}

int replace_volume(const char *device, const struct volume *vol, bool *changed)
{
	struct replacing before;
	struct place place;
	struct disk disk;
	bool was_interrupted;

	*changed = true;
	if (place_find(&place, device) || backing_open(vol, &disk) ||
	    record_replacing_load(device, &before, &was_interrupted))
		return -1;
	*changed = was_interrupted || !place_is_of(&place, vol, &disk);
	if (!*changed)
		return 0;
	if (check_fits(device, vol, &disk) || attach_check_free(device, vol))
		return -1;
	return exchange_undisturbed(&place, vol, &disk, was_interrupted,
				    &before);
}

int replace_check_done(const char *device)
{
	struct replacing before;
	bool found;

	if (record_replacing_load(device, &before, &found))
		return -1;
	return found ? err("replacing the volume of device %s was interrupted: "
			   "repeat ipstctl device attach %s VOLUME --replace",
			   device, device) : 0;
}
