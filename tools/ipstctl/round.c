// SPDX-License-Identifier: GPL-2.0
/*
 * One round of making what there is as a state document says: compare the two,
 * refuse what a device in use could not stand, then take away, make and change,
 * in the order that devices, groups and volumes need.
 *
 * Each step may be repeated, so a round that was killed or has failed is
 * finished by the next one. A volume that cannot be made keeps back the devices
 * that want it, and nothing else.
 */
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"
#include "state.h"

struct round {
	json_object *changes;
	/* Items by name. */
	json_object *have_devices;
	json_object *want_volumes, *want_groups, *want_devices;
	/* Names as keys: devices to go through, volumes that could not be made. */
	json_object *touched, *late;
	int failed;
};

/* True: the device goes on without a pause. */
static bool is_live_key(const char *key)
{
	return !strncmp(key, "qos.", 4) || !strcmp(key, "paused");
}

static const struct device_type *type_of(json_object *device)
{
	return device_type_find(state_text(device, "type"));
}

/* Whether a host uses what is exported is not known here, and no obstacle. */
static bool is_live(json_object *device)
{
	const char *state = state_text(device, "state");

	return device && type_of(device) == &virtio_blk_type &&
	       strcmp(state, "disabled") && strcmp(state, "ready");
}

static bool has_volume(json_object *device, const char *volume)
{
	return !strcmp(state_text(device, "volume"), volume) ||
	       export_nsid(device, volume);
}

static bool is_change(json_object *change, const char *kind, const char *noun)
{
	return !strcmp(state_text(change, "change"), kind) &&
	       !strcmp(state_text(change, "noun"), noun);
}

/* The volume has to be made anew, not only to be connected again. */
static bool is_new_volume(json_object *change)
{
	json_object *keys = state_get(change, "keys");

	if (!is_change(change, "change", "volume"))
		return false;
	return json_object_object_length(keys) > !!state_get(keys, "state");
}

static const char *first_fixed_key(json_object *change)
{
	json_object *keys = state_get(change, "keys");

	if (!keys)
		return NULL;
	json_object_object_foreach(keys, key, value) {
		(void)value;
		if (!is_live_key(key))
			return key;
	}
	return NULL;
}

static void touch(struct round *round, const char *device)
{
	json_object_object_add(round->touched, device, NULL);
}

/* Refusals, before anything is done. */

static int check_change(struct round *round, json_object *change)
{
	const char *name = state_text(change, "name");
	const char *key = first_fixed_key(change);

	touch(round, name);
	if (key && !strcmp(key, "type"))
		return err("device %s is of another type than the document says: "
			   "ipstctl device del %s first", name, name);
	if (replace_check_done(name))
		return -1;
	if (!key || !is_live(state_get(round->have_devices, name)))
		return 0;
	if (strcmp(key, "volume"))
		return err("device %s is in use, and its %s cannot change then: stop "
			   "who uses it, or ipstctl device detach %s first",
			   name, key, name);
	return err("device %s is in use: ipstctl device attach %s VOLUME --replace "
		   "exchanges its volume, or ipstctl device detach %s first",
		   name, name, name);
}

static int check_removal(struct round *round, const char *name)
{
	json_object *device = state_get(round->have_devices, name);

	if (!strcmp(state_text(device, "mode"), "local"))
		return attach_check_unused(name);
	return is_live(device) ?
		       err("device %s is in use: stop the VM that has it open",
			   name) : 0;
}

/* Those that have it lose it meanwhile. */
static int check_volume(struct round *round, const char *volume)
{
	json_object_object_foreach(round->have_devices, name, device) {
		if (!has_volume(device, volume))
			continue;
		if (is_live(device))
			return err("volume %s cannot change, because device %s is in "
				   "use: stop who uses it, or ipstctl device detach "
				   "%s first", volume, name, name);
		if (!state_get(round->want_devices, name))
			return err("volume %s cannot change, because device %s has "
				   "it: ipstctl device detach %s first",
				   volume, name, name);
		touch(round, name);
	}
	return 0;
}

static int check_one(struct round *round, json_object *change)
{
	const char *name = state_text(change, "name");

	if (is_change(change, "add", "device"))
		touch(round, name);
	if (is_change(change, "change", "device"))
		return check_change(round, change);
	if (is_change(change, "remove", "device"))
		return check_removal(round, name);
	return is_new_volume(change) ? check_volume(round, name) : 0;
}

/* Steps. */

static void each(struct round *round, const char *kind, const char *noun,
		 int (*step)(struct round *round, json_object *change))
{
	for (size_t i = 0; i < json_object_array_length(round->changes); i++) {
		json_object *change = json_object_array_get_idx(round->changes, i);

		if (is_change(change, kind, noun) && step(round, change))
			round->failed++;
	}
}

