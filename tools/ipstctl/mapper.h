/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mapper.c: device-mapper devices, made and changed; nobody else knows
 * libdevmapper. mapper-sysfs.c: those of ours, as sysfs tells of them.
 */
#ifndef IPSTCTL_MAPPER_H
#define IPSTCTL_MAPPER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "volume.h"

#define MAPPER_LEN 128		/* of a name or a UUID, and its NUL */
#define MAPPER_PARAMS_LEN 768	/* room for a key's description */

struct mapper_table {
	const char *target;
	char params[MAPPER_PARAMS_LEN];
	uint64_t sectors;
};

/* What ipst-NAME-TYPE, with the UUID IPST-TYPE-UUID, is of. */
struct mapper_owner {
	char volume[NAME_LEN];
	char type[16];
	char uuid[UUID_LEN];
};

/* mapper.c */

int mapper_start(const char *target, const char *module);
int mapper_create(const char *name, const char *uuid,
		  const struct mapper_table *table);
int mapper_reload(const char *name, const struct mapper_table *table);
/* What the status would be with another table; quiet. */
int mapper_try(const char *name, const struct mapper_table *table,
	       char status[MAPPER_PARAMS_LEN]);
int mapper_remove(const char *name, const char *uuid);	/* fine if absent */
/* Has a table, and is not suspended; quiet. */
bool mapper_is_live(const char *name);
bool mapper_status(const char *name, char status[MAPPER_PARAMS_LEN]);

/* mapper-sysfs.c */

void mapper_path(const char *name, char path[ATTR_LEN]);
bool mapper_find(const char *uuid, char name[MAPPER_LEN]);
bool mapper_is_over(const char *uuid, dev_t below);
/* False: @path is no device of ours. */
bool mapper_owner(const char *path, struct mapper_owner *owner,
		  char below[ATTR_LEN]);

#endif
