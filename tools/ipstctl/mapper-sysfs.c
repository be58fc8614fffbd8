// SPDX-License-Identifier: GPL-2.0
/*
 * Device-mapper devices as sysfs tells of them. Ours are known by their UUID,
 * which device-mapper keeps: so a tool whose records are lost finds them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "ipstctl.h"
#include "mapper.h"

#define OUR_NAME "ipst-"
#define OUR_UUID "IPST-"

void mapper_path(const char *name, char path[ATTR_LEN])
{
	snprintf(path, ATTR_LEN, "/dev/mapper/%s", name);
}

static bool folder_is(const char *folder, const char *uuid)
{
	char path[ATTR_LEN], value[MAPPER_LEN];

	snprintf(path, sizeof(path), "%s/dm/uuid", folder);
	return !file_read(path, value, sizeof(value)) && !strcmp(value, uuid);
}

/* As in /sys/block/dm-3. */
static bool folder_find(const char *uuid, char folder[ATTR_LEN])
{
	MATCHES(folders, "/sys/block/dm-*");
	const char *found;

	while ((found = matches_next(&folders))) {
		snprintf(folder, ATTR_LEN, "%s", found);
		if (folder_is(folder, uuid))
			return true;
	}
	return false;
}

bool mapper_find(const char *uuid, char name[MAPPER_LEN])
{
	char folder[ATTR_LEN], path[ATTR_LEN + 16];

	if (!folder_find(uuid, folder))
		return false;
	snprintf(path, sizeof(path), "%s/dm/name", folder);
	return !file_read(path, name, MAPPER_LEN);
}

/* The first of what the device lies on; ours lie on one. */
static bool below_find(const char *folder, char path[ATTR_LEN])
{
	char pattern[ATTR_LEN + 16], found[ATTR_LEN];

	snprintf(pattern, sizeof(pattern), "%s/slaves/*", folder);
	if (!matches_first(pattern, found, sizeof(found)))
		return false;
	snprintf(path, ATTR_LEN, "/dev/%s", strrchr(found, '/') + 1);
	return true;
}

bool mapper_is_over(const char *uuid, dev_t below)
{
	char folder[ATTR_LEN], path[ATTR_LEN];
	struct stat st;

	return folder_find(uuid, folder) && below_find(folder, path) &&
	       !stat(path, &st) && st.st_rdev == below;
}

/* "IPST-crypt-..." into its parts. */
static bool uuid_parse_ours(const char *uuid, struct mapper_owner *owner)
{
	const char *type = uuid + strlen(OUR_UUID);
	size_t len;

	if (strncmp(uuid, OUR_UUID, strlen(OUR_UUID)))
		return false;
	len = strcspn(type, "-");
	if (!len || len >= sizeof(owner->type) ||
	    strlen(type) != len + UUID_LEN)
		return false;
	snprintf(owner->type, sizeof(owner->type), "%.*s", (int)len, type);
	snprintf(owner->uuid, sizeof(owner->uuid), "%s", type + len + 1);
	return true;
}

static bool name_parse_ours(const char *name, struct mapper_owner *owner)
{
	const char *volume = name + strlen(OUR_NAME);
	size_t len = strlen(volume), end = strlen(owner->type) + 1;

	if (strncmp(name, OUR_NAME, strlen(OUR_NAME)) || len <= end ||
	    len - end >= sizeof(owner->volume))
		return false;
	snprintf(owner->volume, sizeof(owner->volume), "%.*s",
		 (int)(len - end), volume);
	return !name_check(owner->volume);
}

bool mapper_owner(const char *path, struct mapper_owner *owner,
		  char below[ATTR_LEN])
{
	char folder[ATTR_LEN], attr[ATTR_LEN + 16], value[MAPPER_LEN];
	struct stat st;

	if (stat(path, &st) || !S_ISBLK(st.st_mode))
		return false;
	snprintf(folder, sizeof(folder), "/sys/dev/block/%u:%u",
		 major(st.st_rdev), minor(st.st_rdev));
	snprintf(attr, sizeof(attr), "%s/dm/uuid", folder);
	if (file_read(attr, value, sizeof(value)) ||
	    !uuid_parse_ours(value, owner))
		return false;
	snprintf(attr, sizeof(attr), "%s/dm/name", folder);
	return !file_read(attr, value, sizeof(value)) &&
	       name_parse_ours(value, owner) && below_find(folder, below);
}
