// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of type nvme-tcp: what the command line and state documents ask of them.
 * export.c has the steps.
 */
#include <string.h>

#include "ipstctl.h"
#include "state.h"

/* A list with commas. */
static void add_list(json_object *want, const char *key, const char *text)
{
	json_object *list = json_object_new_array();
	size_t len;

	for (; text; text = text[len] ? text + len + 1 : NULL) {
		len = strcspn(text, ",");
		json_object_array_add(list, json_object_new_string_len(text, len));
	}
	json_object_object_add(want, key, list);
}

static int wish_check(struct cmd_call *call)
{
	if (!cmd_value(call, "listen"))
		return cmd_usage(call, "device add --type nvme-tcp needs --listen "
				 "ADDR[:PORT], an address of this box");
	if (cmd_value(call, "allow-host") && cmd_flag(call, "allow-any"))
		return cmd_usage(call, "--allow-host and --allow-any exclude each other");
	if (!cmd_value(call, "allow-host") && !cmd_flag(call, "allow-any"))
		return cmd_usage(call, "device add --type nvme-tcp needs --allow-host "
				 "NQN[,NQN...], the hosts that are let in, or "
				 "--allow-any for all that reach it");
	return EXIT_DONE;
}

static void wish_fill(struct cmd_call *call, json_object *want)
{
	json_object *any = json_object_new_boolean(cmd_flag(call, "allow-any"));
	const char *volume = cmd_value(call, "volume");

	out_add_string(want, "name", call->argv[0]);
	add_list(want, "listen", cmd_value(call, "listen"));
	add_list(want, "allow_hosts", cmd_value(call, "allow-host"));
	json_object_object_add(want, "allow_any", any);
	add_list(want, "volumes", volume);
}

static const char *option_of(const char *key)
{
	return !strcmp(key, "allow_hosts") ? "allow-host" :
	       !strcmp(key, "volumes") ? "volume" : key;
}

static int wish_parse(struct cmd_call *call, json_object *want)
{
	json_object *value;
	const char *key, *why;
	int ret = wish_check(call);

	if (ret)
		return ret;
	wish_fill(call, want);
	why = export_check(want, &key, &value);
	if (!why)
		return EXIT_DONE;
	if (!value)
		return cmd_usage(call, "--%s %s", option_of(key), why);
	if (json_object_is_type(value, json_type_object))
		value = state_get(value, "volume");
	return cmd_usage(call, "--%s \"%s\" %s", option_of(key),
			 json_object_get_string(value), why);
}

static int check_same(const char *name, json_object *have, json_object *want)
{
	static const struct {
		const char *key, *option;
	} keys[] = { { "listen", "listen" }, { "allow_hosts", "allow-host" } };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		json_object *there = state_get(have, keys[i].key);
		json_object *value = state_get(want, keys[i].key);

		if (!export_is_same(keys[i].key, there, value))
			return err("device %s exists, but --%s differs (it is %s, not "
				   "%s): device del it first, or choose another name",
				   name, keys[i].option,
				   json_object_get_string(there),
				   json_object_get_string(value));
	}
	if (strcmp(state_text(have, "allow_any"), state_text(want, "allow_any")))
		return err("device %s exists, but --allow-any differs: device del it "
			   "first, or choose another name", name);
	return 0;
}

/* Of a device that is there: volumes come to it, nothing else changes. */
static int add_again(json_object *want, bool *changed)
{
	const char *name = state_text(want, "name");
	json_object *have = export_load(name);
	json_object *list = state_get(want, "volumes");
	int ret = check_same(name, have, want);
	struct volume vol;
	bool attached;

	json_object_put(have);
	*changed = false;
	for (size_t i = 0; !ret && i < json_object_array_length(list); i++) {
		ret = volume_find(state_text(json_object_array_get_idx(list, i),
					     "volume"), &vol) ||
		      export_attach(name, &vol, &attached) ? -1 : 0;
		*changed |= !ret && attached;
	}
	return ret;
}

static int add(json_object *want, bool *changed)
{
	const char *name = state_text(want, "name");

	if (record_lock() || device_check_type(name, &nvme_tcp_type) ||
	    configfs_start_tcp())
		return -1;
	if (export_is_made(name))
		return add_again(want, changed);
	*changed = true;
	return export_create(want);
}

static int nvme_tcp_add(struct cmd_call *call, bool *changed)
{
	json_object *want = json_object_new_object();
	int ret = wish_parse(call, want);

	if (!ret)
		ret = add(want, changed) ? EXIT_FAILED : EXIT_DONE;
	json_object_put(want);
	return ret;
}

static int nvme_tcp_attach(const char *name, const struct volume *vol,
			   bool *changed)
{
	if (!export_is_made(name))
		return err("device %s is incomplete: repeat its device add, or device del it",
			   name);
	return export_attach(name, vol, changed);
}

/* What is not wanted any more, or not with this nsid, goes first. */
static int nvme_tcp_make_room(json_object *have, json_object *want)
{
	json_object *list = state_get(have, "volumes");
	const char *name = state_text(have, "name");

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *item = json_object_array_get_idx(list, i);

		if (!export_wants(want, item) &&
		    export_detach_nsid(name, out_number(item, "nsid")))
			return -1;
	}
	return 0;
}

static int nvme_tcp_put(json_object *have, json_object *want)
{
	const char *name = state_text(want, "name");

	if (device_check_type(name, &nvme_tcp_type) || configfs_start_tcp())
		return -1;
	return export_is_made(name) ? export_change(want, have) :
				      export_create(want);
}

static const char *const options[] = {
	"listen", "allow-host", "allow-any", NULL
};

const struct device_type nvme_tcp_type = {
	.name = EXPORT_TYPE,
	.options = options,
	.is_there = export_is_there,
	.has_rest = export_has_rest,
	.add = nvme_tcp_add,
	.attach = nvme_tcp_attach,
	.detach = export_detach,
	.remove = export_remove,
	.make_room = nvme_tcp_make_room,
	.put = nvme_tcp_put,
};
