// SPDX-License-Identifier: GPL-2.0
/*
 * Volumes as the kernel has them, for when their file is lost: what is behind
 * the devices that ipstctl has attached. From the namespace come the UUID and
 * the disk, from the disk's connections the sources. The name was nowhere but
 * in the file: the volume is called as its device, with the nsid behind that if
 * it is exported, until a volume add with the same sources names it. Whose
 * connections they are is not known, so they are taken for somebody else's, and
 * never closed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipstctl.h"
#include "mapper.h"

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

/*
 * From what lies on top down to the disk. Of the layers only that they are there
 * is known: their settings come with the volume add that names the volume.
 */
static void rebuild_layers(char path[ATTR_LEN], struct volume *vol)
{
	struct mapper_owner owner;
	char below[ATTR_LEN];

	while (mapper_owner(path, &owner, below) &&
	       !strcmp(owner.uuid, vol->uuid)) {
		memcpy(vol->name, owner.volume, sizeof(vol->name));
		memcpy(path, below, ATTR_LEN);
	}
}

static bool rebuild_volume(const char *nqn, uint32_t nsid, const char *name,
			   struct volume *vol)
{
	char path[ATTR_LEN], uuid[ATTR_LEN];

	if (!configfs_ns_get(nqn, nsid, "device_path", path) ||
	    !configfs_ns_get(nqn, nsid, "device_uuid", uuid) ||
	    strlen(uuid) >= UUID_LEN || strncmp(path, "/dev/", 5))
		return false;
	volume_init(vol, name);
	memcpy(vol->uuid, uuid, sizeof(vol->uuid));
	vol->complete = true;
	vol->rebuilt = true;
	rebuild_layers(path, vol);
	rebuild_identity(path, vol);
	nvme_disk_sources(path, vol);
	if (!vol->n_sources && !source_parse(path, &vol->sources[0]))
		vol->n_sources = 1;
	return vol->n_sources;
}

struct rebuilt {
	struct volume *vols;
	int n;
};

/* A device that is exported may have many: their nsid tells them apart. */
static void rebuild_ns(const char *nqn, uint32_t nsid, void *arg)
{
	const char *device = attach_device(nqn);
	struct rebuilt *rebuilt = arg;
	struct volume *more, vol;
	char name[NAME_LEN];

	if (!device)
		return;
	if (configfs_device_exists(device))
		snprintf(name, sizeof(name), "%s", device);
	else
		snprintf(name, sizeof(name), "%.*s.%u", NAME_LEN - 12, device, nsid);
	if (!rebuild_volume(nqn, nsid, name, &vol) ||
	    is_known(rebuilt->vols, rebuilt->n, vol.uuid))
		return;
	more = realloc(rebuilt->vols, (rebuilt->n + 1) * sizeof(*more));
	if (!more)
		return;
	rebuilt->vols = more;
	more[rebuilt->n++] = vol;
}

int rebuild_volumes(struct volume **vols)
{
	struct rebuilt rebuilt = { };

	configfs_ns_each(rebuild_ns, &rebuilt);
	*vols = rebuilt.vols;
	return rebuilt.n;
}
