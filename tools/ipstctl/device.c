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
	{ .key = "listen", .title = "", .is_detail = true, .form = OUT_LIST },
	{ .key = "allow_any", .title = "", .is_detail = true,
	  .form = OUT_YES_NO },
	{ .key = "allow_hosts", .title = "", .is_detail = true,
	  .form = OUT_LIST },
	{ .key = "volumes", .title = "", .is_detail = true, .form = OUT_LIST },
	{ .key = "host_nqn", .title = "", .is_detail = true },
	{ .key = "busy_poll_us", .title = "", .is_detail = true },
	{ .key = "cpus", .title = "", .is_detail = true },
	{ .key = "deep_cpus", .title = "", .is_detail = true },
	{ .key = "qemu", .title = "", .is_detail = true },
	{ }
};

/* Options of another type are no good. */
static int check_options(struct cmd_call *call, const struct device_type *type)
{
	const struct device_type *const *other = device_types;

	for (; *other; other++)
		for (const char *const *option = (*other)->options;
		     *other != type && *option; option++)
			if (cmd_value(call, *option))
				return cmd_usage(call, "--%s is for --type %s only",
						 *option, (*other)->name);
	return EXIT_DONE;
}

static int parse_type(struct cmd_call *call, const struct device_type **type)
{
	const char *name = cmd_value(call, "type");

	if (!name)
		return cmd_usage(call, "device add needs --type virtio-blk or --type nvme-tcp");
	*type = device_type_find(name);
	if (!*type)
		return cmd_usage(call, "--type \"%s\" is not known: use virtio-blk or nvme-tcp",
				 name);
	return check_options(call, *type);
}

