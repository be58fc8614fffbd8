// SPDX-License-Identifier: GPL-2.0
/*
 * Making devices: the steps from nothing to a device that has its volume.
 * device.c asks for it from the command line, round.c from a state document.
 */
#include <stdio.h>
#include <string.h>

#include "ipstctl.h"

static int check_same(const struct device_wish *wish)
{
	char have[ATTR_LEN];

	for (int i = 0; i < SET_COUNT; i++) {
		const struct setting *set = &device_settings[i];

		if (!configfs_device_get(wish->name, set->attr, have) ||
		    device_has_setting(i, have, wish->values[i]))
			continue;
		return err("device %s exists, but --%s differs (%s is \"%s\", "
			   "not \"%s\"): device del it first, or choose "
			   "another name", wish->name, set->option, set->attr,
			   have, wish->values[i]);
	}
	return 0;
}

/* Until the mark is gone the attributes may not be what was asked for. */
int device_create(const struct device_wish *wish)
{
	if (record_mark(wish->name) || record_replacing_remove(wish->name) ||
	    configfs_device_create(wish->name))
		return -1;
	for (int i = 0; i < SET_COUNT; i++) {
		if (wish->is_given[i] &&
		    configfs_device_set(wish->name, device_settings[i].attr,
					wish->values[i])) {
			configfs_device_remove(wish->name);
			record_unmark(wish->name);
			return -1;
		}
	}
	record_unmark(wish->name);
	return 0;
}

/*
 * A device that is enabled has its volume; one that is not may have the
 * remains of an attach that was killed, which attach_volume() clears away.
 */
int device_attach_volume(const char *device, const struct volume *vol,
			 bool *changed)
{
	char value[ATTR_LEN], uuid[ATTR_LEN];
	struct volume other;
	bool found;

	*changed = true;
	if (attach_check_own(device) || replace_check_done(device))
		return -1;
	if (configfs_device_get(device, "enable", value) && *value == '1') {
		attach_uuid(device, uuid);
		*changed = strcmp(uuid, vol->uuid);
		if (!*changed)
			return attach_wait(device);
		if (record_find_uuid(uuid, NULL, &other, &found))
			return -1;
		return err("device %s has %s%s behind it: ipstctl device "
			   "detach %s first, or attach with --replace",
			   device, found ? "volume " : "another namespace",
			   found ? other.name : "", device);
	}
	attach_warn_shared(device, vol);
	return attach_volume(device, vol);
}

/* True: it is there, and was made to the end. */
bool device_is_made(const char *name)
{
	if (!configfs_device_exists(name))
		return false;
	/* Of a killed add, or reused by hand: then it stays, and is compared. */
	return !record_is_marked(name) || configfs_device_remove(name);
}

int device_make(const struct device_wish *wish, bool *changed)
{
	bool exists, attached = false;
	struct volume vol;

	if (wish->volume && volume_find(wish->volume, &vol))
		return -1;
	exists = device_is_made(wish->name);
	if (exists ? check_same(wish) : device_create(wish))
		return -1;
	if (wish->volume &&
	    device_attach_volume(wish->name, &vol, &attached)) {
		if (!exists)
			configfs_device_remove(wish->name);
		return -1;
	}
	*changed = !exists || attached;
	return 0;
}

int device_remove(const char *name)
{
	return attach_undo(name) || configfs_device_remove(name) ? -1 : 0;
}
