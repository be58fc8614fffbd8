// SPDX-License-Identifier: GPL-2.0
/*
 * Asking discovery services. A walk begins with the sources of a volume and
 * goes on with what these refer to, breadth first. Each service is visited
 * once, and there are bounds to how many and how deep, so that referrals in a
 * circle, or without an end, do no harm.
 *
 * Neither TLS nor authentication is used here: a false answer leads to a
 * subsystem that has to know the keys of the volume, if there are any.
 */
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"

struct visit {
	struct service *service;
	int source, depth;
};

struct walk {
	struct discovery *discovery;
	const struct volume *vol;
	struct discovery_rows *rows;
	struct visit visits[VISITS_MAX];
	int n_visits;
};

/* NULL: there are too many. */
static struct service *service_get(struct discovery *discovery,
				   const struct volume *vol,
				   const struct path *path, bool *is_new)
{
	const char *host_nqn = vol->settings[VSET_HOST_NQN];
	struct service *service = discovery->services;

	*is_new = false;
	for (int i = 0; i < discovery->n_services; i++, service++)
		if (!strcmp(service->host_nqn, host_nqn) &&
		    nvme_path_is_same(&service->path, path))
			return service;
	if (discovery->n_services == SERVICES_MAX)
		return NULL;
	*is_new = true;
	discovery->n_services++;
	memset(service, 0, sizeof(*service));
	service->path = *path;
	strcpy(service->host_nqn, host_nqn);
	return service;
}

static int log_take(struct service *service, const char *ctrl)
{
	uint8_t *log;
	size_t len;

	if (nvme_discovery_log(ctrl, &log, &len)) {
		free(log);
		return -1;
	}
	service->ports = calloc(len / DISCOVERY_LOG_RECORD,
				sizeof(*service->ports));
	if (service->ports)
		service->n_ports = discovery_log_parse(log, len, service->ports,
						       len / DISCOVERY_LOG_RECORD,
						       &service->is_damaged);
	free(log);
	return service->ports ? 0 : err("out of memory");
}

static bool find_lasting(const struct volume *vol, const struct service *service,
			 char ctrl[CTRL_LEN])
{
	struct volume of_service;

	volume_init(&of_service, "discovery");
	strcpy(of_service.nqn, DISCOVERY_NQN);
	memcpy(of_service.settings, vol->settings, sizeof(vol->settings));
	return nvme_path_find(&of_service, &service->path, ctrl);
}

static int ask_lasting(struct service *service, const char *ctrl, bool is_quiet)
{
	char state[32];

	nvme_ctrl_state(ctrl, state, sizeof(state));
	if (!strcmp(state, "live"))
		return log_take(service, ctrl);
	return is_quiet ? -1 :
			  err("discovery service %s port %s does not answer: "
			      "its connection, %s, is %s",
			      service->path.traddr, service->path.trsvcid,
			      ctrl, state);
}

static int ask_for_once(const struct volume *vol, struct service *service)
{
	struct path path = service->path;
	int ret;

	if (nvme_discovery_connect(vol, &path, false))
		return -1;
	ret = log_take(service, path.ctrl);
	return nvme_ctrl_delete(path.ctrl) ? -1 : ret;
}

static int connect_lasting(struct discovery *discovery,
			   const struct volume *vol, struct service *service)
{
	int ret;

	if (nvme_tcp_errno(&service->path))
		return -1;
	discovery->on_service(service, discovery->arg);
	ret = nvme_discovery_connect(vol, &service->path, true);
	discovery->on_service(service, discovery->arg);
	return ret ? -1 : log_take(service, service->path.ctrl);
}

static int service_ask(struct discovery *discovery, const struct volume *vol,
		       struct service *service)
{
	char ctrl[CTRL_LEN];

	if (find_lasting(vol, service, ctrl))
		return ask_lasting(service, ctrl, discovery->is_lasting);
	return discovery->is_lasting ?
		       connect_lasting(discovery, vol, service) :
		       ask_for_once(vol, service);
}

/* Again by another way: the first one counts. */
static bool is_visited(const struct walk *walk, const struct service *service)
{
	for (int i = 0; i < walk->n_visits; i++)
		if (walk->visits[i].service == service)
			return true;
	return false;
}

static void walk_to(struct walk *walk, struct path *path, int source, int depth)
{
	struct service *service;
	bool is_new;

	path->source = source;
	service = service_get(walk->discovery, walk->vol, path, &is_new);
	if (service && is_visited(walk, service))
		return;
	if (!service || depth > REFERRALS_DEPTH_MAX ||
	    walk->n_visits == VISITS_MAX) {
		walk->rows->is_complete = false;
		return;
	}
	if (is_new)
		service->is_answering = !service_ask(walk->discovery, walk->vol,
						     service);
	if (!service->is_answering || service->is_damaged)
		walk->rows->is_complete = false;
	walk->rows->n_answers += service->is_answering;
	walk->visits[walk->n_visits++] = (struct visit) { service, source, depth };
}

static void port_path(const struct discovery_port *port, struct path *path)
{
	memset(path, 0, sizeof(*path));
	memcpy(path->traddr, port->traddr, sizeof(path->traddr));
	memcpy(path->trsvcid, port->trsvcid, sizeof(path->trsvcid));
}

static bool has_row(const struct discovery_rows *rows,
		    const struct discovery_port *port)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct discovery_port *old = rows->row[i].port;

		if (!strcmp(old->nqn, port->nqn) &&
		    !strcmp(old->traddr, port->traddr) &&
		    !strcmp(old->trsvcid, port->trsvcid))
			return true;
	}
	return false;
}

static int add_row(struct discovery_rows *rows, const struct visit *visit,
		   const struct discovery_port *port)
{
	struct discovery_row *row;

	if (has_row(rows, port))
		return 0;
	row = realloc(rows->row, (rows->n + 1) * sizeof(*row));
	if (!row)
		return err("out of memory");
	rows->row = row;
	row[rows->n++] = (struct discovery_row) { port, visit->service,
						  visit->source };
	return 0;
}

/* What the service tells: rows, and more to visit. */
static int visit_take(struct walk *walk, struct visit visit)
{
	struct path path;

	for (size_t i = 0; i < visit.service->n_ports; i++) {
		const struct discovery_port *port = &visit.service->ports[i];

		if (!port->is_referral) {
			if (add_row(walk->rows, &visit, port))
				return -1;
			continue;
		}
		port_path(port, &path);
		walk_to(walk, &path, visit.source, visit.depth + 1);
	}
	return 0;
}

int discovery_walk(struct discovery *discovery, const struct volume *vol,
		   struct discovery_rows *rows)
{
	struct walk walk = { discovery, vol, rows, .n_visits = 0 };
	struct path path;

	*rows = (struct discovery_rows) { .is_complete = true };
	for (int i = 0; i < vol->n_sources; i++) {
		memset(&path, 0, sizeof(path));
		if (nvme_resolve(&vol->sources[i], &path))
			rows->is_complete = false;
		else
			walk_to(&walk, &path, i, 0);
	}
	for (int i = 0; i < walk.n_visits; i++)
		if (visit_take(&walk, walk.visits[i]))
			return -1;
	return 0;
}

void discovery_row_path(const struct discovery_row *row, struct path *path)
{
	port_path(row->port, path);
	path->source = row->source;
}

void discovery_rows_exit(struct discovery_rows *rows)
{
	free(rows->row);
}

void discovery_exit(struct discovery *discovery)
{
	for (int i = 0; i < discovery->n_services; i++)
		free(discovery->services[i].ports);
}
