// SPDX-License-Identifier: GPL-2.0
/*
 * Reconnects of paths. The kernel tells each by a uevent, "connected", as it
 * does the first connection of a controller. So one is counted if a path that
 * was seen live before is live now, and
 *   it was not in between, at some look, or
 *   there was a uevent since the last look, or
 *   it is another controller.
 * A look may come between the state and its uevent, so one that closely follows
 * tells of what was counted already.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ipstctl.h"
#include "paths-file.h"

#define PATHS "/run/ipst/paths.json"
#define NEW_PATHS "/run/ipst/.paths.new"	/* of one follow at a time */
#define PATHS_VERSION 1
#define SAME_EVENT_MS 1000

static void host_path_to_json(const struct path *path, const char *host_nqn,
			      json_object *object)
{
	out_add_string(object, "host_nqn", host_nqn);
	path_to_json(path, object);
}

static void host_path_from_json(json_object *object, struct path *path,
				char host_nqn[VSET_LEN])
{
	snprintf(host_nqn, VSET_LEN, "%s", out_string(object, "host_nqn"));
	path_from_json(object, path);
}

static size_t array_length(json_object *array)
{
	return json_object_is_type(array, json_type_array) ?
		       json_object_array_length(array) : 0;
}

static void seen_from_json(json_object *object, struct path_seen *seen)
{
	host_path_from_json(object, &seen->path, seen->host_nqn);
	snprintf(seen->nqn, sizeof(seen->nqn), "%s",
		 out_string(object, "subsys_nqn"));
	seen->reconnects = out_number(object, "reconnects");
}

static void doc_take(struct paths *paths, json_object *doc)
{
	json_object *seen = json_object_object_get(doc, "paths");
	json_object *services = json_object_object_get(doc, "services");

	paths->seen = calloc(array_length(seen) + 1, sizeof(*paths->seen));
	paths->services = calloc(array_length(services) + 1,
				 sizeof(*paths->services));
	if (!paths->seen || !paths->services)
		return;
	for (; paths->n_seen < array_length(seen); paths->n_seen++)
		seen_from_json(json_object_array_get_idx(seen, paths->n_seen),
			       &paths->seen[paths->n_seen]);
	for (; paths->n_services < array_length(services); paths->n_services++) {
		struct path_service *service =
			&paths->services[paths->n_services];
		json_object *object =
			json_object_array_get_idx(services, paths->n_services);

		host_path_from_json(object, &service->path, service->host_nqn);
	}
}

int paths_load(struct paths *paths)
{
	json_object *doc = json_object_from_file(PATHS);
	bool is_ours = out_number(doc, "version") == PATHS_VERSION;

	*paths = (struct paths) { };
	doc_take(paths, is_ours ? doc : NULL);
	json_object_put(doc);
	return paths->seen && paths->services ? 0 : err("out of memory");
}

void paths_exit(struct paths *paths)
{
	free(paths->seen);
	free(paths->services);
}

static json_object *seen_to_json(const struct path_seen *seen)
{
	json_object *object = json_object_new_object();

	out_add_string(object, "subsys_nqn", seen->nqn);
	host_path_to_json(&seen->path, seen->host_nqn, object);
	json_object_object_add(object, "reconnects",
			       json_object_new_int64(seen->reconnects));
	return object;
}

static json_object *service_to_json(const struct path_service *service)
{
	json_object *object = json_object_new_object();

	host_path_to_json(&service->path, service->host_nqn, object);
	return object;
}

int paths_save(const struct paths *paths)
{
	json_object *doc = json_object_new_object();
	json_object *seen = json_object_new_array();
	json_object *services = json_object_new_array();
	int ret;

	for (size_t i = 0; i < paths->n_seen; i++)
		json_object_array_add(seen, seen_to_json(&paths->seen[i]));
	for (size_t i = 0; i < paths->n_services; i++)
		json_object_array_add(services,
				      service_to_json(&paths->services[i]));
	json_object_object_add(doc, "version",
			       json_object_new_int(PATHS_VERSION));
	json_object_object_add(doc, "paths", seen);
	json_object_object_add(doc, "services", services);
	ret = json_object_to_file_ext(NEW_PATHS, doc, JSON_C_TO_STRING_PRETTY);
	json_object_put(doc);
	if (ret || rename(NEW_PATHS, PATHS))
		return err("%s cannot be written: %s", PATHS, strerror(errno));
	return 0;
}

