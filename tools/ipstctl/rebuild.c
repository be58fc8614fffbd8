// SPDX-License-Identifier: GPL-2.0
/*
 * Volumes as the kernel has them, for when their file is lost: what is behind
 * the devices that ipstctl has attached. From the namespace come the UUID and
 * the disk, from the disk's connections the sources. The name was nowhere but
 * in the file: the volume is called as its device, until a volume add with the
 * same sources names it. Whose connections they are is not known, so they are
 * taken for somebody else's, and never closed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipstctl.h"

static bool is_known(const struct volume *vols, int n, const char *uuid)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(vols[i].uuid, uuid))
			return true;
	return false;
}

static void rebuild_identity(const char *path, struct volume *vol)
{
	struct disk disk;

	vol->uuid_origin = UUID_GIVEN;
	if (access(path, F_OK) || disk_probe(path, &disk))
		return;
	memcpy(vol->wwid, disk.wwid, sizeof(vol->wwid));
	vol->uuid_origin = identity_origin(vol->uuid, vol->wwid);
}

static bool rebuild_volume(const char *device, struct volume *vol)
{
	char nqn[NQN_LEN], path[ATTR_LEN], uuid[ATTR_LEN];

	attach_nqn(device, nqn);
	if (!configfs_ns_get(nqn, attach_nsid(device), "device_path", path) ||
	    !configfs_ns_get(nqn, attach_nsid(device), "device_uuid", uuid) ||
	    strlen(uuid) >= UUID_LEN || strncmp(path, "/dev/", 5))
		return false;
	memset(vol, 0, sizeof(*vol));
	snprintf(vol->name, sizeof(vol->name), "%s", device);
	memcpy(vol->uuid, uuid, sizeof(vol->uuid));
	vol->complete = true;
	vol->rebuilt = true;
	rebuild_identity(path, vol);
	nvme_disk_sources(path, vol);
	if (!vol->n_sources && !source_parse(path, &vol->sources[0]))
		vol->n_sources = 1;
	return vol->n_sources;
}

int rebuild_volumes(struct volume **vols)
{
	char (*devices)[NAME_LEN];
	int n_devices = configfs_device_list(&devices);
	struct volume vol;
	int n = 0;

	*vols = calloc(n_devices + 1, sizeof(**vols));
	for (int i = 0; *vols && i < n_devices; i++)
		if (rebuild_volume(devices[i], &vol) &&
		    !is_known(*vols, n, vol.uuid))
			(*vols)[n++] = vol;
	free(devices);
	return n;
}
