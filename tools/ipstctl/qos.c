// SPDX-License-Identifier: GPL-2.0
/*
 * ipstctl qos: how fast devices, and groups of devices, may be. The kernel has
 * the limits; nothing is kept here.
 */
#include <stdio.h>
#include <string.h>

#include "ipstctl.h"
#include "state.h"

static const struct out_column columns[] = {
	{ .key = "name", .title = "DEVICE" },
	{ .key = "group", .title = "GROUP" },
	{ .key = "rw_iops", .title = "RW_IOPS", .form = OUT_LIMIT },
	{ .key = "r_iops", .title = "R_IOPS", .form = OUT_LIMIT },
	{ .key = "w_iops", .title = "W_IOPS", .form = OUT_LIMIT },
	{ .key = "rw_bps", .title = "RW_BPS", .form = OUT_LIMIT },
	{ .key = "r_bps", .title = "R_BPS", .form = OUT_LIMIT },
	{ .key = "w_bps", .title = "W_BPS", .form = OUT_LIMIT },
	{ .key = "burst_ms", .title = "BURST_MS" },
	{ .key = "weight", .title = "WEIGHT" },
	{ }
};

/* A device, or else a group, or else all there is. */
struct target {
	const char *device;
	const char *group;
};

/* Who is meant; the words behind that begin at @at. */
static int target_parse(struct cmd_call *call, struct target *target, int *at)
{
	const char *why;

	*target = (struct target){ .group = cmd_value(call, "group") };
	*at = !target->group && call->argc && !strchr(call->argv[0], '=');
	if (*at)
		target->device = call->argv[0];
	if (target->group || !target->device)
		why = target->group ? name_check(target->group) : NULL;
	else
		why = name_check(target->device);
	if (why)
		return cmd_usage(call, "%s name \"%s\" %s",
				 target->group ? "group" : "device",
				 target->group ?: target->device, why);
	return target->device && device_check_virtio(call->title, target->device) ?
		       EXIT_FAILED : EXIT_DONE;
}

/* One that must be given. */
static int target_need(struct cmd_call *call, struct target *target, int *at)
{
	int ret = target_parse(call, target, at);

	if (!ret && !target->device && !target->group)
		return cmd_usage(call, "%s needs the NAME of a device, or --group",
				 call->title);
	return ret;
}

static bool has_value(json_object *object, const char *key, uint64_t value)
{
	json_object *have;

	return json_object_object_get_ex(object, key, &have) &&
	       json_object_get_uint64(have) == value;
}

static bool has_group(json_object *object, const char *group)
{
	json_object *have;

	if (!json_object_object_get_ex(object, "group", &have))
		return !*group;
	return !strcmp(json_object_get_string(have), group);
}

static bool has_limits(json_object *object, const struct limits *limits)
{
	for (int i = 0; i < LIMIT_COUNT; i++)
		if (limits->is_given[i] &&
		    !has_value(object, limits_key(i), limits->values[i]))
			return false;
	return !limits->has_group || has_group(object, limits->group);
}

/* Keys that say nothing of no limit are a kernel's choice, not the reader's. */
static void fill(json_object *object)
{
	bool is_device = json_object_object_get_ex(object, "name", NULL);

	for (int i = 0; i < (is_device ? LIMIT_COUNT : LIMIT_WEIGHT); i++)
		if (!json_object_object_get_ex(object, limits_key(i), NULL))
			json_object_object_add(object, limits_key(i),
					       json_object_new_uint64(limits_default(i)));
}

json_object *qos_list(const char *device, const char *group)
{
	json_object *array = json_object_new_array();

	if (nl_qos_get(device, group, array)) {
		json_object_put(array);
		return NULL;
	}
	for (size_t i = 0; i < json_object_array_length(array); i++)
		fill(json_object_array_get_idx(array, i));
	return array;
}

