// SPDX-License-Identifier: GPL-2.0
/*
 * What there is, as a state document: volumes from their records, groups and
 * devices from configfs, limits from netlink.
 */
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"
#include "state.h"

/* Also an empty one. */
static void set_string(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

static json_object *new_item(const char *name)
{
	json_object *item = json_object_new_object();

	set_string(item, "name", name);
	return item;
}

/* Else it is the same for the same disk everywhere. */
static bool has_own_uuid(const struct volume *vol)
{
	return vol->uuid_origin == UUID_GIVEN || vol->uuid_origin == UUID_RANDOM;
}

static json_object *current_volume(const struct volume *vol)
{
	json_object *item = new_item(vol->name);
	json_object *sources = json_object_new_array();
	char text[SOURCE_LEN], path[ATTR_LEN];

	for (int i = 0; i < vol->n_sources; i++) {
		source_format(&vol->sources[i], text);
		json_object_array_add(sources, json_object_new_string(text));
	}
	json_object_object_add(item, "sources", sources);
	for (int i = 0; i < VSET_COUNT; i++)
		json_object_object_add(item, volume_settings[i].key,
				       volume_setting_value(vol, i));
	out_add_string(item, "key_check", vol->key_check);
	out_add_string(item, "uuid", vol->uuid);
	if (!has_own_uuid(vol))
		json_object_object_add(item, "derived",
				       json_object_new_boolean(true));
	out_add_string(item, "state", !vol->complete ? "incomplete" :
		       backing_find(vol, path, sizeof(path)) ? "ready" :
							       "missing");
	return item;
}

/* By name, of devices or of groups. */
static json_object *limits_index(json_object *list, bool of_groups)
{
	json_object *index = json_object_new_object();

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *qos = json_object_array_get_idx(list, i);
		const char *name = state_text(qos, "name");

		if (!*name != of_groups)
			continue;
		if (of_groups)
			name = state_text(qos, "group");
		json_object_object_add(index, name, json_object_get(qos));
	}
	return index;
}

static void add_number(json_object *object, const char *key, uint64_t value)
{
	json_object_object_add(object, key, json_object_new_uint64(value));
}

static void add_limits(json_object *item, json_object *index, bool is_group)
{
	json_object *from = state_get(index, state_text(item, "name"));
	json_object *qos = json_object_new_object();

	for (int i = 0; i < (is_group ? LIMIT_WEIGHT : LIMIT_COUNT); i++) {
		json_object *value = state_get(from, limits_key(i));
		uint64_t limit = limits_default(i);

		if (value)
			limit = json_object_get_uint64(value);
		add_number(qos, limits_key(i), limit);
	}
	if (!is_group)
		set_string(qos, "group", state_text(from, "group"));
	json_object_object_add(item, "qos", qos);
}

static const char *name_of_uuid(const struct volume *vols, int n,
				const char *uuid)
{
	for (int i = 0; i < n; i++)
		if (*uuid && !strcmp(vols[i].uuid, uuid))
			return vols[i].name;
	return "";
}

static bool is_all_cpus(const char *list)
{
	char possible[CPUS_LEN];

	return !file_read("/sys/devices/system/cpu/possible", possible,
			  sizeof(possible)) && !strcmp(list, possible);
}

/*
 * Of a device that is enabled: on others there may be half an attach. What
 * somebody linked by hand is no volume.
 */
static bool has_volume(const char *device, char uuid[ATTR_LEN])
{
	char value[ATTR_LEN], nqn[NQN_LEN], own[NQN_LEN];

	attach_nqn(device, own);
	return configfs_device_get(device, "enable", value) && *value == '1' &&
	       configfs_device_nqn(device, nqn) && !strcmp(nqn, own) &&
	       attach_uuid(device, uuid);
}

static json_object *current_device(const char *name, const struct volume *vols,
				   int n, json_object *limits)
{
	json_object *item = new_item(name);
	char value[ATTR_LEN];

	out_add_string(item, "type", "virtio-blk");
	set_string(item, "volume", has_volume(name, value) ?
		   name_of_uuid(vols, n, value) : "");
	for (int i = 0; i < SET_COUNT; i++) {
		if (!configfs_device_get(name, device_settings[i].attr, value) ||
		    !*value || (i == SET_CPUS && is_all_cpus(value)))
			continue;
		json_object_object_add(item, device_settings[i].key,
				       state_setting_value(i, value));
	}
	if (configfs_device_get(name, "paused", value))
		json_object_object_add(item, "paused",
				       json_object_new_boolean(*value == '1'));
	if (configfs_device_get(name, "state", value))
		out_add_string(item, "state", value);
	add_limits(item, limits, false);
	return item;
}

