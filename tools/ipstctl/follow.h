/* SPDX-License-Identifier: GPL-2.0 */
/* follow.c, follow-volume.c: volumes whose paths come and go with discovery. */
#ifndef IPSTCTL_FOLLOW_H
#define IPSTCTL_FOLLOW_H

#include <stdbool.h>

struct cmd_verb;
struct discovery_rows;
struct volume;

/* follow.c: a command. */

extern const struct cmd_verb follow_command;

/* follow-volume.c */

/* @rows: what is told of it now. */
void follow_volume(bool json, const struct volume *vol,
		   const struct discovery_rows *rows);

#endif
