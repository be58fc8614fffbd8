// SPDX-License-Identifier: GPL-2.0
/*
 * The paths of a volume whose sources are discovery services, as backing.c
 * wants them: all ports of the one subsystem that has the namespace with the
 * UUID of the sources.
 *
 * Which subsystem that is, only the subsystems know: one after the other is
 * connected and looked into, until the volume's record has an nsid. The record
 * is on disk before each of these connections, so a killed search leaves none
 * that nobody closes.
 */
#include <string.h>

#include "ipstctl.h"

static bool has_path(const struct volume *vol, const struct path *path)
{
	for (int i = 0; i < vol->n_paths; i++)
		if (nvme_path_is_same(&vol->paths[i], path))
			return true;
	return false;
}

/* False: none of the services tells of @vol's subsystem. */
static bool fill_paths(struct volume *vol, const struct discovery_rows *rows)
{
	int left = 0;

	vol->n_paths = 0;
	for (size_t i = 0; i < rows->n; i++) {
		if (strcmp(rows->row[i].port->nqn, vol->nqn))
			continue;
		if (vol->n_paths < PATHS_MAX)
			discovery_row_path(&rows->row[i],
					   &vol->paths[vol->n_paths++]);
		else
			left++;
	}
	if (left)
		warn("%s has more than %d ports: %d are left out", vol->nqn,
		     PATHS_MAX, left);
	return vol->n_paths;
}

/* What is known of paths that were there before, as far as they are there. */
static void keep_paths(struct volume *vol, const struct volume *old)
{
	char ctrl[CTRL_LEN];

	for (int i = 0; i < vol->n_paths; i++)
		for (int j = 0; j < old->n_paths; j++)
			if (nvme_path_is_same(&vol->paths[i], &old->paths[j])) {
				vol->paths[i].owned = old->paths[j].owned;
				memcpy(vol->paths[i].ctrl, old->paths[j].ctrl,
				       CTRL_LEN);
			}
	for (int j = 0; j < old->n_paths && vol->n_paths < PATHS_MAX; j++)
		if (!has_path(vol, &old->paths[j]) &&
		    nvme_path_find(old, &old->paths[j], ctrl))
			vol->paths[vol->n_paths++] = old->paths[j];
}

/* The volume knows its subsystem. */
static int find_again(struct volume *vol, const struct discovery_rows *rows)
{
	struct volume old = *vol;

	if (fill_paths(vol, rows)) {
		keep_paths(vol, &old);
		return 0;
	}
	*vol = old;
	warn("volume %s: no discovery service tells of %s any more; the paths known are used",
	     vol->name, vol->nqn);
	return vol->n_paths ? 0 :
			      err("volume %s has no path: check the subsystem's "
				  "ports and hosts on the target", vol->name);
}

/* True: path @i is connected, by this very run if is_new says so. */
static bool path_open(struct volume *vol, int i)
{
	struct path *path = &vol->paths[i];
	char state[32];

	if (nvme_path_find(vol, path, path->ctrl)) {
		path->owned = false;
		nvme_ctrl_state(path->ctrl, state, sizeof(state));
		return !strcmp(state, "live");
	}
	path->ctrl[0] = '\0';
	path->owned = true;
	if (!record_save(vol) && !nvme_connect(vol, i))
		return true;
	path->owned = false;
	return false;
}

/* Whether the subsystem that @vol names now has the namespace. */
static bool look_into(struct volume *vol)
{
	const char *uuid = vol->sources[0].uuid;

	for (int i = 0; i < vol->n_paths; i++) {
		if (!path_open(vol, i))
			continue;
		vol->nsid = nvme_find_uuid(vol->paths[i].ctrl, uuid);
		if (vol->nsid)
			return true;
		backing_undo(vol);
		return false;
	}
	return false;
}

/* Each subsystem once, by the first row of it. */
static bool is_first_row(const struct discovery_rows *rows, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (!strcmp(rows->row[i].port->nqn, rows->row[at].port->nqn))
			return false;
	return true;
}

/*
 * Ends with the subsystem's paths in @vol, the one that was used to look into
 * it connected. Of an earlier search, killed half-way, the record tells what to
 * close first.
 */
static int search(struct volume *vol, const struct discovery_rows *rows)
{
	bool was_complete = vol->complete;
	int n = 0;

	if (backing_detach(vol))
		return -1;
	vol->complete = false;
	for (size_t i = 0; i < rows->n; i++) {
		if (!is_first_row(rows, i))
			continue;
		memcpy(vol->nqn, rows->row[i].port->nqn, sizeof(vol->nqn));
		fill_paths(vol, rows);
		n++;
		if (look_into(vol)) {
			vol->complete = was_complete;
			return 0;
		}
	}
	vol->nqn[0] = '\0';
	vol->n_paths = 0;
	return err("none of %d subsystems that the discovery service%s of "
		   "shows a namespace with UUID %s to this host: check the "
		   "UUID, and that it is enabled",
		   n, vol->n_sources > 1 ? "s tell" : " tells",
		   vol->sources[0].uuid);
}

static int find(struct volume *vol, const struct discovery_rows *rows)
{
	if (!rows->n_answers) {
		if (!vol->nsid || !vol->n_paths)
			return -1;
		warn("volume %s: no discovery service answers; the paths known are used",
		     vol->name);
		return 0;
	}
	if (!rows->is_complete)
		warn("volume %s: not all is known that discovery services could tell",
		     vol->name);
	return vol->nsid && *vol->nqn ? find_again(vol, rows) :
					search(vol, rows);
}

int discover_paths(struct volume *vol)
{
	struct discovery discovery = { .n_services = 0 };
	struct discovery_rows rows;
	int ret;

	ret = discovery_walk(&discovery, vol, &rows);
	if (!ret)
		ret = find(vol, &rows);
	discovery_rows_exit(&rows);
	discovery_exit(&discovery);
	return ret;
}
