// SPDX-License-Identifier: GPL-2.0
/*
 * Which NVMe/TCP connections there are and which disks they gave, from sysfs
 * alone. Listing through libnvme would send Identify to each namespace, and
 * that waits for as long as a path is down; sysfs always answers.
 *
 *   /sys/class/nvme/nvme2/           a connection ("ctrl")
 *   /sys/class/nvme/nvme2/nvme0c2n1  its path to namespace disk nvme0n1, or
 *   /sys/class/nvme/nvme2/nvme2n1    the disk itself, without multipath
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipstctl.h"

#define CTRLS "/sys/class/nvme"
#define ENTRY_LEN 128
#define SUBSYSTEMS "/sys/class/nvme-subsystem"

static void ctrl_attr(const char *ctrl, const char *attr, char *value)
{
	char path[ATTR_LEN];

	snprintf(path, sizeof(path), CTRLS "/%s/%s", ctrl, attr);
	file_read(path, value, ATTR_LEN);
}

void nvme_ctrl_state(const char *ctrl, char *state, size_t len)
{
	char value[ATTR_LEN];

	ctrl_attr(ctrl, "state", value);
	snprintf(state, len, "%.*s", (int)len - 1, *value ? value : "gone");
}

/* "MAJOR=238\nNVME_TRTYPE=tcp\nNVME_TRADDR=10.0.0.1\n..." */
static void uevent_field(const char *uevent, const char *key, char *value,
			 size_t len)
{
	size_t key_len = strlen(key);

	*value = '\0';
	for (const char *at = uevent; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, key, key_len) && at[key_len] == '=') {
			at += key_len + 1;
			snprintf(value, len, "%.*s", (int)strcspn(at, "\n"), at);
			return;
		}
	}
}

/*
 * Where a connection goes to. Not by its attribute "address": for that the kernel
 * takes a mutex that each reconnect initialises anew, and it has crashed so (Linux
 * 6.12, nvme_tcp_get_address()).
 */
static void ctrl_address(const char *ctrl, struct path *path)
{
	char uevent[ATTR_LEN];

	ctrl_attr(ctrl, "uevent", uevent);
	uevent_field(uevent, "NVME_TRADDR", path->traddr, sizeof(path->traddr));
	uevent_field(uevent, "NVME_TRSVCID", path->trsvcid,
		     sizeof(path->trsvcid));
}

/* IPv6 addresses have many spellings. */
static bool traddr_is_same(const char *a, const char *b)
{
	struct in6_addr a6, b6;

	if (!strcmp(a, b))
		return true;
	return inet_pton(AF_INET6, a, &a6) == 1 &&
	       inet_pton(AF_INET6, b, &b6) == 1 &&
	       !memcmp(&a6, &b6, sizeof(a6));
}

bool nvme_path_is_same(const struct path *a, const struct path *b)
{
	return traddr_is_same(a->traddr, b->traddr) &&
	       !strcmp(a->trsvcid, b->trsvcid);
}

/* False: it is empty, or not there. */
bool nvme_ctrl_attr(const char *ctrl, const char *attr, char value[ATTR_LEN])
{
	ctrl_attr(ctrl, attr, value);
	return *value;
}

/*
 * A discovery service may have an NQN of its own besides the well-known one.
 * Without keep-alive it is somebody's for a moment, and may vanish at any.
 */
static bool is_lasting_discovery(const char *ctrl)
{
	char value[ATTR_LEN];

	ctrl_attr(ctrl, "cntrltype", value);
	if (strcmp(value, "discovery"))
		return false;
	ctrl_attr(ctrl, "kato", value);
	return strcmp(value, "0");
}

/* One that is being deleted is none. */
static bool is_of_subsys(const char *ctrl, const char *nqn)
{
	char value[ATTR_LEN];

	ctrl_attr(ctrl, "subsysnqn", value);
	if (strcmp(nqn, DISCOVERY_NQN) ? strcmp(value, nqn) :
					 !is_lasting_discovery(ctrl))
		return false;
	ctrl_attr(ctrl, "state", value);
	return strncmp(value, "deleting", 8) && strcmp(value, "dead");
}

