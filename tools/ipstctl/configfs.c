// SPDX-License-Identifier: GPL-2.0
/*
 * ipst's directories in configfs; configfs-nvmet.c has nvmet's. Nobody else knows
 * these paths; what to do with them in which order is attach.c's, device.c's and
 * export.c's business.
 *
 *   ipst/groups/<group>/
 *   ipst/virtio_blk/<device>/subsystem/<nqn> -> nvmet/subsystems/<nqn>
 *
 * Removing tolerates what is gone already: it repairs what a killed tool left.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "configfs-path.h"
#include "ipstctl.h"

#define DEVICES IPST_CONFIGFS_ROOT "/ipst/virtio_blk"
#define GROUPS IPST_CONFIGFS_ROOT "/ipst/groups"

bool path_is_there(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

int dir_make(const char *path, const char *what)
{
	if (!mkdir(path, 0755) || errno == EEXIST)
		return 0;
	return err("%s cannot be made (%s): %s", what, path,
		   errno == EACCES || errno == EPERM ? "run ipstctl as root" :
						       strerror(errno));
}

int dir_remove(const char *path, const char *what)
{
	if (!rmdir(path) || errno == ENOENT)
		return 0;
	return err("%s cannot be removed (%s): %s", what, path,
		   errno == EBUSY || errno == ENOTEMPTY ?
			   "something still uses it" :
			   strerror(errno));
}

int link_make(const char *target, const char *path, const char *what)
{
	if (!symlink(target, path) || errno == EEXIST)
		return 0;
	return err("%s cannot be linked (%s): %s", what, path, strerror(errno));
}

int link_remove(const char *path, const char *what)
{
	if (!unlink(path) || errno == ENOENT)
		return 0;
	return err("%s cannot be unlinked (%s): %s", what, path,
		   strerror(errno));
}

/* Calls fn for the last part of each path; the order is the names'. */
void path_each(const char *pattern,
	       void (*fn)(const char *name, void *arg), void *arg)
{
	MATCHES(paths, pattern);
	const char *path;

	while ((path = matches_next(&paths)))
		fn(strrchr(path, '/') + 1, arg);
}

/* Modules. */

static int need_dir(const char *path, const char *module, const char *hint)
{
	if (path_is_there(path))
		return 0;
	module_load(module, NULL);
	return path_is_there(path) ? 0 : err("%s", hint);
}

static int need_module(const char *module, const char *option)
{
	if (!module_load(module, option))
		return 0;
	return err("module %s cannot be loaded: install it with the kernel's modules",
		   module);
}

static int need_nvmet(void)
{
	return need_dir(IPST_CONFIGFS_ROOT "/.", "configfs",
			IPST_CONFIGFS_ROOT
			" is not there: mount -t configfs none /sys/kernel/config") ||
	       need_dir(NVMET, "nvmet",
			"nvmet is not loaded: modprobe nvmet first") ? -1 : 0;
}

int configfs_start(void)
{
	return need_nvmet() ||
	       need_dir(DEVICES, "ipst_vblk",
			"ipst_vblk is not loaded: modprobe ipst_vblk, or "
			"insmod ipst.ko and ipst_vblk.ko first") ? -1 : 0;
}

int configfs_start_tcp(void)
{
	return need_nvmet() || need_module("nvmet_tcp", NULL) ? -1 : 0;
}

bool configfs_is_there(void)
{
	return path_is_there(DEVICES);
}

/* And what is to drive the device. */
int configfs_start_mode(bool local)
{
	if (configfs_start())
		return -1;
	if (local)
		return need_module("virtio_vdpa", NULL) ||
		       need_module("virtio_blk", NULL) ? -1 : 0;
	/* The default, 2048 mappings, is too few for scattered guest memory. */
	return need_module("vhost_vdpa", "max_iotlb_entries=16777216");
}

/* Devices. */

static void device_path(const char *device, const char *attr,
			char path[PATH_LEN])
{
	snprintf(path, PATH_LEN, DEVICES "/%s%s%s", device, *attr ? "/" : "",
		 attr);
}

bool configfs_device_exists(const char *device)
{
	char path[PATH_LEN];

	device_path(device, "", path);
	return path_is_there(path);
}

int configfs_device_list(char (**names)[NAME_LEN])
{
	return names_list(DEVICES, names);
}