struct exports {
	json_object *list;
	bool with_rest;
	const struct volume *vols;
	int n;
};

/* What is behind it by hand is no volume. */
static json_object *export_volumes(json_object *namespaces,
				   const struct exports *exports)
{
	json_object *list = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(namespaces); i++) {
		json_object *ns = json_object_array_get_idx(namespaces, i);
		const char *name = name_of_uuid(exports->vols, exports->n,
						out_string(ns, "uuid"));
		json_object *item = json_object_new_object();

		set_string(item, "volume", name);
		json_object_object_add(item, "nsid",
				       json_object_get(state_get(ns, "nsid")));
		if (*name && json_object_get_boolean(state_get(ns, "enabled")))
			json_object_array_add(list, json_object_get(item));
		json_object_put(item);
	}
	return list;
}

/* One that is half made, or half removed: to be made anew, or removed. */
static void add_rest(const char *name, json_object *list)
{
	json_object *item = new_item(name);

	out_add_string(item, "type", EXPORT_TYPE);
	json_object_object_add(item, "volumes", json_object_new_array());
	json_object_array_add(list, item);
}

static void add_export(const char *name, void *arg)
{
	struct exports *exports = arg;
	json_object *item, *volumes;

	if (!export_is_made(name)) {
		if (exports->with_rest)
			add_rest(name, exports->list);
		return;
	}
	item = export_load(name);
	volumes = export_volumes(state_get(item, "volumes"), exports);
	json_object_object_add(item, "volumes", volumes);
	json_object_array_add(exports->list, item);
}

static void list_groups(json_object *list, json_object *limits)
{
	char (*names)[NAME_LEN];
	int n = configfs_group_list(&names);

	for (int i = 0; i < n; i++) {
		json_object *item = new_item(names[i]);

		add_limits(item, limits, true);
		json_object_array_add(list, item);
	}
	free(names);
}

/* One that is half made is not there: it will be made from the beginning. */
static bool is_half_made(const char *device)
{
	char value[ATTR_LEN];

	return record_is_marked(device) &&
	       configfs_device_get(device, "enable", value) && *value == '0';
}

static void list_devices(json_object *list, const struct volume *vols,
			 int n_vols, json_object *limits)
{
	char (*names)[NAME_LEN];
	int n = configfs_device_list(&names);

	for (int i = 0; i < n; i++)
		if (!is_half_made(names[i]))
			json_object_array_add(list, current_device(names[i], vols,
								   n_vols, limits));
	free(names);
}

static int fill(json_object *doc, const struct volume *vols, int n,
		bool with_rest)
{
	struct exports exports = { state_get(doc, "devices"), with_rest, vols, n };
	json_object *limits, *groups, *devices;

	for (int i = 0; i < n; i++)
		json_object_array_add(state_get(doc, "volumes"),
				      current_volume(&vols[i]));
	/* Without the module there is nothing to ask. */
	limits = configfs_is_there() ? qos_list(NULL, NULL) :
				       json_object_new_array();
	if (!limits)
		return -1;
	groups = limits_index(limits, true);
	devices = limits_index(limits, false);
	list_groups(state_get(doc, "groups"), groups);
	list_devices(state_get(doc, "devices"), vols, n, devices);
	export_each(add_export, &exports);
	json_object_put(groups);
	json_object_put(devices);
	json_object_put(limits);
	return 0;
}

static bool has_name(const struct volume *vols, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(vols[i].name, name))
			return true;
	return false;
}

/* It may have it already: rebuild.c finds the name, but not what belongs to it. */
static bool may_have_name(const struct volume *vols, int n, int i,
			  const char *name)
{
	return !strcmp(vols[i].name, name) || !has_name(vols, n, name);
}

/* Volumes that rebuild.c has found get their names back. */
static int name_volumes(json_object *want, struct volume *vols, int n,
			bool is_dry_run)
{
	json_object *list = state_get(want, "volumes");
	struct volume vol;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		state_volume(json_object_array_get_idx(list, i), &vol);
		for (int j = 0; j < n; j++)
			if (volume_is_nameless(&vols[j], &vol) &&
			    may_have_name(vols, n, j, vol.name) &&
			    volume_name(&vols[j], &vol, is_dry_run))
				return -1;
	}
	return 0;
}

json_object *current_load(json_object *want, bool is_dry_run)
{
	json_object *doc = state_empty();
	struct volume *vols;
	int n = record_all(&vols);

	if (n >= 0 && (!want || !name_volumes(want, vols, n, is_dry_run)) &&
	    !fill(doc, vols, n, want)) {
		free(vols);
		return doc;
	}
	free(vols);
	json_object_put(doc);
	return NULL;
}