/* To a target, another host NQN is another host. */
static bool is_of_host(const char *ctrl, const char *hostnqn)
{
	char value[ATTR_LEN], own[ATTR_LEN];

	if (!*hostnqn) {
		file_read("/etc/nvme/hostnqn", own, sizeof(own));
		hostnqn = own;
	}
	ctrl_attr(ctrl, "hostnqn", value);
	return !*hostnqn || !strcmp(value, hostnqn);
}

static bool is_path(const char *ctrl, const struct volume *vol,
		    const struct path *path)
{
	char value[ATTR_LEN];
	struct path there;

	ctrl_attr(ctrl, "transport", value);
	if (strcmp(value, "tcp") || !is_of_subsys(ctrl, vol->nqn) ||
	    !is_of_host(ctrl, vol->settings[VSET_HOST_NQN]))
		return false;
	ctrl_address(ctrl, &there);
	return nvme_path_is_same(path, &there);
}

bool nvme_path_find(const struct volume *vol, const struct path *path,
		    char ctrl[CTRL_LEN])
{
	MATCHES(ctrls, CTRLS "/nvme*");
	const char *found;

	while ((found = matches_next(&ctrls))) {
		found += strlen(CTRLS "/");
		if (is_path(found, vol, path)) {
			snprintf(ctrl, CTRL_LEN, "%s", found);
			return true;
		}
	}
	return false;
}

bool nvme_has_live_path(const struct volume *vol, int except)
{
	char ctrl[CTRL_LEN], state[32];

	for (int i = 0; i < vol->n_paths; i++) {
		if (i == except || !nvme_path_find(vol, &vol->paths[i], ctrl))
			continue;
		nvme_ctrl_state(ctrl, state, sizeof(state));
		if (!strcmp(state, "live"))
			return true;
	}
	return false;
}

/* Not through libnvme, see above. Done when the write returns. */
int nvme_ctrl_delete(const char *ctrl)
{
	char attr[ATTR_LEN];
	int ret;

	snprintf(attr, sizeof(attr), CTRLS "/%s/delete_controller", ctrl);
	ret = file_write(attr, "1");
	if (ret && !access(attr, F_OK))
		return err("%s cannot be disconnected: %s", ctrl,
			   strerror(-ret));
	return 0;
}

int nvme_disconnect(const struct volume *vol, const struct path *path)
{
	char ctrl[CTRL_LEN];

	if (!nvme_path_find(vol, path, ctrl))
		return 0;
	/* Ours was lost, and somebody else has connected since. */
	if (*path->ctrl && strcmp(ctrl, path->ctrl))
		return 0;
	return nvme_ctrl_delete(ctrl);
}

/* nvme0c2n1 is a path of disk nvme0n1. */
static void disk_name(const char *entry, char *name, size_t len)
{
	const char *c = strchr(entry, 'c');
	const char *n = c ? strchr(c, 'n') : NULL;

	if (n)
		snprintf(name, len, "%.*s%s", (int)(c - entry), entry, n);
	else
		snprintf(name, len, "%s", entry);
}

static bool entry_attr(const char *entry, const char *attr,
		       char value[ATTR_LEN])
{
	char path[ATTR_LEN];

	snprintf(path, sizeof(path), "%s/%s", entry, attr);
	return !file_read(path, value, ATTR_LEN);
}

/* What the namespace is on this connection. */
static bool find_entry(const char *ctrl, uint32_t nsid, char entry[ENTRY_LEN])
{
	char pattern[ATTR_LEN], value[ATTR_LEN];
	const char *found;

	snprintf(pattern, sizeof(pattern), CTRLS "/%s/nvme*n*", ctrl);
	MATCHES(entries, pattern);
	while ((found = matches_next(&entries))) {
		snprintf(entry, ENTRY_LEN, "%s", found);
		if (entry_attr(entry, "nsid", value) &&
		    strtoul(value, NULL, 10) == nsid)
			return true;
	}
	return false;
}

bool nvme_path_attr(const char *ctrl, uint32_t nsid, const char *attr,
		    char value[ATTR_LEN])
{
	char entry[ENTRY_LEN];

	return find_entry(ctrl, nsid, entry) && entry_attr(entry, attr, value);
}

