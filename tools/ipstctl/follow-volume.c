// SPDX-License-Identifier: GPL-2.0
/*
 * One volume after a look at its discovery services: ports that are new become
 * paths, those that are gone are paths no more.
 *
 * The lock over the records is held to read and write a record, and never while
 * a target is waited for, so that other commands need not wait for it either:
 *
 *   to connect	 lock, record the path without a ctrl, unlock; connect;
 *		 lock, record the ctrl, unlock
 *   to drop	 lock, see that it may go, unlock; disconnect;
 *		 lock, forget it, unlock
 *
 * A path without a ctrl is one that is about to be connected, and ipstctl's own,
 * to all commands alike; so wherever this is killed, the next del or add, or the
 * next follow, knows what to close or to go on with. What others do between the
 * two locks is looked at in the second: if the volume, or its path, is gone then,
 * a connection made here is closed again.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "follow.h"
#include "ipstctl.h"
#include "uevent.h"

static void tell(bool json, const char *volume, const struct path *path,
		 const char *word)
{
	json_object *event = json_object_new_object();
	char detail[ADDR_LEN + 16];

	out_add_string(event, "event", word);
	out_add_string(event, "name", volume);
	out_add_string(event, "traddr", path->traddr);
	out_add_string(event, "trsvcid", path->trsvcid);
	out_add_string(event, "ctrl", path->ctrl);
	snprintf(detail, sizeof(detail), "%s port %s", path->traddr,
		 path->trsvcid);
	event_print(json, event, "volume", detail);
}

static int find_path(const struct volume *vol, const struct path *path)
{
	for (int i = 0; i < vol->n_paths; i++)
		if (nvme_path_is_same(&vol->paths[i], path))
			return i;
	return -1;
}

/* Locks, and reads what is recorded now; -1: it is not that volume any more. */
static int volume_lock(const struct volume *vol, struct volume *now)
{
	int lock = record_lock_open();
	bool found;

	if (lock < 0)
		return -1;
	if (!record_load(vol->name, now, &found) && found && now->complete &&
	    !strcmp(now->nqn, vol->nqn) && now->nsid == vol->nsid)
		return lock;
	close(lock);
	return -1;
}

/* True: the record has to be written. */
static bool intend(struct volume *vol, const struct path *path, bool *is_new)
{
	int i = find_path(vol, path);
	char ctrl[CTRL_LEN];
	struct path *own;
	bool owned;

	*is_new = i < 0 && vol->n_paths < PATHS_MAX &&
		  path->source < vol->n_sources;
	if (i < 0 && !*is_new)
		return false;
	if (*is_new) {
		i = vol->n_paths++;
		vol->paths[i] = *path;
	}
	own = &vol->paths[i];
	if (!nvme_path_find(vol, own, ctrl)) {
		bool is_said = own->owned && !*own->ctrl;

		own->owned = true;
		*own->ctrl = '\0';
		return !is_said;
	}
	if (*is_new) {
		own->owned = backing_is_shared(vol, own, &owned) && owned;
		memcpy(own->ctrl, ctrl, sizeof(ctrl));
	}
	return *is_new;
}

/* Into the record: that there is this path, and that it is ours if we make it. */
static int path_intend(bool json, const struct volume *vol,
		       const struct path *path)
{
	struct volume now;
	int lock = volume_lock(vol, &now), ret = 0;
	bool is_new;

	if (lock < 0)
		return -1;
	if (intend(&now, path, &is_new)) {
		ret = record_save(&now);
		if (!ret && is_new)
			tell(json, vol->name, path, "path_added");
	}
	close(lock);
	return ret;
}

/* @made: with the path @at, which was connected here. */
static void path_record(bool json, const struct volume *made, int at)
{
	const struct path *path = &made->paths[at];
	struct volume now;
	bool owned;
	int lock = volume_lock(made, &now), i = -1;

	if (lock >= 0)
		i = find_path(&now, path);
	if (i >= 0) {
		memcpy(now.paths[i].ctrl, path->ctrl, CTRL_LEN);
		now.paths[i].owned = true;
		record_save(&now);
		tell(json, made->name, path, "path_connected");
	}
	if (lock >= 0)
		close(lock);
	if (i < 0 && !backing_is_shared(made, path, &owned))
		nvme_disconnect(made, path);
}

/* Its options, and as who, are those of the record by now. */
static void path_connect(bool json, const struct volume *vol,
			 const struct path *path)
{
	struct volume now;
	char ctrl[CTRL_LEN];
	bool found;
	int i;

	if (record_load(vol->name, &now, &found) || !found || !now.complete)
		return;
	i = find_path(&now, path);
	if (i < 0 || nvme_path_find(&now, &now.paths[i], ctrl))
		return;
	/* Quietly: it is tried again and again. */
	if (nvme_tcp_errno(&now.paths[i]) || nvme_connect(&now, i))
		return;
	if (nvme_find_ns(&now, i)) {
		nvme_disconnect(&now, &now.paths[i]);
		return;
	}
	path_record(json, &now, i);
}

static bool is_told(const struct volume *vol, const struct discovery_rows *rows,
		    const struct path *path)
{
	struct path told;

	for (size_t i = 0; i < rows->n; i++) {
		discovery_row_path(&rows->row[i], &told);
		if (!strcmp(rows->row[i].port->nqn, vol->nqn) &&
		    nvme_path_is_same(&told, path))
			return true;
	}
	return false;
}

/*
 * The connection goes if it is ours and nobody else's; if it is not ours, path
 * and connection stay as they are.
 */
static bool may_drop(const struct volume *vol, int i, bool *has_to_close)
{
	char ctrl[CTRL_LEN];
	bool owned;

	*has_to_close = nvme_path_find(vol, &vol->paths[i], ctrl) &&
			!backing_is_shared(vol, &vol->paths[i], &owned);
	return nvme_has_live_path(vol, i) &&
	       (vol->paths[i].owned || !*has_to_close);
}

static void path_forget(bool json, const struct volume *vol,
			const struct path *path)
{
	struct volume now;
	int lock = volume_lock(vol, &now), i;

	if (lock < 0)
		return;
	i = find_path(&now, path);
	if (i >= 0) {
		now.n_paths--;
		memmove(&now.paths[i], &now.paths[i + 1],
			(now.n_paths - i) * sizeof(now.paths[i]));
		if (!record_save(&now))
			tell(json, vol->name, path, "path_dropped");
	}
	close(lock);
}

static void path_drop(bool json, const struct volume *vol,
		      const struct path *path)
{
	bool may = false, has_to_close = false;
	struct volume now;
	int lock = volume_lock(vol, &now), i;

	if (lock < 0)
		return;
	i = find_path(&now, path);
	if (i >= 0)
		may = may_drop(&now, i, &has_to_close);
	close(lock);
	if (may && (!has_to_close || !nvme_disconnect(&now, &now.paths[i])))
		path_forget(json, vol, path);
}

void follow_volume(bool json, const struct volume *vol,
		   const struct discovery_rows *rows)
{
	struct path path;

	for (size_t i = 0; i < rows->n; i++) {
		if (strcmp(rows->row[i].port->nqn, vol->nqn))
			continue;
		discovery_row_path(&rows->row[i], &path);
		if (!path_intend(json, vol, &path))
			path_connect(json, vol, &path);
	}
	if (!rows->is_complete)
		return;
	for (int i = 0; i < vol->n_paths; i++)
		if (!is_told(vol, rows, &vol->paths[i]))
			path_drop(json, vol, &vol->paths[i]);
}
