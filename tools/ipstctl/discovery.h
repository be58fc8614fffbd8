/* SPDX-License-Identifier: GPL-2.0 */
/*
 * discovery.c: asks discovery services, and those they refer to; what is made of
 * the answers. Part of ipstctl.h.
 */
#ifndef IPSTCTL_DISCOVERY_H
#define IPSTCTL_DISCOVERY_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd.h"
#include "discovery-log.h"
#include "volume.h"

#define SERVICES_MAX 256	/* of all volumes */
/* A network has a few; more that refer to each other are taken for a loop. */
#define VISITS_MAX 32
#define REFERRALS_DEPTH_MAX 4

struct service {
	struct path path;	/* its address; ctrl: of a connection that lasts */
	char host_nqn[VSET_LEN];	/* as which it was asked; empty: the system's */
	bool is_answering;
	bool is_damaged;	/* not all of its log could be understood */
	struct discovery_port *ports;
	size_t n_ports;
};

/* What has been asked already is not asked again. */
struct discovery {
	bool is_lasting;	/* connections stay; and unreachable is no error */
	/* Around the making of one that lasts: first it has no ctrl. */
	void (*on_service)(const struct service *service, void *arg);
	void *arg;
	struct service services[SERVICES_MAX];
	int n_services;
};

/* A port of a subsystem, and who tells of it. */
struct discovery_row {
	const struct discovery_port *port;
	const struct service *service;
	int source;		/* of the volume, that led to this service */
};

struct discovery_rows {
	struct discovery_row *row;
	size_t n;
	int n_answers;		/* of services */
	bool is_complete;	/* all has been asked, and has answered well */
};

/* What @vol's sources lead to; its settings say who asks. */
int discovery_walk(struct discovery *discovery, const struct volume *vol,
		   struct discovery_rows *rows);
void discovery_row_path(const struct discovery_row *row, struct path *path);
void discovery_rows_exit(struct discovery_rows *rows);
void discovery_exit(struct discovery *discovery);	/* not the connections */

/* discover.c */

int discover_paths(struct volume *vol);

/* volume-discover.c: a verb of volume.c's. */

int volume_discover(struct cmd_call *call);

#endif