static int device_report(struct cmd_call *call, const char *name,
			 const char *result)
{
	json_object *object = model_device(name);

	if (object && !call->json)
		export_describe(object, true);
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

/* Of one that ipst's modules do the I/O of; an EXIT_ code. */
int device_check_io(struct cmd_call *call)
{
	return device_check_name(call) ?:
	       device_check_virtio(call->title, call->argv[0]) ? EXIT_FAILED :
								 EXIT_DONE;
}

static int device_add(struct cmd_call *call)
{
	const struct device_type *type = NULL;
	bool changed;
	int ret = device_check_name(call) ?: parse_type(call, &type);

	if (!ret)
		ret = type->add(call, &changed);
	return ret ?: device_report(call, call->argv[0],
				    changed ? "added" : "unchanged");
}

static int device_show(struct cmd_call *call)
{
	json_object *array, *one;
	int ret;

	if (!call->argc) {
		array = model_devices();
		if (!array)
			return EXIT_FAILED;
		for (size_t i = 0; !call->json && i < json_object_array_length(array); i++)
			export_describe(json_object_array_get_idx(array, i), true);
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
	if (!call->json)
		export_describe(one, false);
	array = json_object_new_array();
	json_object_array_add(array, one);
	out_details(call->json, array, columns);
	json_object_put(array);
	return EXIT_DONE;
}

/* NULL: nothing is left of any such device. */
static const struct device_type *rest_type(const char *name)
{
	const struct device_type *const *type = device_types;

	while (*type && !(*type)->has_rest(name))
		type++;
	return *type;
}

static int device_del(struct cmd_call *call)
{
	const char *name = call->argv[0];
	const struct device_type *type;
	int ret = device_check_name(call);

	if (ret)
		return ret;
	if (record_lock())
		return EXIT_FAILED;
	type = rest_type(name);
	if (!type && !cmd_flag(call, "if-exists")) {
		err("there is no device %s", name);
		return EXIT_FAILED;
	}
	if (type && (type->remove(name) || record_replacing_remove(name)))
		return EXIT_FAILED;
	record_unmark(name);
	out_result(call->json, "device", name, type ? "deleted" : "absent",
		   NULL);
	return EXIT_DONE;
}

static int need_device(const char *name, const struct device_type **type)
{
	*type = device_type_of(name);
	if (*type)
		return 0;
	return rest_type(name) ?
		       err("device %s is incomplete: repeat its device add, or device del it",
			   name) :
		       err("there is no device %s: ipstctl device add it first", name);
}

/* The names of a device and, if it is there, of a volume. */
static int check_names(struct cmd_call *call)
{
	int ret = device_check_name(call);

	if (ret || call->argc < 2 || !name_check(call->argv[1]))
		return ret;
	return cmd_usage(call, "volume name \"%s\" %s", call->argv[1],
			 name_check(call->argv[1]));
}

static int device_attach(struct cmd_call *call)
{
	const char *name = call->argv[0];
	bool replace = cmd_flag(call, "replace");
	const struct device_type *type;
	struct volume vol;
	bool changed;
	int ret = check_names(call);

	if (ret)
		return ret;
	if (record_lock() || need_device(name, &type) ||
	    (replace && device_check_virtio("--replace", name)) ||
	    volume_find(call->argv[1], &vol))
		return EXIT_FAILED;
	if (replace ? replace_volume(name, &vol, &changed) :
		      type->attach(name, &vol, &changed))
		return EXIT_FAILED;
	return device_report(call, name, !changed ? "unchanged" :
					 replace ? "replaced" : "attached");
}

static int device_detach(struct cmd_call *call)
{
	const char *name = call->argv[0];
	const char *volume = call->argc > 1 ? call->argv[1] : NULL;
	const struct device_type *type;
	struct volume vol;
	bool changed;
	int ret = check_names(call);

	if (ret)
		return ret;
	if (record_lock() || need_device(name, &type) ||
	    (volume && volume_find(volume, &vol)) ||
	    type->detach(name, volume ? &vol : NULL, &changed))
		return EXIT_FAILED;
	return device_report(call, name, changed ? "detached" : "unchanged");
}

static int device_set_paused(struct cmd_call *call, const char *value,
			     const char *result)
{
	const char *name = call->argv[0];
	const struct device_type *type;
	bool changed;
	char have[ATTR_LEN];
	int ret = device_check_name(call);

	if (ret)
		return ret;
	if (record_lock() || need_device(name, &type) ||
	    device_check_virtio(call->title, name) || replace_check_done(name))
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
	{ "type", "T", "what the host sees: virtio-blk or nvme-tcp" },
	{ "volume", "V", "attach this volume at once (nvme-tcp: or several, V,V)" },
	{ "local", NULL, "a disk of this box, /dev/vdX, instead of a VM's" },
	{ "queues", "N", "virtqueues, 1 to 64 (default: CPUs, at most 4)" },
	{ "queue-size", "N", "descriptors of a queue, 2 to 1024 (256)" },
	{ "read-only", NULL, "refuse writes" },
	{ "serial", "S", "serial number, up to 20 bytes (from the UUID)" },
	{ "host-nqn", "Q", "NQN that nvmet sees the device as" },
	{ "busy-poll-us", "N", "poll so long before sleeping, 0 to 1000 (0)" },
	{ "cpus", "LIST", "CPUs of the workers, as 0-3,8 (all)" },
	{ "deep-cpus", "LIST", "and while many requests are in flight" },
	{ "listen", "LIST", "nvme-tcp: where, ADDR[:PORT] (port 4420), with commas" },
	{ "allow-host", "LIST", "nvme-tcp: NQNs of hosts to let in, with commas" },
	{ "allow-any", NULL, "nvme-tcp: let in all hosts" },
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
		.help = "remove a device; its volumes stay",
		.options = del_options,
		.run = device_del,
	},
	{
		.name = "attach",
		.args = "NAME VOLUME",
		.min_args = 2,
		.max_args = 2,
		.help = "put a volume behind a device",
		.options = attach_options,
		.run = device_attach,
	},
	{
		.name = "detach",
		.args = "NAME [VOLUME]",
		.min_args = 1,
		.max_args = 2,
		.help = "take a volume away from a device",
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
