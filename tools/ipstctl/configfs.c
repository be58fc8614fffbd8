// SPDX-License-Identifier: GPL-2.0
/*
 * ipst's and nvmet's directories in configfs. Nobody else knows these paths;
 * what to do with them in which order is attach.c's and device.c's business.
 *
 *   ipst/groups/<group>/
 *   ipst/virtio_blk/<device>/subsystem/<nqn> -> nvmet/subsystems/<nqn>
 *   nvmet/subsystems/<nqn>/namespaces/<nsid>/
 *   nvmet/subsystems/<nqn>/allowed_hosts/<host> -> nvmet/hosts/<host>
 *
 * Removing tolerates what is gone already: it repairs what a killed tool left.
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipstctl.h"

#ifndef IPST_CONFIGFS_ROOT	/* the unit test has its own */
#define IPST_CONFIGFS_ROOT "/sys/kernel/config"
#endif

#define DEVICES IPST_CONFIGFS_ROOT "/ipst/virtio_blk"
#define GROUPS IPST_CONFIGFS_ROOT "/ipst/groups"
#define NVMET IPST_CONFIGFS_ROOT "/nvmet"
#define SUBSYSTEMS NVMET "/subsystems"
#define HOSTS NVMET "/hosts"
#define PATH_LEN 1024

