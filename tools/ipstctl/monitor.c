// SPDX-License-Identifier: GPL-2.0
/*
 * ipstctl monitor: a line for each thing that happens, until somebody ends it.
 * Devices tell by netlink. Paths of volumes do not: whatever nvme controller has
 * sent a uevent, and each second in any case, their states are looked at.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ipstctl.h"
#include "uevent.h"

#define SAMPLE_MS 1000

/* A path as last seen. */
struct seen {
	char volume[NAME_LEN];
	struct path path;
	char state[32];
	char ana_state[32];	/* of the namespace; empty: not connected */
};

struct monitor {
	bool json;
	struct seen *seen;
	size_t n_seen;
	bool has_seen;	/* at least once */
};

static void on_event(json_object *event, void *arg)
{
	const char *word = out_string(event, "event");
	char detail[32] = "";

	if (!strcmp(word, "state_changed"))
		snprintf(detail, sizeof(detail), "%s",
			 out_string(event, "state"));
	else if (!strcmp(word, "capacity_changed"))
		out_bytes(out_number(event, "size"), detail, sizeof(detail));
	event_print(((const struct monitor *)arg)->json, event, "device",
		    detail);
}

static void tell_lost(const struct monitor *monitor)
{
	json_object *event = json_object_new_object();

	out_add_string(event, "event", "events_lost");
	out_add_string(event, "name", "*");
	event_print(monitor->json, event, "device", "see ipstctl device show");
}

static void tell_path(const struct monitor *monitor, const struct seen *seen)
{
	json_object *event = json_object_new_object();
	char detail[192];

	out_add_string(event, "event", "path_changed");
	out_add_string(event, "name", seen->volume);
	out_add_string(event, "traddr", seen->path.traddr);
	out_add_string(event, "trsvcid", seen->path.trsvcid);
	out_add_string(event, "ctrl", seen->path.ctrl);
	out_add_string(event, "state", seen->state);
	out_add_string(event, "ana_state", seen->ana_state);
	snprintf(detail, sizeof(detail), "%s port %s is %s%s%s",
		 seen->path.traddr, seen->path.trsvcid, seen->state,
		 *seen->ana_state ? ", " : "", seen->ana_state);
	event_print(monitor->json, event, "volume", detail);
}

static const struct seen *find_seen(const struct monitor *monitor,
				    const struct seen *seen)
{
	for (size_t i = 0; i < monitor->n_seen; i++)
		if (!strcmp(monitor->seen[i].volume, seen->volume) &&
		    nvme_path_is_same(&monitor->seen[i].path, &seen->path))
			return &monitor->seen[i];
	return NULL;
}

static void look_at_path(struct monitor *monitor, const struct volume *vol,
			 int i, struct seen *seen)
{
	const struct seen *old;
	char value[ATTR_LEN];

	*seen = (struct seen) { .path = vol->paths[i],
				.state = "not connected" };
	snprintf(seen->volume, sizeof(seen->volume), "%s", vol->name);
	*seen->path.ctrl = '\0';
	if (nvme_path_find(vol, &vol->paths[i], seen->path.ctrl)) {
		nvme_ctrl_state(seen->path.ctrl, seen->state,
				sizeof(seen->state));
		if (nvme_path_attr(seen->path.ctrl, vol->nsid, "ana_state",
				   value))
			snprintf(seen->ana_state, sizeof(seen->ana_state),
				 "%.31s", value);
	}
	old = find_seen(monitor, seen);
	if (monitor->has_seen &&
	    (!old || strcmp(old->state, seen->state) ||
	     strcmp(old->ana_state, seen->ana_state)))
		tell_path(monitor, seen);
}

/* Tells which paths have changed. What it finds at first is no news. */
static void look_at_paths(struct monitor *monitor)
{
	struct volume *vols = NULL;
	int n = record_all(&vols);
	struct seen *seen = calloc((n > 0 ? n : 0) * PATHS_MAX + 1,
				   sizeof(*seen));
	size_t n_seen = 0;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < vols[i].n_paths; j++)
			look_at_path(monitor, &vols[i], j, &seen[n_seen++]);
	free(vols);
	free(monitor->seen);
	monitor->seen = seen;
	monitor->n_seen = n_seen;
	monitor->has_seen = true;
}

/* Takes all there are; true if one was of an nvme controller, or was lost. */
static bool uevents_read(int fd)
{
	struct uevent event;
	bool is_nvme = false;

	while (uevent_read(fd, &event))
		is_nvme |= event.is_lost || *event.ctrl;
	return is_nvme;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Until standard output, or netlink, fails. */
static void monitor_loop(struct monitor *monitor, struct nl_events *events,
			 int uevents)
{
	struct pollfd fds[] = {
		{ .fd = nl_events_fd(events), .events = POLLIN },
		{ .fd = uevents, .events = POLLIN },
	};
	bool has_paths = !geteuid();	/* the records of volumes are root's */
	int64_t next_ms = now_ms(), left_ms;
	bool lost;

	while (!ferror(stdout)) {
		left_ms = next_ms - now_ms();
		if (has_paths && left_ms <= 0) {
			look_at_paths(monitor);
			next_ms = now_ms() + SAMPLE_MS;
			continue;
		}
		poll(fds, ARRAY_SIZE(fds), has_paths ? left_ms : -1);
		if (fds[0].revents && nl_events_read(events, &lost))
			return;
		if (fds[0].revents && lost)
			tell_lost(monitor);
		if (fds[1].revents && uevents_read(uevents))
			next_ms = now_ms();
	}
}

static int monitor_run(struct cmd_call *call)
{
	struct monitor monitor = { .json = call->json };
	struct nl_events *events = nl_events_open(on_event, &monitor);
	int uevents = uevent_open();

	if (!events) {
		err(NL_NO_FAMILY);
		return EXIT_FAILED;
	}
	monitor_loop(&monitor, events, uevents);
	if (uevents >= 0)
		close(uevents);
	nl_events_close(events);
	free(monitor.seen);
	return EXIT_FAILED;
}

static const struct cmd_option monitor_options[] = { { } };

const struct cmd_verb monitor_command = {
	.name = "monitor",
	.args = "",
	.help = "print what happens to devices and paths",
	.options = monitor_options,
	.run = monitor_run,
};