static bool is_seen(const struct path_seen *seen, const struct volume *vol,
		    const struct path *path)
{
	return nvme_path_is_same(&seen->path, path) &&
	       !strcmp(seen->nqn, vol->nqn) &&
	       !strcmp(seen->host_nqn, vol->settings[VSET_HOST_NQN]);
}

static struct path_seen *find_seen(const struct paths *paths,
				   const struct volume *vol, int i)
{
	for (size_t s = 0; s < paths->n_seen; s++)
		if (is_seen(&paths->seen[s], vol, &vol->paths[i]))
			return &paths->seen[s];
	return NULL;
}

int64_t paths_reconnects(const struct volume *vol, int i)
{
	struct path_seen *seen;
	int64_t reconnects = -1;
	struct paths paths;

	if (!paths_load(&paths)) {
		seen = find_seen(&paths, vol, i);
		if (seen)
			reconnects = seen->reconnects;
	}
	paths_exit(&paths);
	return reconnects;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void paths_connected(struct paths *paths, const char *ctrl)
{
	for (size_t i = 0; i < paths->n_seen; i++) {
		struct path_seen *seen = &paths->seen[i];

		if (!strcmp(seen->path.ctrl, ctrl) &&
		    (strcmp(seen->state, "live") ||
		     now_ms() - seen->live_ms > SAME_EVENT_MS))
			seen->is_connected = true;
	}
}

/* NULL: there is no memory for it. */
static struct path_seen *add_seen(struct paths *paths, const struct volume *vol,
				  int i)
{
	struct path_seen *seen = realloc(paths->seen, (paths->n_seen + 1) *
						      sizeof(*seen));

	if (!seen)
		return NULL;
	paths->seen = seen;
	seen += paths->n_seen++;
	memset(seen, 0, sizeof(*seen));
	memcpy(seen->nqn, vol->nqn, sizeof(seen->nqn));
	memcpy(seen->host_nqn, vol->settings[VSET_HOST_NQN], VSET_LEN);
	seen->path = vol->paths[i];
	*seen->path.ctrl = '\0';
	return seen;
}

/* True: the file has to be written. */
static bool look_at_path(struct path_seen *seen, const struct volume *vol, int i)
{
	char ctrl[CTRL_LEN] = "", state[32] = "";
	bool is_other, is_again = false;

	if (nvme_path_find(vol, &vol->paths[i], ctrl))
		nvme_ctrl_state(ctrl, state, sizeof(state));
	is_other = strcmp(ctrl, seen->path.ctrl);
	if (!strcmp(state, "live") &&
	    (strcmp(seen->state, "live") || seen->is_connected || is_other)) {
		is_again = seen->was_live;
		seen->reconnects += is_again;
		seen->was_live = true;
		seen->is_connected = false;
		seen->live_ms = now_ms();
	}
	memcpy(seen->state, state, sizeof(state));
	memcpy(seen->path.ctrl, ctrl, sizeof(ctrl));
	return is_other || is_again;
}

static bool drop_unneeded(struct paths *paths)
{
	size_t n = 0;

	for (size_t i = 0; i < paths->n_seen; i++)
		if (paths->seen[i].is_needed)
			paths->seen[n++] = paths->seen[i];
	if (n == paths->n_seen)
		return false;
	paths->n_seen = n;
	return true;
}

bool paths_look(struct paths *paths, const struct volume *vols, int n)
{
	bool is_changed = false;

	for (size_t i = 0; i < paths->n_seen; i++)
		paths->seen[i].is_needed = false;
	for (int v = 0; v < n; v++)
		for (int i = 0; i < vols[v].n_paths; i++) {
			struct path_seen *seen = find_seen(paths, &vols[v], i);

			is_changed |= !seen;
			seen = seen ?: add_seen(paths, &vols[v], i);
			if (!seen)
				continue;
			seen->is_needed = true;
			is_changed |= look_at_path(seen, &vols[v], i);
		}
	return drop_unneeded(paths) || is_changed;
}

int paths_service(struct paths *paths, const char *host_nqn,
		  const struct path *path)
{
	struct path_service *service = paths->services;

	for (size_t i = 0; i < paths->n_services; i++, service++)
		if (!strcmp(service->host_nqn, host_nqn) &&
		    nvme_path_is_same(&service->path, path)) {
			service->path = *path;
			return 0;
		}
	service = realloc(paths->services,
			  (paths->n_services + 1) * sizeof(*service));
	if (!service)
		return err("out of memory");
	paths->services = service;
	service += paths->n_services++;
	memset(service, 0, sizeof(*service));
	service->path = *path;
	snprintf(service->host_nqn, VSET_LEN, "%s", host_nqn);
	return 0;
}
