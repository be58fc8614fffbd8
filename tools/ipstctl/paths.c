// SPDX-License-Identifier: GPL-2.0
/*
 * ipstctl volume paths: how each connection of a volume is, from sysfs alone,
 * so that it answers while targets do not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"
#include "paths-file.h"

#define FOR_EVER "off"	/* as the kernel spells it */

static const struct out_column columns[] = {
	{ .key = "volume", .title = "VOLUME" },
	{ .key = "traddr", .title = "ADDRESS" },
	{ .key = "trsvcid", .title = "PORT" },
	{ .key = "ctrl", .title = "CTRL" },
	{ .key = "state", .title = "STATE" },
	{ .key = "ana_state", .title = "ANA STATE" },
	{ .key = "io_policy", .title = "POLICY" },
	{ .key = "queues", .title = "QUEUES" },
	{ .key = "reconnects", .title = "RECONNECTS" },
	{ }
};

static void add_number(json_object *object, const char *key, long value)
{
	json_object_object_add(object, key, json_object_new_int64(value));
}

static void add_ctrl(json_object *object, const struct volume *vol,
		     const char *ctrl)
{
	static const struct {
		const char *key, *attr;
	} numbers[] = {
		{ "keep_alive_tmo", "kato" },
		{ "ctrl_loss_tmo", "ctrl_loss_tmo" },
		{ "fast_io_fail_tmo", "fast_io_fail_tmo" },
		{ "reconnect_delay", "reconnect_delay" },
	};
	char value[ATTR_LEN];

	out_add_string(object, "ctrl", ctrl);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (nvme_ctrl_attr(ctrl, numbers[i].attr, value))
			add_number(object, numbers[i].key,
				   strcmp(value, FOR_EVER) ? atol(value) : -1);
	/* One of them is for administration. */
	if (nvme_ctrl_attr(ctrl, "queue_count", value) && atol(value) > 1)
		add_number(object, "queues", atol(value) - 1);
	if (nvme_path_attr(ctrl, vol->nsid, "ana_state", value))
		out_add_string(object, "ana_state", value);
}

/* Path @i, as part of its volume. */
json_object *paths_model(const struct volume *vol, int i)
{
	json_object *object = json_object_new_object();
	const struct path *path = &vol->paths[i];
	char ctrl[CTRL_LEN], state[32] = "not connected";
	int64_t reconnects = paths_reconnects(vol, i);

	out_add_string(object, "traddr", path->traddr);
	out_add_string(object, "trsvcid", path->trsvcid);
	if (nvme_path_find(vol, path, ctrl)) {
		add_ctrl(object, vol, ctrl);
		nvme_ctrl_state(ctrl, state, sizeof(state));
	}
	out_add_string(object, "state", state);
	if (reconnects >= 0)
		add_number(object, "reconnects", reconnects);
	json_object_object_add(object, "owned",
			       json_object_new_boolean(path->owned));
	return object;
}

static void list_paths(const struct volume *vol, json_object *array)
{
	char policy[ATTR_LEN] = "";
	json_object *object;

	if (vol->n_paths)
		nvme_io_policy(vol->nqn, policy);
	for (int i = 0; i < vol->n_paths; i++) {
		object = paths_model(vol, i);
		out_add_string(object, "volume", vol->name);
		out_add_string(object, "io_policy", policy);
		json_object_array_add(array, object);
	}
}

static int list_all(json_object *array)
{
	struct volume *vols;
	int n = record_all(&vols);

	for (int i = 0; i < n; i++)
		list_paths(&vols[i], array);
	free(vols);
	return n < 0 ? -1 : 0;
}

int paths_show(struct cmd_call *call)
{
	json_object *array;
	struct volume vol;
	int ret;

	if (call->argc && name_check(call->argv[0]))
		return cmd_usage(call, "volume name \"%s\" %s", call->argv[0],
				 name_check(call->argv[0]));
	array = json_object_new_array();
	ret = call->argc ? volume_find(call->argv[0], &vol) : list_all(array);
	if (call->argc && !ret)
		list_paths(&vol, array);
	if (!ret)
		out_table(call->json, array, columns);
	json_object_put(array);
	return ret ? EXIT_FAILED : EXIT_DONE;
}
