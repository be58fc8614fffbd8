// SPDX-License-Identifier: GPL-2.0
/*
 * From a volume's sources to its disk. A local disk is only looked at; an
 * NVMe/TCP one is connected, each path that is not there yet. On top of it may
 * be layers, see layer.c.
 *
 * A connection is ours if ipstctl made it, for this volume or another; what
 * somebody connected by hand is used, and left alone afterwards. Of ours, the
 * last volume that uses one closes it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ipstctl.h"
#include "layer.h"

#define DISK_TIMEOUT_S 15

/* One path a source, but of discovery. */
static int resolve_sources(struct volume *vol)
{
	if (source_is_discovery(&vol->sources[0]))
		return discover_paths(vol);
	memcpy(vol->nqn, vol->sources[0].nqn, sizeof(vol->nqn));
	vol->n_paths = vol->n_sources;
	for (int i = 0; i < vol->n_paths; i++) {
		struct path *path = &vol->paths[i];

		path->source = i;
		/* A recorded address stays: names may move, disks do not. */
		if (!*path->traddr && nvme_resolve(&vol->sources[i], path))
			return -1;
		for (int j = 0; j < i; j++)
			if (nvme_path_is_same(path, &vol->paths[j]))
				return err("two sources lead to %s port %s: give each path once",
					   path->traddr, path->trsvcid);
	}
	return 0;
}

/* The path of @vol that is the same connection as @path of @other; -1: none. */
static int same_path(const struct volume *vol, const struct volume *other,
		     const struct path *path)
{
	if (strcmp(vol->nqn, other->nqn) ||
	    strcmp(vol->settings[VSET_HOST_NQN],
		   other->settings[VSET_HOST_NQN]))
		return -1;
	for (int i = 0; i < vol->n_paths; i++)
		if (nvme_path_is_same(&vol->paths[i], path))
			return i;
	return -1;
}

/* Whether another volume has this path; if so, whether ipstctl made it. */
bool backing_is_shared(const struct volume *vol, const struct path *path,
		       bool *owned)
{
	struct volume *vols;
	bool is = false;
	int n = record_all(&vols);

	*owned = false;
	for (int v = 0; v < n; v++) {
		int i = same_path(&vols[v], vol, path);

		if (i < 0 || !strcmp(vols[v].name, vol->name))
			continue;
		is = true;
		*owned |= vols[v].paths[i].owned;
	}
	free(vols);
	return is;
}

static const char *path_difference(const struct source *a,
				   const struct source *b)
{
	if (a->hdr_digest != b->hdr_digest)
		return "hdr_digest";
	if (a->data_digest != b->data_digest)
		return "data_digest";
	return a->queues != b->queues ? "queues" : NULL;
}

/* What two volumes share cannot be as each wants it. */
static int check_other(const struct volume *vol, const struct volume *other)
{
	const char *option = NULL;
	bool shares = false;

	for (int i = 0; i < vol->n_paths && !option; i++) {
		const struct path *path = &vol->paths[i];
		int j = same_path(other, vol, path);

		if (j < 0)
			continue;
		shares = true;
		option = path_difference(&vol->sources[path->source],
					 &other->sources[other->paths[j].source]);
	}
	if (shares && !option)
		option = volume_difference(vol, other, 0, VSET_FABRICS_COUNT);
	else if (!option && !strcmp(vol->nqn, other->nqn))
		option = volume_difference(vol, other, VSET_IO_POLICY, 1);
	return option ? err("volume %s shares its subsystem with volume %s, which "
			    "has another %s: give both the same",
			    vol->name, other->name, option) : 0;
}

static int check_others(const struct volume *vol)
{
	struct volume *vols;
	int n = record_all(&vols), ret = n < 0 ? -1 : 0;

	for (int i = 0; i < n && !ret; i++)
		if (strcmp(vols[i].name, vol->name) &&
		    volume_is_fabrics(&vols[i]))
			ret = check_other(vol, &vols[i]);
	free(vols);
	return ret;
}