int configfs_device_create(const char *device)
{
	char path[PATH_LEN];

	device_path(device, "", path);
	return dir_make(path, "the device");
}

int configfs_device_remove(const char *device)
{
	char path[PATH_LEN];

	device_path(device, "", path);
	return dir_remove(path, "the device");
}

bool configfs_device_get(const char *device, const char *attr,
			 char value[ATTR_LEN])
{
	char path[PATH_LEN];

	device_path(device, attr, path);
	return !file_read(path, value, ATTR_LEN);
}

static const char *set_error(int error)
{
	switch (error) {
	case EINVAL:
		return "the kernel does not take this value";
	case EBUSY:
		return "the device is enabled, detach its volume first";
	case ENODEV:
		return "the device is not enabled, attach a volume first";
	case ENOENT:
		return "this ipst_vblk does not know it: load the one of this ipstctl";
	case EACCES:
	case EPERM:
		return "it is not permitted: run ipstctl as root";
	}
	return strerror(error);
}

static const char *enable_error(int error)
{
	switch (error) {
	case EBUSY:
	case EEXIST:
		return "another vdpa device may have its name, see vdpa dev show";
	case EACCES:
	case EPERM:
		return "its subsystem does not let its host_nqn in";
	case ENOLINK:
		return "no subsystem is linked";
	case ENODEV:
		return "its subsystem has no enabled namespace with this nsid";
	case EOPNOTSUPP:
		return "its namespace is zoned or has metadata, use another";
	case EUSERS:
		return "nvmet does not take that many queues, use fewer";
	}
	return strerror(error);
}

static int device_set_error(const char *device, const char *attr,
			    const char *value, int error)
{
	if (strcmp(attr, "enable"))
		return err("device %s: %s cannot be set to \"%s\": %s", device,
			   attr, value, set_error(error));
	if (*value == '1')
		return err("device %s cannot be enabled: %s (dmesg may say more)",
			   device, enable_error(error));
	return err("device %s cannot be disabled: %s", device, error == EBUSY ?
		   "it is in use, stop the VM that has it open" :
		   strerror(error));
}

int configfs_device_set(const char *device, const char *attr, const char *value)
{
	char path[PATH_LEN];
	int ret;

	device_path(device, attr, path);
	ret = file_write(path, value);
	return ret ? device_set_error(device, attr, value, -ret) : 0;
}

/* The kernel allows one link, so the last one seen is the only one. */
static void copy_nqn(const char *name, void *arg)
{
	snprintf(arg, NQN_LEN, "%s", name);
}

bool configfs_device_nqn(const char *device, char nqn[NQN_LEN])
{
	char path[PATH_LEN];

	*nqn = '\0';
	device_path(device, "subsystem/*", path);
	path_each(path, copy_nqn, nqn);
	return *nqn;
}

static void link_path(const char *device, const char *nqn, char path[PATH_LEN])
{
	snprintf(path, PATH_LEN, DEVICES "/%s/subsystem/%s", device, nqn);
}

int configfs_device_link(const char *device, const char *nqn)
{
	char path[PATH_LEN], target[PATH_LEN];

	link_path(device, nqn, path);
	configfs_subsys_path(nqn, "", target);
	return link_make(target, path, "the device's subsystem");
}

int configfs_device_unlink(const char *device, const char *nqn)
{
	char path[PATH_LEN];

	link_path(device, nqn, path);
	return link_remove(path, "the device's subsystem");
}

/* Groups. */

static void group_path(const char *group, char path[PATH_LEN])
{
	snprintf(path, PATH_LEN, GROUPS "/%s", group);
}

bool configfs_group_exists(const char *group)
{
	char path[PATH_LEN];

	group_path(group, path);
	return path_is_there(path);
}

int configfs_group_list(char (**names)[NAME_LEN])
{
	return names_list(GROUPS, names);
}

int configfs_group_create(const char *group)
{
	char path[PATH_LEN];

	group_path(group, path);
	return dir_make(path, "the group");
}

int configfs_group_remove(const char *group)
{
	char path[PATH_LEN];

	group_path(group, path);
	if (rmdir(path) && errno == EBUSY)
		return err("group %s has devices: take each out of it first, "
			   "ipstctl qos set DEVICE group=", group);
	return dir_remove(path, "the group");
}
