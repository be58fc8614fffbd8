/* SPDX-License-Identifier: GPL-2.0 */
/* follow*.c: volumes whose paths come and go with discovery, and whose disks grow. */
#ifndef IPSTCTL_FOLLOW_H
#define IPSTCTL_FOLLOW_H

#include <stdbool.h>
#include <sys/types.h>

struct cmd_verb;
struct discovery_rows;
struct volume;

/* follow.c: a command. */

extern const struct cmd_verb follow_command;

/* follow-volume.c */

/* @rows: what is told of it now. */
void follow_volume(bool json, const struct volume *vol,
		   const struct discovery_rows *rows);

/* follow-size.c; @disk 0: of all volumes. */

void follow_size(bool json, dev_t disk);

#endif