/* Fills in ctrl and owned. True: all are connected. */
static bool find_paths(struct volume *vol)
{
	bool all = true;

	for (int i = 0; i < vol->n_paths; i++) {
		struct path *path = &vol->paths[i];
		char ctrl[CTRL_LEN];
		bool owned;

		if (!nvme_path_find(vol, path, ctrl)) {
			path->ctrl[0] = '\0';
			path->owned = true;
			all = false;
			continue;
		}
		/* An empty name: we were about to connect, so this is ours. */
		backing_is_shared(vol, path, &owned);
		path->owned = owned ||
			      (path->owned &&
			       (!*path->ctrl || !strcmp(path->ctrl, ctrl)));
		memcpy(path->ctrl, ctrl, sizeof(ctrl));
	}
	return all;
}

/*
 * Who names a path wants it; of those that were discovered, one is enough.
 * ipstctl follow tries the others again.
 */
static int connect_path(struct volume *vol, int i, bool *dropped)
{
	if (*vol->paths[i].ctrl || !nvme_connect(vol, i))
		return 0;
	*dropped = source_is_discovery(&vol->sources[0]) && vol->n_paths > 1;
	if (!*dropped)
		return -1;
	warn("volume %s is without its path to %s port %s", vol->name,
	     vol->paths[i].traddr, vol->paths[i].trsvcid);
	vol->n_paths--;
	memmove(&vol->paths[i], &vol->paths[i + 1],
		(vol->n_paths - i) * sizeof(vol->paths[i]));
	return 0;
}

static int connect_paths(struct volume *vol)
{
	for (int i = 0; i < vol->n_paths; i++) {
		bool dropped = false;

		if (connect_path(vol, i, &dropped))
			return -1;
		i -= dropped;
	}
	if (!volume_is_set(vol, VSET_IO_POLICY))
		return 0;
	return nvme_set_io_policy(vol->nqn, vol->settings[VSET_IO_POLICY]);
}

struct disk_wait {
	const char *ctrl;
	uint32_t nsid;
	char *path;
	size_t len;
};

static bool disk_is_there(void *arg)
{
	struct disk_wait *wait = arg;

	return nvme_ctrl_disk(wait->ctrl, wait->nsid, wait->path, wait->len);
}

static int wait_for_disk(const struct volume *vol, int i, char *path,
			 size_t len)
{
	struct disk_wait wait = { vol->paths[i].ctrl, vol->nsid, path, len };
	char what[NQN_LEN + 64];

	snprintf(what, sizeof(what), "namespace %u of %s", vol->nsid, vol->nqn);
	if (wait_for(disk_is_there, &wait, DISK_TIMEOUT_S, what))
		return 0;
	return err("%s port %s shows no usable %s: check that the namespace is "
		   "there, enabled, and the same on all paths",
		   vol->paths[i].traddr, vol->paths[i].trsvcid, what);
}

/* All paths must have come together in one disk. */
static int find_disk(struct volume *vol, char *path, size_t len)
{
	char other[ATTR_LEN];

	if (!vol->nsid)
		vol->nsid = vol->sources[0].nsid;
	for (int i = 0; i < vol->n_paths; i++)
		if (nvme_find_ns(vol, i))
			return -1;
	if (wait_for_disk(vol, 0, path, len))
		return -1;
	for (int i = 1; i < vol->n_paths; i++) {
		if (wait_for_disk(vol, i, other, sizeof(other)))
			return -1;
		if (strcmp(path, other))
			return err("the paths give two disks, %s and %s: they "
				   "lead to different storage, or multipath is "
				   "off (nvme_core.multipath)",
				   path, other);
	}
	return 0;
}

static int check_wwid(const struct volume *vol, const struct disk *disk)
{
	if (!*vol->wwid || !strcmp(vol->wwid, disk->wwid))
		return 0;
	return err("%s is no longer the disk of volume %s (it was %s, now it "
		   "is %s): add a new volume for it",
		   disk->path, vol->name, vol->wwid,
		   *disk->wwid ? disk->wwid : "nameless");
}

