// SPDX-License-Identifier: GPL-2.0
/*
 * ipstctl follow: keeps the paths of volumes as their discovery services tell,
 * and passes on that a disk has grown, until somebody ends it. A connection to
 * each service stays, over which the target sends word when its log changes; the
 * kernel makes that a uevent, and another one when it has connected again, as it
 * may have missed a change then. In any case all logs are read once a minute.
 *
 * What is connected, to services too, is on disk first; after a kill the next
 * one goes on from there.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "follow.h"
#include "ipstctl.h"
#include "paths-file.h"
#include "uevent.h"

#define RUN_DIR "/run/ipst"
#define PERIOD_MS 60000
#define PAUSE_MS 500	/* between two looks: what changes, changes more than once */

struct follow {
	bool json;
	struct paths paths;
	struct discovery discovery;	/* of the last look */
	int64_t next_ms, last_ms;
	int signals, uevents, records;	/* files */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void soon(struct follow *follow)
{
	int64_t at_ms = follow->last_ms + PAUSE_MS;

	if (at_ms < follow->next_ms)
		follow->next_ms = at_ms;
}

static void tell_service(const struct follow *follow,
			 const struct service *service, const char *word)
{
	json_object *event = json_object_new_object();
	bool is_addr6 = strchr(service->path.traddr, ':');
	char name[ADDR_LEN + 16];

	snprintf(name, sizeof(name), "%s%s%s:%s", is_addr6 ? "[" : "",
		 service->path.traddr, is_addr6 ? "]" : "",
		 service->path.trsvcid);
	out_add_string(event, "event", word);
	out_add_string(event, "name", name);
	event_print(follow->json, event, "discovery", "");
}

static const struct service *find_service(const struct discovery *discovery,
					  const char *host_nqn,
					  const struct path *path)
{
	for (int i = 0; i < discovery->n_services; i++)
		if (!strcmp(discovery->services[i].host_nqn, host_nqn) &&
		    nvme_path_is_same(&discovery->services[i].path, path))
			return &discovery->services[i];
	return NULL;
}

static void on_service(const struct service *service, void *arg)
{
	struct follow *follow = arg;

	if (!paths_service(&follow->paths, service->host_nqn, &service->path))
		paths_save(&follow->paths);
}

static void tell_services(struct follow *follow, const struct discovery *last)
{
	for (int i = 0; i < follow->discovery.n_services; i++) {
		const struct service *service = &follow->discovery.services[i];
		const struct service *old = find_service(last, service->host_nqn,
							 &service->path);

		if (!old ? !service->is_answering :
			   old->is_answering != service->is_answering)
			tell_service(follow, service, service->is_answering ?
				     "service_back" : "service_lost");
	}
}

/* One whose ctrl is not recorded was about to be connected by us. */
static void close_service(const struct path_service *service)
{
	struct volume vol;
	char ctrl[CTRL_LEN];

	volume_init(&vol, "discovery");
	strcpy(vol.nqn, DISCOVERY_NQN);
	snprintf(vol.settings[VSET_HOST_NQN], VSET_LEN, "%s",
		 service->host_nqn);
	if (nvme_path_find(&vol, &service->path, ctrl) &&
	    (!*service->path.ctrl || !strcmp(service->path.ctrl, ctrl)))
		nvme_ctrl_delete(ctrl);
}

/* @keep NULL: all. */
static void close_services(struct follow *follow, const struct discovery *keep)
{
	struct paths *paths = &follow->paths;
	size_t n = 0;

	for (size_t i = 0; i < paths->n_services; i++) {
		struct path_service *service = &paths->services[i];

		if (keep && find_service(keep, service->host_nqn,
					 &service->path))
			paths->services[n++] = *service;
		else
			close_service(service);
	}
	if (n == paths->n_services)
		return;
	paths->n_services = n;
	paths_save(paths);
}

static void look_at_paths(struct follow *follow)
{
	struct volume *vols;
	int n = record_all(&vols);

	if (n >= 0 && paths_look(&follow->paths, vols, n))
		paths_save(&follow->paths);
	free(vols);
}

/* True: all that it could learn it has learnt. */
static bool follow_one(struct follow *follow, const struct volume *vol)
{
	struct discovery_rows rows;
	bool is_complete;

	if (!discovery_walk(&follow->discovery, vol, &rows) && *vol->nqn &&
	    vol->nsid)
		follow_volume(follow->json, vol, &rows);
	is_complete = rows.is_complete;
	discovery_rows_exit(&rows);
	return is_complete;
}

/* Each dead port takes seconds; who ends this should not wait for all. */
static bool is_ended(const struct follow *follow)
{
	struct pollfd signals = { .fd = follow->signals, .events = POLLIN };

	return poll(&signals, 1, 0) > 0;
}

/* What an unreachable service refers to is still needed. */
static void follow_all(struct follow *follow)
{
	struct discovery last = follow->discovery;
	bool is_complete = true;
	struct volume *vols;
	int n = record_all(&vols);

	follow->discovery = (struct discovery) {
		.is_lasting = true, .on_service = on_service, .arg = follow };
	for (int i = 0; i < n && !is_ended(follow); i++)
		if (vols[i].complete && source_is_discovery(&vols[i].sources[0]))
			is_complete &= follow_one(follow, &vols[i]);
	free(vols);
	tell_services(follow, &last);
	discovery_exit(&last);
	if (n >= 0 && is_complete)
		close_services(follow, &follow->discovery);
}

/*
 * A path, or our connection to a service, is gone. Not what was tried in vain:
 * that would be tried again at once, for ever.
 */
static bool is_loss(const struct follow *follow, const struct uevent *event)
{
	const struct paths *paths = &follow->paths;

	if (!event->is_removal)
		return false;
	for (size_t i = 0; i < paths->n_seen; i++)
		if (!strcmp(paths->seen[i].path.ctrl, event->ctrl))
			return true;
	for (size_t i = 0; i < paths->n_services; i++)
		if (!strcmp(paths->services[i].path.ctrl, event->ctrl))
			return true;
	return false;
}

static void take_uevents(struct follow *follow)
{
	struct uevent event;
	bool is_nvme = false;

	while (uevent_read(follow->uevents, &event)) {
		is_nvme |= event.is_lost || *event.ctrl;
		if (!strcmp(event.nvme_event, "connected"))
			paths_connected(&follow->paths, event.ctrl);
		if (event.is_log_changed || event.is_lost ||
		    is_loss(follow, &event) ||
		    !strcmp(event.nvme_event, "rediscover"))
			soon(follow);
		if (event.is_lost || event.resized)
			follow_size(follow->json, event.resized);
	}
	if (is_nvme)
		look_at_paths(follow);
}

/* Any file there may be that of the volumes; our own writing is among them. */
static void take_records(struct follow *follow)
{
	char buf[4096] __attribute__((aligned(8)));
	ssize_t len;

	while ((len = read(follow->records, buf, sizeof(buf))) > 0)
		for (ssize_t at = 0; at < len;) {
			const struct inotify_event *event =
				(const void *)(buf + at);

			if (event->len && !strcmp(event->name, "volumes.json"))
				soon(follow);
			at += sizeof(*event) + event->len;
		}
}

static void look(struct follow *follow)
{
	follow->next_ms = INT64_MAX;
	follow_all(follow);
	/* Of what was connected right now: no news. */
	take_uevents(follow);
	look_at_paths(follow);
	follow->last_ms = now_ms();
	if (follow->next_ms == INT64_MAX)
		follow->next_ms = follow->last_ms + PERIOD_MS;
	else
		follow->next_ms = follow->last_ms + PAUSE_MS;
}

static void follow_loop(struct follow *follow)
{
	struct pollfd fds[] = {
		{ .fd = follow->signals, .events = POLLIN },
		{ .fd = follow->uevents, .events = POLLIN },
		{ .fd = follow->records, .events = POLLIN },
	};

	while (!ferror(stdout)) {
		int64_t left_ms = follow->next_ms - now_ms();

		if (left_ms <= 0) {
			look(follow);
			left_ms = 0;
		}
		if (poll(fds, ARRAY_SIZE(fds), left_ms) < 0 && errno != EINTR)
			return;
		if (fds[0].revents)
			return;
		take_uevents(follow);
		take_records(follow);
	}
}

/* Also makes the directory. -1: told. */
static int open_alone(void)
{
	int lock = record_lock_open(), fd;

	if (lock < 0)
		return -1;
	close(lock);
	fd = open(RUN_DIR "/follow.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err(RUN_DIR "/follow.lock cannot be opened: %s",
			   strerror(errno));
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	close(fd);
	return err("another ipstctl follow runs already: stop it first");
}

static int follow_open(struct follow *follow)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	follow->signals = signalfd(-1, &signals, SFD_CLOEXEC);
	follow->uevents = uevent_open();
	follow->records = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (follow->signals < 0 || follow->uevents < 0 ||
	    inotify_add_watch(follow->records, RUN_DIR, IN_MOVED_TO) < 0)
		return err("the kernel's events cannot be had: %s",
			   strerror(errno));
	return paths_load(&follow->paths);
}

static int follow_run(struct cmd_call *call)
{
	struct follow *follow = calloc(1, sizeof(*follow));
	int lock = open_alone(), ret = -1;

	if (follow && lock >= 0) {
		follow->json = call->json;
		ret = follow_open(follow);
	}
	if (!ret) {
		/* What has grown while nobody followed. */
		follow_size(follow->json, 0);
		follow_loop(follow);
		close_services(follow, NULL);
		paths_exit(&follow->paths);
		discovery_exit(&follow->discovery);
	}
	free(follow);
	return ret || ferror(stdout) ? EXIT_FAILED : EXIT_DONE;
}

static const struct cmd_option follow_options[] = { { } };

const struct cmd_verb follow_command = {
	.name = "follow",
	.args = "",
	.help = "keep paths as discovery tells, and pass on sizes",
	.options = follow_options,
	.run = follow_run,
};
