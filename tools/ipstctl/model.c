// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON objects of volumes and devices, which are also what the text output
 * is made from. Keys are configfs' and netlink's words; sizes are in bytes;
 * what is not known is not there. The man page lists the keys.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipstctl.h"
#include "layer.h"

static void add_number(json_object *object, const char *key, uint64_t value)
{
	json_object_object_add(object, key, json_object_new_uint64(value));
}

static void add_sources(json_object *object, const struct volume *vol)
{
	json_object *sources = json_object_new_array();
	json_object *paths = json_object_new_array();
	char text[SOURCE_LEN];

	for (int i = 0; i < vol->n_sources; i++) {
		source_format(&vol->sources[i], text);
		json_object_array_add(sources, json_object_new_string(text));
	}
	for (int i = 0; i < vol->n_paths; i++)
		json_object_array_add(paths, paths_model(vol, i));
	json_object_object_add(object, "sources", sources);
	if (!volume_is_fabrics(vol)) {
		json_object_put(paths);
		return;
	}
	out_add_string(object, "subsys_nqn", vol->nqn);
	if (vol->nsid)
		add_number(object, "nsid", vol->nsid);
	json_object_object_add(object, "paths", paths);
}

static void add_disk(json_object *object, const char *path)
{
	struct disk disk;

	if (disk_probe(path, &disk))
		return;
	out_add_string(object, "disk", disk.path);
	add_number(object, "size", disk.size_bytes);
	add_number(object, "block_size", disk.block_bytes);
	json_object_object_add(object, "read_only",
			       json_object_new_boolean(disk.read_only));
}

/* Those of connections only if there are any. */
static void add_settings(json_object *object, const struct volume *vol)
{
	int first = volume_is_fabrics(vol) ? 0 : VSET_FABRICS_COUNT;

	for (int i = first; i < VSET_COUNT; i++)
		if (volume_is_set(vol, i) || volume_settings[i].type == VSET_INT)
			json_object_object_add(object, volume_settings[i].key,
					       volume_setting_value(vol, i));
}

json_object *model_volume(const struct volume *vol)
{
	json_object *object = json_object_new_object();
	char path[ATTR_LEN];
	bool has_disk = backing_find(vol, path, sizeof(path));

	out_add_string(object, "name", vol->name);
	out_add_string(object, "state", !vol->complete ? "incomplete" :
					has_disk ? "ready" : "missing");
	out_add_string(object, "uuid", vol->uuid);
	if (*vol->uuid)
		out_add_string(object, "uuid_origin",
			       record_uuid_origin(vol->uuid_origin));
	if (has_disk)
		add_disk(object, path);
	out_add_string(object, "wwid", vol->wwid);
	add_sources(object, vol);
	add_settings(object, vol);
	if (layers_are_there(vol))
		json_object_object_add(object, "layers", layers_model(vol));
	json_object_object_add(object, "devices", attach_users(vol));
	return object;
}

/* What netlink would tell, of a module that has no netlink family yet. */
static void add_configfs(json_object *object, const char *name)
{
	static const char *const words[] = { "state", "mode", "serial",
					     "chardev" };
	static const char *const numbers[] = { "nsid", "num_queues",
					       "queue_size" };
	static const char *const flags[] = { "read_only", "paused" };
	char value[ATTR_LEN], nqn[NQN_LEN];

	out_add_string(object, "name", name);
	out_add_string(object, "type", "virtio_blk");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (configfs_device_get(name, words[i], value))
			out_add_string(object, words[i], value);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (configfs_device_get(name, numbers[i], value))
			add_number(object, numbers[i],
				   strtoull(value, NULL, 10));
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (configfs_device_get(name, flags[i], value))
			json_object_object_add(object, flags[i],
					       json_object_new_boolean(*value == '1'));
	if (configfs_device_nqn(name, nqn))
		out_add_string(object, "subsys_nqn", nqn);
}

/* What only configfs, sysfs and the volume records know. */
static void add_rest(json_object *object, const char *name)
{
	char value[ATTR_LEN], line[ATTR_LEN + 64];
	json_object *chardev;
	struct volume vol;
	bool found;

	if (configfs_device_get(name, "host_nqn", value))
		out_add_string(object, "host_nqn", value);
	if (configfs_device_get(name, "busy_poll_us", value))
		add_number(object, "busy_poll_us", strtoull(value, NULL, 10));
	if (configfs_device_get(name, "cpus", value))
		out_add_string(object, "cpus", value);
	if (configfs_device_get(name, "deep_cpus", value) && *value)
		out_add_string(object, "deep_cpus", value);
	/* The records are root's. */
	if (!geteuid() && attach_uuid(name, value) &&
	    !record_find_uuid(value, NULL, &vol, &found) && found)
		out_add_string(object, "volume", vol.name);
	if (!disk_of_vdpa(name, value, sizeof(value)))
		out_add_string(object, "disk", value);
	if (json_object_object_get_ex(object, "chardev", &chardev)) {
		snprintf(line, sizeof(line),
			 "-device vhost-vdpa-device-pci,vhostdev=%s",
			 json_object_get_string(chardev));
		out_add_string(object, "qemu", line);
	}
}

static const char *model_name(json_object *object)
{
	json_object *name;

	json_object_object_get_ex(object, "name", &name);
	return json_object_get_string(name) ?: "";
}

static void list_configfs(json_object *array)
{
	char (*names)[NAME_LEN];
	int n = configfs_device_list(&names);

	for (int i = 0; i < n; i++) {
		json_object *object = json_object_new_object();

		add_configfs(object, names[i]);
		json_object_array_add(array, object);
	}
	free(names);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(model_name(*(json_object *const *)a),
		      model_name(*(json_object *const *)b));
}

static void add_export(const char *name, void *array)
{
	if (export_is_there(name))
		json_object_array_add(array, export_model(name));
}

/* NULL: it failed, and that has been told. */
json_object *model_devices(void)
{
	json_object *array = json_object_new_array();
	bool is_there;

	if (nl_device_get(NULL, array, &is_there)) {
		json_object_put(array);
		return NULL;
	}
	if (!is_there)
		list_configfs(array);
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		json_object *object = json_object_array_get_idx(array, i);

		add_rest(object, model_name(object));
	}
	export_each(add_export, array);
	json_object_array_sort(array, by_name);
	return array;
}

json_object *model_device(const char *name)
{
	json_object *array = json_object_new_array();
	json_object *object = NULL;
	bool is_there;

	if (export_is_there(name)) {
		json_object_put(array);
		return export_model(name);
	}
	if (!nl_device_get(name, array, &is_there)) {
		object = json_object_get(json_object_array_get_idx(array, 0));
		if (!object && !is_there && configfs_device_exists(name))
			add_configfs(object = json_object_new_object(), name);
	}
	json_object_put(array);
	if (object)
		add_rest(object, name);
	return object;
}