static bool is_there(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

static int make_dir(const char *path, const char *what)
{
	if (!mkdir(path, 0755) || errno == EEXIST)
		return 0;
	return err("%s cannot be made (%s): %s", what, path,
		   errno == EACCES || errno == EPERM ? "run ipstctl as root" :
						       strerror(errno));
}

static int remove_dir(const char *path, const char *what)
{
	if (!rmdir(path) || errno == ENOENT)
		return 0;
	return err("%s cannot be removed (%s): %s", what, path,
		   errno == EBUSY || errno == ENOTEMPTY ?
			   "something still uses it" :
			   strerror(errno));
}

static int make_link(const char *target, const char *path, const char *what)
{
	if (!symlink(target, path) || errno == EEXIST)
		return 0;
	return err("%s cannot be linked (%s): %s", what, path, strerror(errno));
}

static int remove_link(const char *path, const char *what)
{
	if (!unlink(path) || errno == ENOENT)
		return 0;
	return err("%s cannot be unlinked (%s): %s", what, path,
		   strerror(errno));
}

/* Calls fn for the last part of each path; the order is the names'. */
static void for_each(const char *pattern,
		     void (*fn)(const char *name, void *arg), void *arg)
{
	glob_t found;

	if (!glob(pattern, 0, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++)
			fn(strrchr(found.gl_pathv[i], '/') + 1, arg);
	globfree(&found);
}

/* Modules. */

static int need_dir(const char *path, const char *module, const char *hint)
{
	if (is_there(path))
		return 0;
	module_load(module, NULL);
	return is_there(path) ? 0 : err("%s", hint);
}

static int need_bus_driver(const char *module, const char *option)
{
	if (!module_load(module, option))
		return 0;
	return err("module %s cannot be loaded: install it with the kernel's modules",
		   module);
}

int configfs_start(void)
{
	return need_dir(IPST_CONFIGFS_ROOT "/.", "configfs",
			IPST_CONFIGFS_ROOT
			" is not there: mount -t configfs none /sys/kernel/config") ||
	       need_dir(NVMET, "nvmet",
			"nvmet is not loaded: modprobe nvmet first") ||
	       need_dir(DEVICES, "ipst_vblk",
			"ipst_vblk is not loaded: modprobe ipst_vblk, or "
			"insmod ipst.ko and ipst_vblk.ko first") ? -1 : 0;
}

bool configfs_is_there(void)
{
	return is_there(DEVICES);
}

/* And what is to drive the device. */
int configfs_start_mode(bool local)
{
	if (configfs_start())
		return -1;
	if (local)
		return need_bus_driver("virtio_vdpa", NULL) ||
		       need_bus_driver("virtio_blk", NULL) ? -1 : 0;
	/* The default, 2048 mappings, is too few for scattered guest memory. */
	return need_bus_driver("vhost_vdpa", "max_iotlb_entries=16777216");
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
	return is_there(path);
}

int configfs_device_list(char (**names)[NAME_LEN])
{
	return names_list(DEVICES, names);
}

int configfs_device_create(const char *device)
{
	char path[PATH_LEN];

	device_path(device, "", path);
	return make_dir(path, "the device");
}

int configfs_device_remove(const char *device)
{
	char path[PATH_LEN];

	device_path(device, "", path);
	return remove_dir(path, "the device");
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
	for_each(path, copy_nqn, nqn);
	return *nqn;
}

static void subsys_path(const char *nqn, const char *part, char path[PATH_LEN])
{
	snprintf(path, PATH_LEN, SUBSYSTEMS "/%s%s", nqn, part);
}

static void link_path(const char *device, const char *nqn, char path[PATH_LEN])
{
	snprintf(path, PATH_LEN, DEVICES "/%s/subsystem/%s", device, nqn);
}

int configfs_device_link(const char *device, const char *nqn)
{
	char path[PATH_LEN], target[PATH_LEN];

	link_path(device, nqn, path);
	subsys_path(nqn, "", target);
	return make_link(target, path, "the device's subsystem");
}

int configfs_device_unlink(const char *device, const char *nqn)
{
	char path[PATH_LEN];

	link_path(device, nqn, path);
	return remove_link(path, "the device's subsystem");
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
	return is_there(path);
}

int configfs_group_list(char (**names)[NAME_LEN])
{
	return names_list(GROUPS, names);
}

int configfs_group_create(const char *group)
{
	char path[PATH_LEN];

	group_path(group, path);
	return make_dir(path, "the group");
}

int configfs_group_remove(const char *group)
{
	char path[PATH_LEN];

	group_path(group, path);
	if (rmdir(path) && errno == EBUSY)
		return err("group %s has devices: take each out of it first, "
			   "ipstctl qos set DEVICE group=", group);
	return remove_dir(path, "the group");
}

/* Subsystems, and the one host that is let in. */

bool configfs_subsys_exists(const char *nqn)
{
	char path[PATH_LEN];

	subsys_path(nqn, "", path);
	return is_there(path);
}

static int subsys_set(const char *nqn, const char *attr, const char *value)
{
	char path[PATH_LEN];
	int ret;

	subsys_path(nqn, attr, path);
	ret = file_write(path, value);
	return ret ? err("%s cannot be set to \"%s\": %s", path, value,
			 strerror(-ret)) : 0;
}

static int host_allow(const char *nqn, const char *host)
{
	char path[PATH_LEN], target[PATH_LEN], part[NQN_LEN + 16];

	snprintf(target, sizeof(target), HOSTS "/%s", host);
	if (make_dir(target, "the nvmet host"))
		return -1;
	snprintf(part, sizeof(part), "/allowed_hosts/%s", host);
	subsys_path(nqn, part, path);
	return make_link(target, path, "the nvmet host");
}

int configfs_subsys_create(const char *nqn, const char *host)
{
	char path[PATH_LEN];

	subsys_path(nqn, "", path);
	if (make_dir(path, "the nvmet subsystem") ||
	    subsys_set(nqn, "/attr_allow_any_host", "0"))
		return -1;
	return host_allow(nqn, host);
}

struct removal {
	const char *nqn;
	int ret;
};

static void remove_host(const char *host, void *arg)
{
	struct removal *removal = arg;
	char path[PATH_LEN], part[NQN_LEN + 16];

	snprintf(part, sizeof(part), "/allowed_hosts/%s", host);
	subsys_path(removal->nqn, part, path);
	removal->ret |= remove_link(path, "the nvmet host");
	snprintf(path, sizeof(path), HOSTS "/%s", host);
	/* Stays if another subsystem lets the same host in. */
	rmdir(path);
}

static void remove_ns(const char *nsid, void *arg)
{
	struct removal *removal = arg;
	char path[PATH_LEN], part[64];

	snprintf(part, sizeof(part), "/namespaces/%s", nsid);
	subsys_path(removal->nqn, part, path);
	removal->ret |= remove_dir(path, "the nvmet namespace");
}

/*
 * With all that is in it. rmdir of a namespace disables it, and waits for what
 * it has in flight. @host: made maybe, and not let in yet.
 */
int configfs_subsys_remove(const char *nqn, const char *host)
{
	struct removal removal = { .nqn = nqn };
	char path[PATH_LEN];

	subsys_path(nqn, "/namespaces/*", path);
	for_each(path, remove_ns, &removal);
	subsys_path(nqn, "/allowed_hosts/*", path);
	for_each(path, remove_host, &removal);
	if (*host)
		remove_host(host, &removal);
	if (removal.ret)
		return -1;
	subsys_path(nqn, "", path);
	return remove_dir(path, "the nvmet subsystem");
}

/* Namespaces. */

static void ns_path(const char *nqn, uint32_t nsid, const char *attr,
		    char path[PATH_LEN])
{
	snprintf(path, PATH_LEN, SUBSYSTEMS "/%s/namespaces/%u%s%s", nqn, nsid,
		 *attr ? "/" : "", attr);
}

static int ns_set(const char *nqn, uint32_t nsid, const char *attr,
		  const char *value)
{
	char path[PATH_LEN];
	int ret;

	ns_path(nqn, nsid, attr, path);
	ret = file_write(path, value);
	return ret ? err("%s cannot be set to \"%s\": %s", path, value,
			 strerror(-ret)) : 0;
}

static int ns_enable(const char *nqn, uint32_t nsid, const char *disk)
{
	char path[PATH_LEN];
	int ret;

	ns_path(nqn, nsid, "enable", path);
	ret = file_write(path, "1");
	switch (-ret) {
	case 0:
		return 0;
	case EBUSY:
		return err("%s is busy: unmount it, or stop what else has it open",
			   disk);
	case EROFS:
	case EACCES:
		return err("%s is read-only, and nvmet wants to write: make it "
			   "writable (blockdev --setrw)",
			   disk);
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return err("%s is gone: look for its volume with ipstctl volume show",
			   disk);
	}
	return err("nvmet does not take %s as a namespace: %s, dmesg says more",
		   disk, strerror(-ret));
}

int configfs_ns_create(const char *nqn, uint32_t nsid)
{
	char path[PATH_LEN];

	ns_path(nqn, nsid, "", path);
	return make_dir(path, "the nvmet namespace");
}

/* Of a namespace that is disabled; enables it. */
int configfs_ns_set_disk(const char *nqn, uint32_t nsid, const char *disk,
			 const char *uuid)
{
	if (ns_set(nqn, nsid, "device_path", disk) ||
	    ns_set(nqn, nsid, "device_uuid", uuid) ||
	    ns_set(nqn, nsid, "device_nguid", uuid))
		return -1;
	return ns_enable(nqn, nsid, disk);
}

/* Waits for what it has in flight. */
int configfs_ns_disable(const char *nqn, uint32_t nsid)
{
	return ns_set(nqn, nsid, "enable", "0");
}

bool configfs_ns_get(const char *nqn, uint32_t nsid, const char *attr,
		     char value[ATTR_LEN])
{
	char path[PATH_LEN];

	ns_path(nqn, nsid, attr, path);
	return !file_read(path, value, ATTR_LEN);
}

/* All namespaces of all subsystems, ours or not. */
void configfs_ns_each(void (*fn)(const char *nqn, uint32_t nsid, void *arg),
		      void *arg)
{
	glob_t found;
	char nqn[NQN_LEN];

	if (!glob(SUBSYSTEMS "/*/namespaces/*", 0, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			const char *at = found.gl_pathv[i] +
					 strlen(SUBSYSTEMS "/");

			snprintf(nqn, sizeof(nqn), "%.*s",
				 (int)strcspn(at, "/"), at);
			fn(nqn, strtoul(strrchr(at, '/') + 1, NULL, 10), arg);
		}
	}
	globfree(&found);
}
