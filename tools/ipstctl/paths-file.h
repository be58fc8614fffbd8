/* SPDX-License-Identifier: GPL-2.0 */
/*
 * paths-file.c: /run/ipst/paths.json, where ipstctl follow keeps what the kernel does
 * not: how often paths were connected again, and which discovery services it has
 * connected. Part of ipstctl.h.
 */
#ifndef IPSTCTL_PATHS_FILE_H
#define IPSTCTL_PATHS_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "volume.h"

/* A path as last seen, of whichever volumes. */
struct path_seen {
	char nqn[NQN_LEN];
	char host_nqn[VSET_LEN];
	struct path path;
	char state[32];
	int64_t reconnects;
	int64_t live_ms;	/* when it was connected, or we saw so */
	bool was_live;
	bool is_connected;	/* again, the kernel says */
	bool is_needed;		/* by a volume */
};

/* A discovery service that follow has connected. */
struct path_service {
	char host_nqn[VSET_LEN];
	struct path path;
};

struct paths {
	struct path_seen *seen;
	size_t n_seen;
	struct path_service *services;
	size_t n_services;
};

/* Of path @i, counted while follow runs; -1: it is not known. */
int64_t paths_reconnects(const struct volume *vol, int i);

int paths_load(struct paths *paths);	/* empty if there is no file */
int paths_save(const struct paths *paths);
void paths_exit(struct paths *paths);
/* A controller has connected; the next look counts it. */
void paths_connected(struct paths *paths, const char *ctrl);
/* True: something has changed. */
bool paths_look(struct paths *paths, const struct volume *vols, int n);
/* What is known of this service from now on. */
int paths_service(struct paths *paths, const char *host_nqn,
		  const struct path *path);

#endif
