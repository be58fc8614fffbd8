/* SPDX-License-Identifier: GPL-2.0 */
/*
 * record.c, rebuild.c: volumes, as /run/ipst has them and as the kernel has
 * them, and the lock over all changes. Part of ipstctl.h.
 */
#ifndef IPSTCTL_RECORD_H
#define IPSTCTL_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "volume.h"

/* What a device had before its volume was to be replaced. */
struct replacing {
	bool paused;		/* by the administrator */
	char path[ATTR_LEN];
	char uuid[ATTR_LEN];
};

/* record.c */

int record_lock(void);
int record_lock_open(void);	/* a file, whose close ends it; -1 */
int record_mark(const char *device);	/* is being made, until unmarked */
void record_unmark(const char *device);
bool record_is_marked(const char *device);
int record_load(const char *name, struct volume *vol, bool *found);
int record_save(const struct volume *vol);
int record_rename(const char *name, const struct volume *vol);
int record_remove(const char *name);
int record_all(struct volume **vols);	/* how many, to free; -1 */
int record_find_uuid(const char *uuid, const char *except, struct volume *vol,
		     bool *found);
int record_replacing_save(const char *device, const struct replacing *old);
int record_replacing_load(const char *device, struct replacing *old,
			  bool *found);
int record_replacing_remove(const char *device);	/* fine if absent */
const char *record_uuid_origin(enum uuid_origin origin);

/* rebuild.c */

int rebuild_volumes(struct volume **vols);	/* how many, to free */

#endif