json_object *qos_get(const char *device, const char *group)
{
	json_object *array = qos_list(device, group), *one;

	if (!array)
		return NULL;
	one = json_object_get(json_object_array_get_idx(array, 0));
	json_object_put(array);
	if (!one)
		err("there is no %s %s: ipstctl %s show lists them",
		    device ? "device" : "group", device ?: group,
		    device ? "device" : "group");
	return one;
}

int qos_put(const char *device, const char *group, const struct limits *limits,
	    bool *changed)
{
	json_object *have = qos_get(device, group);

	if (!have)
		return -1;
	*changed = !has_limits(have, limits);
	json_object_put(have);
	return *changed ? nl_qos_set(device, group, limits) : 0;
}

int qos_put_state(const char *device, const char *group, json_object *item)
{
	struct limits limits;
	bool changed;

	state_limits(state_get(item, "qos"), &limits);
	return qos_put(device, group, &limits, &changed);
}

static int qos_change(struct cmd_call *call, const struct target *target,
		      const struct limits *limits, const char *result)
{
	json_object *object;
	bool changed;

	if (record_lock() ||
	    qos_put(target->device, target->group, limits, &changed))
		return EXIT_FAILED;
	object = qos_get(target->device, target->group);
	out_result(call->json, target->device ? "limits of device" :
					   "limits of group",
		   target->device ?: target->group,
		   changed ? result : "unchanged", object);
	json_object_put(object);
	return EXIT_DONE;
}

static int qos_set(struct cmd_call *call)
{
	struct limits limits = { };
	struct target target;
	const char *why;
	int at, ret;

	ret = target_need(call, &target, &at);
	if (ret)
		return ret;
	if (at == call->argc)
		return cmd_usage(call, "which limits? As in rw_iops=20k r_bps=200M");
	for (; at < call->argc; at++) {
		why = limits_parse(call->argv[at], target.group, &limits);
		if (why)
			return cmd_usage(call, "\"%s\" %s", call->argv[at], why);
	}
	return qos_change(call, &target, &limits, "set");
}

static int qos_clear(struct cmd_call *call)
{
	struct limits limits;
	struct target target;
	int at, ret;

	ret = target_need(call, &target, &at);
	if (ret)
		return ret;
	if (at != call->argc)
		return cmd_usage(call, "%s takes a NAME or --group, not both",
				 call->title);
	limits_clear(&limits);
	return qos_change(call, &target, &limits, "cleared");
}

static int qos_show(struct cmd_call *call)
{
	struct target target;
	json_object *array;
	int at, ret;

	ret = target_parse(call, &target, &at);
	if (ret)
		return ret;
	if (at != call->argc)
		return cmd_usage(call, "%s takes a NAME or --group, not both",
				 call->title);
	array = qos_list(target.device, target.group);
	if (!array)
		return EXIT_FAILED;
	ret = EXIT_DONE;
	if ((target.device || target.group) && !json_object_array_length(array)) {
		err("there is no %s %s", target.device ? "device" : "group",
		    target.device ?: target.group);
		ret = EXIT_FAILED;
	} else {
		out_table(call->json, array, columns);
	}
	json_object_put(array);
	return ret;
}

static const struct cmd_option group_option[] = {
	{ "group", "G", "of a group, instead of a device" },
	{ }
};

const struct cmd_verb qos_verbs[] = {
	{
		.name = "set",
		.args = "[NAME] KEY=VALUE...",
		.min_args = 1,
		.max_args = -1,
		.help = "change limits; the others stay",
		.options = group_option,
		.run = qos_set,
	},
	{
		.name = "show",
		.args = "[NAME]",
		.max_args = 1,
		.help = "list limits of all devices and groups, or of one",
		.options = group_option,
		.run = qos_show,
	},
	{
		.name = "clear",
		.args = "[NAME]",
		.max_args = 1,
		.help = "lift all limits; group and weight stay",
		.options = group_option,
		.run = qos_clear,
	},
	{ }
};
