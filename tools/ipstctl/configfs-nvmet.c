// SPDX-License-Identifier: GPL-2.0
/*
 * nvmet's subsystems in configfs; configfs-port.c has its ports.
 *
 *   nvmet/subsystems/<nqn>/namespaces/<nsid>/
 *   nvmet/subsystems/<nqn>/allowed_hosts/<host> -> nvmet/hosts/<host>
 *
 * Removing tolerates what is gone already: it repairs what a killed tool left.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "configfs-path.h"
#include "ipstctl.h"

#define SUBSYSTEMS NVMET "/subsystems"
#define HOSTS NVMET "/hosts"

/* Subsystems, and the hosts that are let in. */

void configfs_subsys_path(const char *nqn, const char *part,
			  char path[PATH_LEN])
{
	snprintf(path, PATH_LEN, SUBSYSTEMS "/%s%s", nqn, part);
}

bool configfs_subsys_exists(const char *nqn)
{
	char path[PATH_LEN];

	configfs_subsys_path(nqn, "", path);
	return path_is_there(path);
}

static int subsys_set(const char *nqn, const char *attr, const char *value)
{
	char path[PATH_LEN];
	int ret;

	configfs_subsys_path(nqn, attr, path);
	ret = file_write(path, value);
	return ret ? err("%s cannot be set to \"%s\": %s", path, value,
			 strerror(-ret)) : 0;
}

/* Does not fit one that lets in any host. */
int configfs_subsys_allow(const char *nqn, const char *host)
{
	char path[PATH_LEN], target[PATH_LEN], part[NQN_LEN + 16];

	snprintf(target, sizeof(target), HOSTS "/%s", host);
	if (dir_make(target, "the nvmet host"))
		return -1;
	snprintf(part, sizeof(part), "/allowed_hosts/%s", host);
	configfs_subsys_path(nqn, part, path);
	return link_make(target, path, "the nvmet host");
}

/*
 * Stays if another subsystem lets the same host in, or if somebody gave it a key:
 * nobody else knows that one.
 */
static void host_remove(const char *host, void *arg)
{
	char path[PATH_LEN], key[ATTR_LEN];

	(void)arg;
	snprintf(path, sizeof(path), HOSTS "/%s/dhchap_key", host);
	if (!file_read(path, key, sizeof(key)) && *key)
		return;
	snprintf(path, sizeof(path), HOSTS "/%s", host);
	rmdir(path);
}

int configfs_subsys_disallow(const char *nqn, const char *host)
{
	char path[PATH_LEN], part[NQN_LEN + 16];
	int ret;

	snprintf(part, sizeof(part), "/allowed_hosts/%s", host);
	configfs_subsys_path(nqn, part, path);
	ret = link_remove(path, "the nvmet host");
	host_remove(host, NULL);
	return ret;
}

/* What a tool that was killed while it let hosts in may have left. */
void configfs_hosts_sweep(void)
{
	path_each(HOSTS "/*", host_remove, NULL);
}

int configfs_subsys_allow_any(const char *nqn, bool allow)
{
	return subsys_set(nqn, "/attr_allow_any_host", allow ? "1" : "0");
}

bool configfs_subsys_allows_any(const char *nqn)
{
	char path[PATH_LEN], value[ATTR_LEN];

	configfs_subsys_path(nqn, "/attr_allow_any_host", path);
	return !file_read(path, value, sizeof(value)) && *value == '1';
}

void configfs_subsys_hosts(const char *nqn,
			   void (*fn)(const char *host, void *arg), void *arg)
{
	char path[PATH_LEN];

	configfs_subsys_path(nqn, "/allowed_hosts/*", path);
	path_each(path, fn, arg);
}

/* Of all, ours or not. */
void configfs_subsys_each(void (*fn)(const char *nqn, void *arg), void *arg)
{
	path_each(SUBSYSTEMS "/*", fn, arg);
}

/* @host NULL: nobody is let in yet. */
int configfs_subsys_create(const char *nqn, const char *host)
{
	char path[PATH_LEN];

	configfs_subsys_path(nqn, "", path);
	if (dir_make(path, "the nvmet subsystem") ||
	    configfs_subsys_allow_any(nqn, false))
		return -1;
	return host ? configfs_subsys_allow(nqn, host) : 0;
}

struct removal {
	const char *nqn;
	int ret;
};

static void remove_host(const char *host, void *arg)
{
	struct removal *removal = arg;

	removal->ret |= configfs_subsys_disallow(removal->nqn, host);
}

static void remove_ns(const char *nsid, void *arg)
{
	struct removal *removal = arg;
	char path[PATH_LEN], part[64];

	snprintf(part, sizeof(part), "/namespaces/%s", nsid);
	configfs_subsys_path(removal->nqn, part, path);
	removal->ret |= dir_remove(path, "the nvmet namespace");
}

/*
 * With all that is in it. rmdir of a namespace disables it, and waits for what
 * it has in flight. @host: made maybe, and not let in yet; NULL: none.
 */
int configfs_subsys_remove(const char *nqn, const char *host)
{
	struct removal removal = { .nqn = nqn };
	char path[PATH_LEN];

	configfs_subsys_path(nqn, "/namespaces/*", path);
	path_each(path, remove_ns, &removal);
	configfs_subsys_hosts(nqn, remove_host, &removal);
	if (host && *host)
		remove_host(host, &removal);
	if (removal.ret)
		return -1;
	configfs_subsys_path(nqn, "", path);
	return dir_remove(path, "the nvmet subsystem");
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
	return dir_make(path, "the nvmet namespace");
}

int configfs_ns_remove(const char *nqn, uint32_t nsid)
{
	char path[PATH_LEN];

	ns_path(nqn, nsid, "", path);
	return dir_remove(path, "the nvmet namespace");
}

/*
 * Of a namespace that is disabled; enables it. The disk comes last: one that has
 * any says truly whose it is, wherever the tool is killed.
 */
int configfs_ns_set_disk(const char *nqn, uint32_t nsid, const char *disk,
			 const char *uuid)
{
	if (ns_set(nqn, nsid, "device_uuid", uuid) ||
	    ns_set(nqn, nsid, "device_nguid", uuid) ||
	    ns_set(nqn, nsid, "device_path", disk))
		return -1;
	return ns_enable(nqn, nsid, disk);
}

/* Of a namespace that is enabled: its disk may have grown. */
int configfs_ns_revalidate(const char *nqn, uint32_t nsid)
{
	return ns_set(nqn, nsid, "revalidate_size", "1");
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
	MATCHES(folders, SUBSYSTEMS "/*/namespaces/*");
	char nqn[NQN_LEN];
	const char *at;

	while ((at = matches_next(&folders))) {
		at += strlen(SUBSYSTEMS "/");
		snprintf(nqn, sizeof(nqn), "%.*s", (int)strcspn(at, "/"), at);
		fn(nqn, strtoul(strrchr(at, '/') + 1, NULL, 10), arg);
	}
}
