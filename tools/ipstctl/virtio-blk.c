// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of type virtio-blk: what the command line and state documents ask of
 * them. device-make.c and attach.c have the steps.
 */
#include <string.h>

#include "ipstctl.h"
#include "state.h"

static int wish_parse(struct cmd_call *call, struct device_wish *wish)
{
	device_wish(wish, call->argv[0]);
	wish->volume = cmd_value(call, "volume");
	if (wish->volume && name_check(wish->volume))
		return cmd_usage(call, "volume name \"%s\" %s", wish->volume,
				 name_check(wish->volume));
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

static int virtio_blk_add(struct cmd_call *call, bool *changed)
{
	struct device_wish wish;
	int ret = wish_parse(call, &wish);

	if (ret)
		return ret;
	return record_lock() || device_check_type(wish.name, &virtio_blk_type) ||
	       configfs_start_mode(cmd_flag(call, "local")) ||
	       device_make(&wish, changed) ? EXIT_FAILED : EXIT_DONE;
}

static int virtio_blk_attach(const char *name, const struct volume *vol,
			     bool *changed)
{
	char mode[ATTR_LEN];

	configfs_device_get(name, "mode", mode);
	return configfs_start_mode(!strcmp(mode, "local")) ||
	       device_attach_volume(name, vol, changed) ? -1 : 0;
}

static bool has_other_volume(const char *name, const struct volume *vol)
{
	char uuid[ATTR_LEN];

	return vol && attach_uuid(name, uuid) && strcmp(uuid, vol->uuid);
}

static int virtio_blk_detach(const char *name, const struct volume *vol,
			     bool *changed)
{
	char nqn[NQN_LEN];

	attach_nqn(name, nqn);
	*changed = (configfs_subsys_exists(nqn) || configfs_device_nqn(name, nqn)) &&
		   !has_other_volume(name, vol);
	return *changed ? attach_undo(name) : 0;
}

/* From a state document. */

static void wish_fill(struct device_wish *wish, json_object *item)
{
	device_wish(wish, state_text(item, "name"));
	for (int i = 0; i < SET_COUNT; i++) {
		json_object *value = state_get(item, device_settings[i].key);

		wish->is_given[i] = value;
		if (value)
			wish->values[i] = state_setting(value);
	}
}

static int put_settings(const struct device_wish *wish)
{
	char have[ATTR_LEN];

	for (int i = 0; i < SET_COUNT; i++) {
		const char *attr = device_settings[i].attr;

		if (configfs_device_get(wish->name, attr, have) &&
		    !device_has_setting(i, have, wish->values[i]) &&
		    configfs_device_set(wish->name, attr, wish->values[i]))
			return -1;
	}
	record_unmark(wish->name);
	return 0;
}

static int put_paused(const char *name, json_object *paused)
{
	const char *want = paused ? state_setting(paused) : NULL;
	char have[ATTR_LEN];

	if (!want || !configfs_device_get(name, "paused", have) ||
	    !strcmp(have, want))
		return 0;
	return configfs_device_set(name, "paused", want);
}

static int virtio_blk_make_room(json_object *have, json_object *want)
{
	(void)want;
	return attach_undo(state_text(have, "name"));
}

/* Limits come before the volume: they are there for the first request. */
static int virtio_blk_put(json_object *have, json_object *want)
{
	const char *name = state_text(want, "name");
	const char *volume = state_text(want, "volume");
	struct device_wish wish;
	struct volume vol;
	bool changed;

	(void)have;
	wish_fill(&wish, want);
	if (device_check_type(name, &virtio_blk_type) ||
	    configfs_start_mode(!strcmp(wish.values[SET_MODE], "local")) ||
	    (device_is_made(name) ? put_settings(&wish) : device_create(&wish)) ||
	    qos_put_state(name, NULL, want))
		return -1;
	if (*volume && (volume_find(volume, &vol) ||
			device_attach_volume(name, &vol, &changed)))
		return -1;
	return put_paused(name, state_get(want, "paused"));
}

static const char *const options[] = {
	"local", "queues", "queue-size", "read-only", "serial", "host-nqn",
	"busy-poll-us", "cpus", "deep-cpus", NULL
};

const struct device_type virtio_blk_type = {
	.name = "virtio-blk",
	.options = options,
	.is_there = configfs_device_exists,
	.has_rest = configfs_device_exists,
	.add = virtio_blk_add,
	.attach = virtio_blk_attach,
	.detach = virtio_blk_detach,
	.remove = device_remove,
	.make_room = virtio_blk_make_room,
	.put = virtio_blk_put,
};