bool nvme_ctrl_disk(const char *ctrl, uint32_t nsid, char *path, size_t len)
{
	char entry[ENTRY_LEN], name[64];

	if (!find_entry(ctrl, nsid, entry))
		return false;
	disk_name(strrchr(entry, '/') + 1, name, sizeof(name));
	snprintf(path, len, "/dev/%s", name);
	return disk_is_ready(path);
}

bool nvme_subsys_disk(const char *nqn, uint32_t nsid, char *path, size_t len)
{
	MATCHES(ctrls, CTRLS "/nvme*");
	const char *ctrl;

	while ((ctrl = matches_next(&ctrls))) {
		ctrl += strlen(CTRLS "/");
		if (is_of_subsys(ctrl, nqn) &&
		    nvme_ctrl_disk(ctrl, nsid, path, len))
			return true;
	}
	return false;
}

/* The attribute's path. */
static bool find_io_policy(const char *nqn, char attr[ATTR_LEN])
{
	MATCHES(subsystems, SUBSYSTEMS "/nvme-subsys*");
	char value[ATTR_LEN];
	const char *found;

	while ((found = matches_next(&subsystems))) {
		snprintf(attr, ATTR_LEN, "%s/iopolicy", found);
		if (entry_attr(found, "subsysnqn", value) && !strcmp(value, nqn))
			return true;
	}
	return false;
}

bool nvme_io_policy(const char *nqn, char policy[ATTR_LEN])
{
	char attr[ATTR_LEN];

	*policy = '\0';
	return find_io_policy(nqn, attr) && !file_read(attr, policy, ATTR_LEN);
}

int nvme_set_io_policy(const char *nqn, const char *policy)
{
	char attr[ATTR_LEN];
	int ret = find_io_policy(nqn, attr) ? file_write(attr, policy) : -ENOENT;

	return ret ? err("%s cannot have the I/O policy %s: %s", nqn, policy,
			 strerror(-ret)) : 0;
}

static void add_host(const char *ctrl, struct volume *vol)
{
	char value[ATTR_LEN];

	if (is_of_host(ctrl, ""))
		return;
	ctrl_attr(ctrl, "hostnqn", value);
	snprintf(vol->settings[VSET_HOST_NQN], VSET_LEN, "%.*s", NQN_LEN - 1,
		 value);
}

/* Other settings of a connection whose record is lost are not found again. */
static void add_source(const char *ctrl, const char *entry, struct volume *vol)
{
	struct source *src = &vol->sources[vol->n_sources];
	struct path *path = &vol->paths[vol->n_paths];
	char value[ATTR_LEN];

	ctrl_attr(ctrl, "transport", value);
	if (strcmp(value, "tcp") || vol->n_sources == SOURCES_MAX)
		return;
	ctrl_address(ctrl, path);
	snprintf(path->ctrl, sizeof(path->ctrl), "%.15s", ctrl);
	if (!entry_attr(entry, "nsid", value))
		return;
	vol->nsid = strtoul(value, NULL, 10);
	src->kind = SOURCE_NVME_TCP;
	src->nsid = vol->nsid;
	src->port = strtoul(path->trsvcid, NULL, 10);
	memcpy(src->host, path->traddr, sizeof(path->traddr));
	ctrl_attr(ctrl, "subsysnqn", value);
	snprintf(src->nqn, sizeof(src->nqn), "%.*s", NQN_LEN - 1, value);
	memcpy(vol->nqn, src->nqn, sizeof(vol->nqn));
	add_host(ctrl, vol);
	path->source = vol->n_sources++;
	vol->n_paths++;
}

/* Sources and paths of a disk that is there; none if it is not of NVMe/TCP. */
void nvme_disk_sources(const char *disk, struct volume *vol)
{
	MATCHES(entries, CTRLS "/nvme*/nvme*n*");
	char name[64], ctrl[64];
	const char *entry;

	while ((entry = matches_next(&entries))) {
		disk_name(strrchr(entry, '/') + 1, name, sizeof(name));
		if (strcmp(name, disk + strlen("/dev/")))
			continue;
		snprintf(ctrl, sizeof(ctrl), "%.*s",
			 (int)strcspn(entry + strlen(CTRLS "/"), "/"),
			 entry + strlen(CTRLS "/"));
		add_source(ctrl, entry, vol);
	}
}