static int attach_steps(struct volume *vol, struct disk *disk)
{
	char path[ATTR_LEN];

	if (resolve_sources(vol) || check_others(vol))
		return -1;
	if (!find_paths(vol)) {
		vol->complete = false;
		if (record_save(vol))
			return -1;
	}
	return connect_paths(vol) || find_disk(vol, path, sizeof(path)) ||
	       disk_probe(path, disk) || check_wwid(vol, disk) ? -1 : 0;
}

static int attach_nvme(struct volume *vol, struct disk *disk)
{
	bool was_complete = vol->complete;

	if (attach_steps(vol, disk)) {
		backing_undo(vol);
		return -1;
	}
	vol->complete = was_complete;
	return 0;
}

int backing_attach(struct volume *vol, struct disk *disk)
{
	if (volume_is_fabrics(vol))
		return attach_nvme(vol, disk);
	if (disk_probe(vol->sources[0].path, disk))
		return -1;
	return check_wwid(vol, disk);
}

/* Where the disk is today, below all layers; never asks a target. */
bool backing_find_base(const struct volume *vol, char *path, size_t len)
{
	struct stat st;

	if (volume_is_fabrics(vol))
		return vol->nsid &&
		       nvme_subsys_disk(vol->nqn, vol->nsid, path, len);
	snprintf(path, len, "%s", vol->sources[0].path);
	return !stat(path, &st) && S_ISBLK(st.st_mode);
}

bool backing_is_changed(const struct volume *vol)
{
	if (vol->new_layers)
		return true;
	for (int i = 0; i < vol->n_paths; i++)
		if (vol->paths[i].is_new)
			return true;
	return false;
}

void backing_undo(struct volume *vol)
{
	char path[ATTR_LEN];

	if (!backing_find_base(vol, path, sizeof(path)))
		*path = '\0';
	layers_undo(vol, path);
	for (int i = vol->n_paths - 1; i >= 0; i--) {
		if (!vol->paths[i].is_new)
			continue;
		nvme_disconnect(vol, &vol->paths[i]);
		vol->paths[i].is_new = false;
	}
}

static bool is_to_close(const struct volume *vol, int i)
{
	bool owned;

	return vol->paths[i].owned &&
	       !backing_is_shared(vol, &vol->paths[i], &owned);
}

bool backing_has_ours(const struct volume *vol)
{
	if (layers_are_there(vol))
		return true;
	for (int i = 0; i < vol->n_paths; i++)
		if (is_to_close(vol, i))
			return true;
	return false;
}

int backing_detach(const struct volume *vol)
{
	int ret = 0;

	if (layers_detach(vol))
		return -1;
	for (int i = vol->n_paths - 1; i >= 0; i--)
		if (is_to_close(vol, i) &&
		    nvme_disconnect(vol, &vol->paths[i]))
			ret = -1;
	return ret;
}

/* What is presented: the layer on top, or the disk. */
bool backing_find(const struct volume *vol, char *path, size_t len)
{
	return backing_find_base(vol, path, len) && layers_find(vol, path, len);
}

int backing_open_base(const struct volume *vol, struct disk *disk)
{
	char path[ATTR_LEN];

	if (!vol->complete)
		return err("volume %s was not added to the end: repeat its "
			   "volume add, or volume del it",
			   vol->name);
	if (!backing_find_base(vol, path, sizeof(path)))
		return err("volume %s has no disk now: repeat its volume add to connect it again",
			   vol->name);
	if (disk_probe(path, disk))
		return -1;
	return check_wwid(vol, disk);
}

int backing_open(const struct volume *vol, struct disk *disk)
{
	char path[ATTR_LEN];

	if (backing_open_base(vol, disk))
		return -1;
	snprintf(path, sizeof(path), "%s", disk->path);
	if (!layers_find(vol, path, sizeof(path)))
		return err("volume %s has not all of its layers: repeat its "
			   "volume add to make them again", vol->name);
	return disk_probe(path, disk);
}
