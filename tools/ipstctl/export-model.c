// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON objects of nvme-tcp devices, and what people see of them: lists are put
 * into few words.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ipstctl.h"
#include "state.h"

#define ROW_VOLUMES_MAX 3	/* more are only counted */

static void put_text(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

/* What the namespace alone does not know. */
static void add_volume(json_object *ns)
{
	struct volume vol;
	struct disk disk;
	bool found;

	put_text(ns, "state", json_object_get_boolean(state_get(ns, "enabled")) ?
			      "live" : "disabled");
	json_object_object_del(ns, "enabled");
	/* The records are root's. */
	if (!geteuid() &&
	    !record_find_uuid(out_string(ns, "uuid"), NULL, &vol, &found) && found)
		out_add_string(ns, "volume", vol.name);
	if (access(out_string(ns, "disk"), F_OK) ||
	    disk_probe(out_string(ns, "disk"), &disk))
		return;
	json_object_object_add(ns, "size",
			       json_object_new_uint64(disk.size_bytes));
}

json_object *export_model(const char *name)
{
	json_object *object = export_load(name);
	json_object *list = state_get(object, "volumes");
	const char *state = "disabled";
	char nqn[NQN_LEN];

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *ns = json_object_array_get_idx(list, i);

		add_volume(ns);
		if (!strcmp(out_string(ns, "state"), "live"))
			state = "live";
	}
	put_text(object, "type", "nvme_tcp");
	put_text(object, "state", export_is_made(name) ? state : "incomplete");
	attach_nqn(name, nqn);
	put_text(object, "subsys_nqn", nqn);
	return object;
}

static const char *ns_name(json_object *ns)
{
	const char *name = out_string(ns, "volume");

	return *name ? name : out_string(ns, "uuid");
}

static void describe_row(json_object *object, json_object *volumes)
{
	json_object *listen = state_get(object, "listen");
	size_t n = json_object_array_length(volumes), len = 0;
	char text[ROW_VOLUMES_MAX * (NAME_LEN + 2)] = "";

	snprintf(text, sizeof(text), "%zu volumes", n);
	for (size_t i = 0; i < n && n <= ROW_VOLUMES_MAX; i++)
		len += snprintf(text + len, sizeof(text) - len, "%s%s",
				i ? ", " : "",
				ns_name(json_object_array_get_idx(volumes, i)));
	if (n)
		put_text(object, "volume", text);
	*text = '\0';
	snprintf(text, sizeof(text), "%s%s", out_item(listen, 0),
		 json_object_array_length(listen) > 1 ? ", ..." : "");
	out_add_string(object, "disk", text);
}

void export_describe(json_object *object, bool is_row)
{
	json_object *volumes = state_get(object, "volumes"), *texts;
	char text[NAME_LEN + 16];

	if (!volumes)
		return;
	if (is_row) {
		describe_row(object, volumes);
		return;
	}
	texts = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(volumes); i++) {
		json_object *ns = json_object_array_get_idx(volumes, i);

		snprintf(text, sizeof(text), "%s %s", out_string(ns, "nsid"),
			 ns_name(ns));
		json_object_array_add(texts, json_object_new_string(text));
	}
	json_object_object_add(object, "volumes", texts);
}
