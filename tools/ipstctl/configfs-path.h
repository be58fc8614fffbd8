/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files configfs*.c have in common: where configfs is, and small words for
 * what is in it. For these alone.
 */
#ifndef IPSTCTL_CONFIGFS_PATH_H
#define IPSTCTL_CONFIGFS_PATH_H

#include <stdbool.h>

#ifndef IPST_CONFIGFS_ROOT	/* the unit test has its own */
#define IPST_CONFIGFS_ROOT "/sys/kernel/config"
#endif

#define NVMET IPST_CONFIGFS_ROOT "/nvmet"
#define PATH_LEN 1024

/* configfs.c; @what is for the sentence that tells of a failure. */

bool path_is_there(const char *path);
int dir_make(const char *path, const char *what);
int dir_remove(const char *path, const char *what);
int link_make(const char *target, const char *path, const char *what);
int link_remove(const char *path, const char *what);
void path_each(const char *pattern, void (*fn)(const char *name, void *arg),
	       void *arg);

/* configfs-nvmet.c */

void configfs_subsys_path(const char *nqn, const char *part,
			  char path[PATH_LEN]);

#endif
