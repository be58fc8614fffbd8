// SPDX-License-Identifier: GPL-2.0
/* ipstctl group: tenants, whose devices share limits; see qos.c for these. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"

static const struct out_column columns[] = {
	{ .key = "name", .title = "NAME" },
	{ .key = "devices", .title = "DEVICES", .form = OUT_LIST },
	{ }
};

static int check_name(struct cmd_call *call)
{
	const char *why = name_check(call->argv[0]);

	return why ? cmd_usage(call, "group name \"%s\" %s", call->argv[0],
			       why) : EXIT_DONE;
}

static bool is_member(json_object *qos, const char *group)
{
	json_object *have;

	return json_object_object_get_ex(qos, "name", NULL) &&
	       json_object_object_get_ex(qos, "group", &have) &&
	       !strcmp(json_object_get_string(have), group);
}

/* A reference to the value of @key. */
static json_object *get(json_object *object, const char *key)
{
	return json_object_get(json_object_object_get(object, key));
}

/* @qos: of all devices. */
static json_object *group_model(const char *name, json_object *qos)
{
	json_object *object = json_object_new_object();
	json_object *devices = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(qos); i++) {
		json_object *one = json_object_array_get_idx(qos, i);

		if (is_member(one, name))
			json_object_array_add(devices, get(one, "name"));
	}
	out_add_string(object, "name", name);
	json_object_object_add(object, "devices", devices);
	return object;
}

static int show_all(json_object *array, json_object *qos)
{
	char (*names)[NAME_LEN];
	int n = configfs_group_list(&names);

	for (int i = 0; i < n; i++)
		json_object_array_add(array, group_model(names[i], qos));
	free(names);
	return 0;
}

static int show_one(const char *name, json_object *array, json_object *qos)
{
	if (!configfs_group_exists(name))
		return err("there is no group %s: ipstctl group show lists them",
			   name);
	json_object_array_add(array, group_model(name, qos));
	return 0;
}

static int group_show(struct cmd_call *call)
{
	json_object *array, *qos;
	int ret = call->argc ? check_name(call) : EXIT_DONE;

	if (ret)
		return ret;
	qos = qos_list(NULL, NULL);
	if (!qos)
		return EXIT_FAILED;
	array = json_object_new_array();
	ret = call->argc ? show_one(call->argv[0], array, qos) :
			   show_all(array, qos);
	if (!ret)
		out_table(call->json, array, columns);
	json_object_put(array);
	json_object_put(qos);
	return ret ? EXIT_FAILED : EXIT_DONE;
}

static int group_add(struct cmd_call *call)
{
	const char *name = call->argv[0];
	int ret = check_name(call);
	bool found;

	if (ret)
		return ret;
	if (record_lock() || configfs_start())
		return EXIT_FAILED;
	found = configfs_group_exists(name);
	if (!found && configfs_group_create(name))
		return EXIT_FAILED;
	out_result(call->json, "group", name, found ? "unchanged" : "added",
		   NULL);
	return EXIT_DONE;
}

static int group_del(struct cmd_call *call)
{
	const char *name = call->argv[0];
	int ret = check_name(call);
	bool found;

	if (ret)
		return ret;
	if (record_lock())
		return EXIT_FAILED;
	found = configfs_group_exists(name);
	if (!found && !cmd_flag(call, "if-exists")) {
		err("there is no group %s", name);
		return EXIT_FAILED;
	}
	if (found && configfs_group_remove(name))
		return EXIT_FAILED;
	out_result(call->json, "group", name, found ? "deleted" : "absent",
		   NULL);
	return EXIT_DONE;
}

static const struct cmd_option no_options[] = { { } };

static const struct cmd_option del_options[] = {
	{ "if-exists", NULL, "succeed if there is no such group" },
	{ }
};

const struct cmd_verb group_verbs[] = {
	{
		.name = "add",
		.args = "NAME",
		.min_args = 1,
		.max_args = 1,
		.help = "make a group, with no limits and no devices",
		.options = no_options,
		.run = group_add,
	},
	{
		.name = "show",
		.args = "[NAME]",
		.max_args = 1,
		.help = "list groups and their devices",
		.options = no_options,
		.run = group_show,
	},
	{
		.name = "del",
		.args = "NAME",
		.min_args = 1,
		.max_args = 1,
		.help = "remove a group that has no devices",
		.options = del_options,
		.run = group_del,
	},
	{ }
};
