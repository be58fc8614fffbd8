// SPDX-License-Identifier: GPL-2.0
/*
 * A volume behind a device: an nvmet subsystem of the device's own, with one
 * host let in (the device) and one namespace (the volume).
 *
 * Every step has its counterpart in attach_undo(), which takes away what it
 * finds and does not mind what is missing. So it is the detach, the roll-back
 * of a failed attach, and the repair after a tool that was killed in between.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipstctl.h"

#define NQN_PREFIX "nqn.2026-11.org.ipst:"
#define HOST_NQN_PREFIX "nqn.2014-08.org.nvmexpress:uuid:"
#define APPEAR_TIMEOUT_S 10

void attach_nqn(const char *device, char nqn[NQN_LEN])
{
	snprintf(nqn, NQN_LEN, NQN_PREFIX "%s", device);
}

/* NULL: the subsystem is not ours. */
const char *attach_device(const char *nqn)
{
	size_t len = strlen(NQN_PREFIX);

	return strncmp(nqn, NQN_PREFIX, len) || name_check(nqn + len) ?
		       NULL : nqn + len;
}

uint32_t attach_nsid(const char *device)
{
	char value[ATTR_LEN];

	return configfs_device_get(device, "nsid", value) ?
		       strtoul(value, NULL, 10) : 1;
}

static bool device_has(const char *device, const char *attr, const char *want)
{
	char value[ATTR_LEN];

	return configfs_device_get(device, attr, value) && !strcmp(value, want);
}

int attach_check_own(const char *device)
{
	char nqn[NQN_LEN], own[NQN_LEN];

	attach_nqn(device, own);
	if (!configfs_device_nqn(device, nqn) || !strcmp(nqn, own))
		return 0;
	return err("device %s has subsystem %s linked by hand: ipstctl device detach %s first",
		   device, nqn, device);
}

/* The UUID of the namespace behind the device, whoever made it. */
bool attach_uuid(const char *device, char uuid[ATTR_LEN])
{
	char nqn[NQN_LEN];

	*uuid = '\0';
	return configfs_device_nqn(device, nqn) &&
	       configfs_ns_get(nqn, attach_nsid(device), "device_uuid", uuid);
}

/* The device's own proposal, else one made from the volume. */
static int choose_host_nqn(const char *device, const struct volume *vol,
			   char host[ATTR_LEN])
{
	if (configfs_device_get(device, "host_nqn", host) && *host)
		return 0;
	snprintf(host, ATTR_LEN, HOST_NQN_PREFIX "%s", vol->uuid);
	return configfs_device_set(device, "host_nqn", host);
}

static int attach_steps(const char *device, const struct volume *vol,
			const char *disk)
{
	uint32_t nsid = attach_nsid(device);
	char nqn[NQN_LEN], host[ATTR_LEN];

	attach_nqn(device, nqn);
	if (choose_host_nqn(device, vol, host) ||
	    configfs_subsys_create(nqn, host) ||
	    configfs_ns_create(nqn, nsid) ||
	    configfs_ns_set_disk(nqn, nsid, disk, vol->uuid) ||
	    configfs_device_link(device, nqn) ||
	    configfs_device_set(device, "enable", "1"))
		return -1;
	return attach_wait(device);
}

int attach_volume(const char *device, const struct volume *vol)
{
	struct disk disk;

	if (backing_open(vol, &disk) || attach_undo(device))
		return -1;
	if (!attach_steps(device, vol, disk.path))
		return 0;
	attach_undo(device);
	return err("volume %s is not attached to device %s, and all steps are undone",
		   vol->name, device);
}

static bool is_usable(void *arg)
{
	const char *device = arg;
	char value[ATTR_LEN];

	if (device_has(device, "mode", "local"))
		return !disk_of_vdpa(device, value, sizeof(value)) &&
		       disk_is_ready(value);
	return configfs_device_get(device, "chardev", value) && *value &&
	       !access(value, F_OK);
}

int attach_wait(const char *device)
{
	bool local = device_has(device, "mode", "local");

	if (wait_for(is_usable, (void *)device, APPEAR_TIMEOUT_S,
		     local ? "the disk" : "the device node"))
		return 0;
	return err("device %s is enabled, but has no %s after %d s: see dmesg and `vdpa dev show`",
		   device, local ? "/dev/vdX" : "/dev/vhost-vdpa-N",
		   APPEAR_TIMEOUT_S);
}

/*
 * The kernel refuses while a VM has the device; of a disk here it cannot know
 * that it is mounted.
 */
int attach_check_unused(const char *device)
{
	char disk[ATTR_LEN];

	if (disk_of_vdpa(device, disk, sizeof(disk)) || !disk_is_claimed(disk))
		return 0;
	return err("device %s is in use: unmount %s, or stop what is built on it", device, disk);
}

int attach_undo(const char *device)
{
	char nqn[NQN_LEN], host[ATTR_LEN];

	if (device_has(device, "enable", "1") &&
	    (attach_check_unused(device) ||
	     configfs_device_set(device, "enable", "0")))
		return -1;
	if (configfs_device_nqn(device, nqn) &&
	    configfs_device_unlink(device, nqn))
		return -1;
	/* A subsystem that was linked by hand is not ours to remove. */
	attach_nqn(device, nqn);
	if (configfs_subsys_exists(nqn)) {
		configfs_device_get(device, "host_nqn", host);
		if (configfs_subsys_remove(nqn, host))
			return -1;
	}
	return record_replacing_remove(device);
}

