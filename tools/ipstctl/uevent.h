/* SPDX-License-Identifier: GPL-2.0 */
/* uevent.c, event.c: what the kernel tells of nvme and of disks; what we tell. */
#ifndef IPSTCTL_UEVENT_H
#define IPSTCTL_UEVENT_H

#include <stdbool.h>
#include <sys/types.h>

#include <json-c/json.h>

#include "volume.h"

/* uevent.c */

struct uevent {
	char ctrl[CTRL_LEN];	/* empty: of something else */
	char nvme_event[16];	/* as in connected, rediscover; or empty */
	bool is_log_changed;	/* of discovery */
	bool is_removal;
	dev_t resized;		/* disk with another size now, or 0 */
	bool is_lost;		/* this may have been any */
};

int uevent_open(void);		/* -1: there are none to be had */
bool uevent_read(int fd, struct uevent *event);

/* event.c: a line of monitor and follow; takes @event, and fills in the time. */

void event_print(bool json, json_object *event, const char *noun,
		 const char *detail);

#endif
