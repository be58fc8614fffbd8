// SPDX-License-Identifier: GPL-2.0
/* ipstctl device: the disks that this box hands out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"

static const struct out_column columns[] = {
	{ .key = "name", .title = "NAME" },
	{ .key = "type", .title = "TYPE" },
	{ .key = "state", .title = "STATE" },
	{ .key = "paused", .title = "PAUSED", .form = OUT_YES_NO },
	{ .key = "mode", .title = "MODE" },
	{ .key = "size", .title = "SIZE", .form = OUT_BYTES },
	{ .key = "block_size", .title = "", .is_detail = true,
	  .form = OUT_BYTES },
	{ .key = "read_only", .title = "", .is_detail = true,
	  .form = OUT_YES_NO },
	{ .key = "volume", .title = "VOLUME" },
	{ .key = "chardev", .else_key = "disk", .title = "NODE" },
	{ .key = "disk", .title = "", .is_detail = true },
	{ .key = "num_queues", .title = "", .is_detail = true },
	{ .key = "queue_size", .title = "", .is_detail = true },
	{ .key = "serial", .title = "", .is_detail = true },
	{ .key = "uuid", .title = "", .is_detail = true },
	{ .key = "subsys_nqn", .title = "", .is_detail = true },
	{ .key = "nsid", .title = "", .is_detail = true },
	{ .key = "host_nqn", .title = "", .is_detail = true },
	{ .key = "busy_poll_us", .title = "", .is_detail = true },
	{ .key = "cpus", .title = "", .is_detail = true },
	{ .key = "qemu", .title = "", .is_detail = true },
	{ }
};

static int check_words(struct cmd_call *call)
{
	const char *type = cmd_value(call, "type");
	const char *volume = cmd_value(call, "volume");

	if (!type)
		return cmd_usage(call, "device add needs --type virtio-blk");
	if (strcmp(type, "virtio-blk"))
		return cmd_usage(call, "--type \"%s\" is not known: use virtio-blk",
				 type);
	if (volume && name_check(volume))
		return cmd_usage(call, "volume name \"%s\" %s", volume,
				 name_check(volume));
	return EXIT_DONE;
}

static int wish_parse(struct cmd_call *call, struct device_wish *wish)
{
	device_wish(wish, call->argv[0]);
	wish->volume = cmd_value(call, "volume");
	for (int i = 0; i < SET_COUNT; i++) {
		const struct setting *set = &device_settings[i];
		const char *value = cmd_value(call, set->option), *why;

		if (!value)
			continue;
		wish->is_given[i] = true;
		wish->values[i] = set->flag ?: value;
		why = set->check(wish->values[i]);
		if (why)
			return cmd_usage(call, "--%s \"%s\" %s", set->option,
					 value, why);
	}
	return EXIT_DONE;
}

static int device_report(struct cmd_call *call, const char *name,
			 const char *result)
{
	json_object *object = model_device(name);

	out_result(call->json, "device", name, result, object);
	json_object_put(object);
	return EXIT_DONE;
}

int device_check_name(struct cmd_call *call)
{
	const char *why = name_check(call->argv[0]);

	return why ? cmd_usage(call, "device name \"%s\" %s", call->argv[0],
			       why) : EXIT_DONE;
}

static int device_add(struct cmd_call *call)
{
	struct device_wish wish;
	bool changed;
	int ret;

	ret = device_check_name(call) ?: check_words(call) ?: wish_parse(call, &wish);
	if (ret)
		return ret;
	if (record_lock() || configfs_start_mode(cmd_flag(call, "local")) ||
	    device_make(&wish, &changed))
		return EXIT_FAILED;
	return device_report(call, wish.name, changed ? "added" : "unchanged");
}

static int device_show(struct cmd_call *call)
{
	json_object *array, *one;
	int ret;

	if (!call->argc) {
		array = model_devices();
		if (!array)
			return EXIT_FAILED;
		out_table(call->json, array, columns);
		json_object_put(array);
		return EXIT_DONE;
	}
	ret = device_check_name(call);
	if (ret)
		return ret;
	one = model_device(call->argv[0]);
	if (!one) {
		err("there is no device %s: ipstctl device show lists them",
		    call->argv[0]);
		return EXIT_FAILED;
	}
	array = json_object_new_array();
	json_object_array_add(array, one);
	out_details(call->json, array, columns);
	json_object_put(array);
	return EXIT_DONE;
}

/* Without its directory a device may still have left a subsystem. */
static bool device_is_there(const char *name)
{
	char nqn[NQN_LEN];

	attach_nqn(name, nqn);
	return configfs_device_exists(name) || configfs_subsys_exists(nqn);
}

static int device_del(struct cmd_call *call)
{
	const char *name = call->argv[0];
	int ret = device_check_name(call);
	bool found;

	if (ret)
		return ret;
	if (record_lock())
		return EXIT_FAILED;
	found = device_is_there(name);
	if (!found && !cmd_flag(call, "if-exists")) {
		err("there is no device %s", name);
		return EXIT_FAILED;
	}
	if (found && device_remove(name))
		return EXIT_FAILED;
	record_unmark(name);
	out_result(call->json, "device", name, found ? "deleted" : "absent",
		   NULL);
	return EXIT_DONE;
}