static int remove_device(struct round *round, json_object *change)
{
	const char *name = state_text(change, "name");

	if (type_of(state_get(round->have_devices, name))->remove(name))
		return -1;
	record_unmark(name);
	return 0;
}

static int detach_device(struct round *round, json_object *change)
{
	const char *name = state_text(change, "name");
	json_object *have = state_get(round->have_devices, name);

	return first_fixed_key(change) ?
		       type_of(have)->make_room(have,
						state_get(round->want_devices, name)) : 0;
}

/* Of a volume that is made anew. */
static void detach_users(struct round *round, const char *volume)
{
	struct volume vol;
	bool changed;

	json_object_object_foreach(round->have_devices, name, device)
		if (has_volume(device, volume) &&
		    (volume_find(volume, &vol) ||
		     type_of(device)->detach(name, &vol, &changed)))
			round->failed++;
}

static int remove_volume(struct round *round, json_object *change)
{
	struct volume vol;
	bool found;

	(void)round;
	if (record_load(state_text(change, "name"), &vol, &found))
		return -1;
	return found ? volume_remove(&vol) : 0;
}

static int remove_group(struct round *round, json_object *change)
{
	(void)round;
	return configfs_group_remove(state_text(change, "name"));
}

static int put_group(struct round *round, json_object *change)
{
	const char *name = state_text(change, "name");

	if (!configfs_group_exists(name) && configfs_group_create(name))
		return -1;
	return qos_put_state(NULL, name, state_get(round->want_groups, name));
}

static int put_volume(struct round *round, json_object *change)
{
	const char *name = state_text(change, "name");
	struct volume want, have;
	const char *result;
	bool found;

	if (is_new_volume(change)) {
		detach_users(round, name);
		if (remove_volume(round, change))
			return -1;
	}
	state_volume(state_get(round->want_volumes, name), &want);
	if (record_load(name, &have, &found))
		return -1;
	/* What the document leaves open stays. */
	if (found && have.uuid_origin == UUID_GIVEN &&
	    want.uuid_origin == UUID_NONE) {
		want.uuid_origin = UUID_GIVEN;
		memcpy(want.uuid, have.uuid, sizeof(want.uuid));
	}
	if (!volume_put(&want, &have, &result))
		return 0;
	json_object_object_add(round->late, name, NULL);
	return -1;
}

static bool is_late(struct round *round, json_object *device)
{
	json_object_object_foreach(round->late, volume, unused) {
		(void)unused;
		if (has_volume(device, volume))
			return true;
	}
	return false;
}

static void put_devices(struct round *round)
{
	json_object_object_foreach(round->touched, name, unused) {
		json_object *want = state_get(round->want_devices, name);

		(void)unused;
		if (!is_late(round, want) &&
		    type_of(want)->put(state_get(round->have_devices, name), want))
			round->failed++;
	}
}

/* Who leaves goes first, who is left last. */
static void run(struct round *round)
{
	each(round, "remove", "device", remove_device);
	each(round, "change", "device", detach_device);
	each(round, "add", "group", put_group);
	each(round, "change", "group", put_group);
	each(round, "add", "volume", put_volume);
	each(round, "change", "volume", put_volume);
	put_devices(round);
	each(round, "remove", "group", remove_group);
	each(round, "remove", "volume", remove_volume);
}

static int round_check(struct round *round)
{
	for (size_t i = 0; i < json_object_array_length(round->changes); i++)
		if (check_one(round, json_object_array_get_idx(round->changes, i)))
			return -1;
	return 0;
}

static void round_init(struct round *round, const struct order *order,
		       json_object *have)
{
	*round = (struct round){
		.changes = diff_make(have, order->want, order->prune),
		.have_devices = state_index(state_get(have, "devices")),
		.want_volumes = state_index(state_get(order->want, "volumes")),
		.want_groups = state_index(state_get(order->want, "groups")),
		.want_devices = state_index(state_get(order->want, "devices")),
		.touched = json_object_new_object(),
		.late = json_object_new_object(),
	};
}

static void round_exit(struct round *round)
{
	json_object_put(round->changes);
	json_object_put(round->have_devices);
	json_object_put(round->want_volumes);
	json_object_put(round->want_groups);
	json_object_put(round->want_devices);
	json_object_put(round->touched);
	json_object_put(round->late);
}

int round_run(const struct order *order, struct outcome *outcome)
{
	json_object *have = current_load(order->want, order->is_dry_run);
	struct round round;
	int ret;

	if (!have)
		return -1;
	round_init(&round, order, have);
	ret = round_check(&round);
	if (!order->is_quiet && (!ret || order->is_dry_run))
		diff_print(order->json, round.changes);
	if (!ret && !order->is_dry_run) {
		run(&round);
		outcome->late = json_object_object_length(round.late);
		outcome->is_partial = round.failed;
		ret = round.failed ? -1 : 0;
	}
	round_exit(&round);
	json_object_put(have);
	return ret;
}
