// SPDX-License-Identifier: GPL-2.0
/*
 * When the disk below a volume has another size: the same as ipstctl volume resize.
 * Under the lock over the records, as that is. Without a live path it is left
 * until one is back, as the layers' I/O, and all who want the lock, would wait;
 * the kernel looks at sizes again then, and tells.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "follow.h"
#include "ipstctl.h"
#include "layer.h"
#include "uevent.h"

static void tell(bool json, const struct volume *vol)
{
	json_object *event = json_object_new_object();
	char detail[SIZE_LEN] = "";
	struct disk disk;

	out_add_string(event, "event", "resized");
	out_add_string(event, "name", vol->name);
	if (!backing_open(vol, &disk)) {
		json_object_object_add(event, "size",
				       json_object_new_uint64(disk.size_bytes));
		out_bytes(disk.size_bytes, detail, sizeof(detail));
	}
	event_print(json, event, "volume", detail);
}

/* @disk 0: any. */
static bool is_on(const struct volume *vol, dev_t disk)
{
	char path[ATTR_LEN];
	struct stat st;

	if (!vol->complete || !backing_find_base(vol, path, sizeof(path)) ||
	    stat(path, &st) || (disk && st.st_rdev != disk))
		return false;
	return !volume_is_fabrics(vol) || nvme_has_live_path(vol, -1);
}

static void resize(bool json, const char *name, dev_t disk)
{
	int lock = record_lock_open();
	bool found, changed;
	struct volume vol;

	if (lock < 0)
		return;
	if (!record_load(name, &vol, &found) && found && is_on(&vol, disk) &&
	    !resize_volume(&vol, &changed) && changed)
		tell(json, &vol);
	close(lock);
}

void follow_size(bool json, dev_t disk)
{
	struct volume *vols;
	int n = record_all(&vols);

	for (int i = 0; i < n; i++)
		if (is_on(&vols[i], disk))
			resize(json, vols[i].name, disk);
	free(vols);
}