static int need_device(const char *name)
{
	if (configfs_device_exists(name))
		return 0;
	return err("there is no device %s: ipstctl device add it first", name);
}

static int device_start(const char *name)
{
	char mode[ATTR_LEN];

	configfs_device_get(name, "mode", mode);
	return configfs_start_mode(!strcmp(mode, "local"));
}

static int device_attach(struct cmd_call *call)
{
	const char *name = call->argv[0];
	bool replace = cmd_flag(call, "replace");
	struct volume vol;
	bool changed;
	int ret = device_check_name(call);

	if (ret)
		return ret;
	if (name_check(call->argv[1]))
		return cmd_usage(call, "volume name \"%s\" %s", call->argv[1],
				 name_check(call->argv[1]));
	if (record_lock() || need_device(name) ||
	    volume_find(call->argv[1], &vol))
		return EXIT_FAILED;
	if (replace ? replace_volume(name, &vol, &changed) :
		      device_start(name) ||
		      device_attach_volume(name, &vol, &changed))
		return EXIT_FAILED;
	return device_report(call, name, !changed ? "unchanged" :
					 replace ? "replaced" : "attached");
}

static int device_detach(struct cmd_call *call)
{
	const char *name = call->argv[0];
	char nqn[NQN_LEN];
	bool attached;
	int ret = device_check_name(call);

	if (ret)
		return ret;
	if (record_lock() || need_device(name))
		return EXIT_FAILED;
	attach_nqn(name, nqn);
	attached = configfs_subsys_exists(nqn) || configfs_device_nqn(name, nqn);
	if (attached && attach_undo(name))
		return EXIT_FAILED;
	return device_report(call, name, attached ? "detached" : "unchanged");
}

static int device_set_paused(struct cmd_call *call, const char *value,
			     const char *result)
{
	const char *name = call->argv[0];
	bool changed;
	char have[ATTR_LEN];
	int ret = device_check_name(call);

	if (ret)
		return ret;
	if (record_lock() || need_device(name) || replace_check_done(name))
		return EXIT_FAILED;
	configfs_device_get(name, "paused", have);
	changed = strcmp(have, value);
	if (changed && configfs_device_set(name, "paused", value))
		return EXIT_FAILED;
	return device_report(call, name, changed ? result : "unchanged");
}

static int device_pause(struct cmd_call *call)
{
	return device_set_paused(call, "1", "paused");
}

static int device_resume(struct cmd_call *call)
{
	return device_set_paused(call, "0", "resumed");
}

static const struct cmd_option no_options[] = { { } };

static const struct cmd_option add_options[] = {
	{ "type", "T", "what the host sees: virtio-blk" },
	{ "volume", "V", "attach this volume at once" },
	{ "local", NULL, "a disk of this box, /dev/vdX, instead of a VM's" },
	{ "queues", "N", "virtqueues, 1 to 64 (default: CPUs, at most 4)" },
	{ "queue-size", "N", "descriptors of a queue, 2 to 1024 (256)" },
	{ "read-only", NULL, "refuse writes" },
	{ "serial", "S", "serial number, up to 20 bytes (from the UUID)" },
	{ "host-nqn", "Q", "NQN that nvmet sees the device as" },
	{ "busy-poll-us", "N", "poll so long before sleeping, 0 to 1000 (0)" },
	{ "cpus", "LIST", "CPUs of the workers, as 0-3,8 (all)" },
	{ }
};

_Static_assert(ARRAY_SIZE(add_options) - 1 <= CMD_OPTIONS_MAX,
	       "enlarge CMD_OPTIONS_MAX");

static const struct cmd_option del_options[] = {
	{ "if-exists", NULL, "succeed if there is no such device" },
	{ }
};

static const struct cmd_option attach_options[] = {
	{ "replace", NULL, "instead of the one it has; I/O waits meanwhile" },
	{ }
};

const struct cmd_verb device_verbs[] = {
	{
		.name = "add",
		.args = "NAME",
		.min_args = 1,
		.max_args = 1,
		.help = "make a device, with a volume or without",
		.options = add_options,
		.run = device_add,
	},
	{
		.name = "show",
		.args = "[NAME]",
		.max_args = 1,
		.help = "list devices, or tell all of one",
		.options = no_options,
		.run = device_show,
	},
	{
		.name = "del",
		.args = "NAME",
		.min_args = 1,
		.max_args = 1,
		.help = "remove a device; its volume stays",
		.options = del_options,
		.run = device_del,
	},
	{
		.name = "attach",
		.args = "NAME VOLUME",
		.min_args = 2,
		.max_args = 2,
		.help = "put a volume behind a device, and enable it",
		.options = attach_options,
		.run = device_attach,
	},
	{
		.name = "detach",
		.args = "NAME",
		.min_args = 1,
		.max_args = 1,
		.help = "disable a device, and take its volume away",
		.options = no_options,
		.run = device_detach,
	},
	{
		.name = "pause",
		.args = "NAME",
		.min_args = 1,
		.max_args = 1,
		.help = "hold I/O back; the host waits",
		.options = no_options,
		.run = device_pause,
	},
	{
		.name = "resume",
		.args = "NAME",
		.min_args = 1,
		.max_args = 1,
		.help = "let I/O go on",
		.options = no_options,
		.run = device_resume,
	},
	{ }
};