/* Users of a volume. */

static bool is_ours(const char *nqn)
{
	return !strncmp(nqn, NQN_PREFIX, strlen(NQN_PREFIX));
}

/* 0: the volume has no disk now. */
static dev_t volume_rdev(const struct volume *vol)
{
	char path[ATTR_LEN];
	struct stat st;

	if (!backing_find(vol, path, sizeof(path)) || stat(path, &st))
		return 0;
	return st.st_rdev;
}

/*
 * By disk; in a subsystem of ours also by UUID, for a disk that is lost. Not
 * in others: if the target is this very box, its namespace has the same one.
 */
static bool ns_is_volume(const char *nqn, uint32_t nsid,
			 const struct volume *vol, dev_t rdev)
{
	char value[ATTR_LEN];
	struct stat st;

	if (is_ours(nqn) && configfs_ns_get(nqn, nsid, "device_uuid", value) &&
	    *vol->uuid && !strcmp(value, vol->uuid))
		return true;
	return rdev && configfs_ns_get(nqn, nsid, "device_path", value) &&
	       !stat(value, &st) && S_ISBLK(st.st_mode) && st.st_rdev == rdev;
}

struct users_search {
	const struct volume *vol;
	dev_t rdev;
	json_object *users;
};

/* Of devices that have no directory: those that are exported. */
static void users_match(const char *nqn, uint32_t nsid, void *arg)
{
	const char *device = attach_device(nqn);
	struct users_search *search = arg;

	if (device && !configfs_device_exists(device) &&
	    ns_is_volume(nqn, nsid, search->vol, search->rdev))
		json_object_array_add(search->users,
				      json_object_new_string(device));
}

/* Names of devices, also of those that are attached only half. */
json_object *attach_users(const struct volume *vol)
{
	json_object *users = json_object_new_array();
	char (*names)[NAME_LEN], nqn[NQN_LEN];
	int n = configfs_device_list(&names);
	dev_t rdev = volume_rdev(vol);
	struct users_search search = { vol, rdev, users };

	for (int i = 0; i < n; i++) {
		if (!configfs_device_nqn(names[i], nqn))
			attach_nqn(names[i], nqn);
		if (ns_is_volume(nqn, attach_nsid(names[i]), vol, rdev))
			json_object_array_add(users,
					      json_object_new_string(names[i]));
	}
	free(names);
	configfs_ns_each(users_match, &search);
	return users;
}

struct subsys_search {
	const struct volume *vol;
	const char *except;
	dev_t rdev;
	char *nqn;
};

static void subsys_match(const char *nqn, uint32_t nsid, void *arg)
{
	struct subsys_search *search = arg;

	if (strcmp(nqn, search->except) &&
	    ns_is_volume(nqn, nsid, search->vol, search->rdev))
		snprintf(search->nqn, NQN_LEN, "%s", nqn);
}

/* Any nvmet subsystem that has the volume's disk, made by hand or by us. */
bool attach_find_subsys(const struct volume *vol, const char *except,
			char nqn[NQN_LEN])
{
	struct subsys_search search = { vol, except, volume_rdev(vol), nqn };

	*nqn = '\0';
	configfs_ns_each(subsys_match, &search);
	return *nqn;
}

struct revalidation {
	const struct volume *vol;
	dev_t rdev;
	int ret;
};

static void revalidate(const char *nqn, uint32_t nsid, void *arg)
{
	struct revalidation *all = arg;
	char value[ATTR_LEN];

	if (configfs_ns_get(nqn, nsid, "enable", value) && *value == '1' &&
	    ns_is_volume(nqn, nsid, all->vol, all->rdev))
		all->ret |= configfs_ns_revalidate(nqn, nsid);
}

/* All namespaces that have the volume look at its size again. */
int attach_revalidate(const struct volume *vol)
{
	struct revalidation all = { vol, volume_rdev(vol), 0 };

	configfs_ns_each(revalidate, &all);
	return all.ret;
}

/* Not counting the device itself. */
int attach_check_free(const char *device, const struct volume *vol)
{
	char nqn[NQN_LEN], own[NQN_LEN];
	const char *other = nqn + strlen(NQN_PREFIX);

	attach_nqn(device, own);
	if (!attach_find_subsys(vol, own, nqn))
		return 0;
	if (is_ours(nqn))
		return err("volume %s is behind device %s: ipstctl device detach %s first",
			   vol->name, other, other);
	return err("volume %s is in use: remove the namespace of nvmet subsystem %s first",
		   vol->name, nqn);
}

void attach_warn_shared(const char *device, const struct volume *vol)
{
	json_object *users = attach_users(vol);

	for (size_t i = 0; i < json_object_array_length(users); i++) {
		const char *user = out_item(users, i);

		if (!strcmp(user, device) || device_has(user, "read_only", "1") ||
		    device_has(device, "read_only", "1"))
			continue;
		warn("volume %s can be written through %s and %s: only a "
		     "cluster file system survives that",
		     vol->name, user, device);
	}
	json_object_put(users);
}
