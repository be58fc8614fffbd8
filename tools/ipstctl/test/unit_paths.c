// SPDX-License-Identifier: GPL-2.0
/* What paths-file.c counts as a reconnect; the kernel is played here. */
#include <string.h>

#include "ipstctl.h"
#include "ktap.h"
#include "paths-file.h"

static char ctrl_now[CTRL_LEN], state_now[32];

bool nvme_path_is_same(const struct path *a, const struct path *b)
{
	return !strcmp(a->traddr, b->traddr);
}

bool nvme_path_find(const struct volume *vol, const struct path *path,
		    char ctrl[CTRL_LEN])
{
	(void)vol;
	(void)path;
	strcpy(ctrl, ctrl_now);
	return *ctrl;
}

void nvme_ctrl_state(const char *ctrl, char *state, size_t len)
{
	(void)ctrl;
	snprintf(state, len, "%s", state_now);
}

static struct volume vols[2];
static struct paths paths;

/* How it is now; how many there have been. */
static int64_t look(const char *ctrl, const char *state)
{
	strcpy(ctrl_now, ctrl);
	strcpy(state_now, state);
	paths_look(&paths, vols, 2);
	return paths.seen[0].reconnects;
}

/* Long after all before. */
static void event(const char *ctrl)
{
	paths.seen[0].live_ms -= 5000;
	paths_connected(&paths, ctrl);
}

int main(void)
{
	ktap_begin();
	for (int i = 0; i < 2; i++) {
		volume_init(&vols[i], "v");
		strcpy(vols[i].nqn, "nqn.a");
		vols[i].n_paths = 1;
		strcpy(vols[i].paths[0].traddr, "10.0.0.1");
	}
	ok(look("", "") == 0, "what is not connected");
	ok(look("nvme1", "connecting") == 0 && look("nvme1", "live") == 0,
	   "the first connection is none");
	paths_connected(&paths, "nvme1");
	ok(look("nvme1", "live") == 0, "nor is its uevent");
	ok(look("nvme1", "resetting") == 0 && look("nvme1", "live") == 1,
	   "one that was seen");
	paths_connected(&paths, "nvme1");
	ok(look("nvme1", "live") == 1, "its uevent is not another one");
	event("nvme1");
	ok(look("nvme1", "live") == 2, "one that only the uevent tells of");
	event("nvme2");
	ok(look("nvme1", "live") == 2, "not that of another controller");
	ok(look("", "") == 2 && look("nvme3", "live") == 3,
	   "another controller after a loss");
	ok(look("nvme4", "live") == 4, "another controller at once");
	ok(paths.n_seen == 1, "two volumes on one path count once");
	strcpy(vols[1].settings[VSET_HOST_NQN], "nqn.other");
	look("nvme4", "live");
	ok(paths.n_seen == 2 && paths.seen[1].reconnects == 0,
	   "another host is another path");
	vols[1].n_paths = 0;
	look("nvme4", "live");
	ok(paths.n_seen == 1, "what nobody needs is forgotten");
	paths_exit(&paths);
	return ktap_end();
}
