// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and writing state documents. All of a document is checked before
 * anything is done with it; what is wrong is told with the place where it is.
 * The values have the same checks, and the same words, as on the command line.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uuid/uuid.h>

#include "ipstctl.h"
#include "state.h"

#define DEPTH_MAX 8	/* 4 are used */

/* An object of the document, as in "devices[3]", or "" for all of it. */
struct place {
	const char *file;
	char at[48];
};

struct key {
	const char *name;
	enum json_type type;
	bool is_needed;
};

__attribute__((format(printf, 3, 4)))
static int complain(const struct place *place, const char *key,
		    const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return err("%s: %s%s%s %s", place->file,
		   *place->at || *key ? place->at : "it",
		   *place->at && *key ? "." : "", key, text);
}

/* The value may be anything. */
static int complain_value(const struct place *place, const char *key,
			  json_object *value, const char *why)
{
	return complain(place, key, "\"%.80s\" %s",
			json_object_get_string(value) ?: "null", why);
}

static const struct key *key_find(const struct key *keys, const char *name)
{
	while (keys->name && strcmp(keys->name, name))
		keys++;
	return keys->name ? keys : NULL;
}

static int complain_unknown(const struct place *place, const char *name,
			    const struct key *keys)
{
	char known[384];
	size_t len = 0;

	for (; keys->name; keys++)
		len += snprintf(known + len, sizeof(known) - len, "%s%s",
				len ? ", " : "", keys->name);
	return complain(place, "", "has no key \"%.40s\", only %s", name, known);
}

static int check_keys(const struct place *place, json_object *object,
		      const struct key *keys)
{
	if (!json_object_is_type(object, json_type_object))
		return complain(place, "", "is no object");
	json_object_object_foreach(object, name, value) {
		const struct key *key = key_find(keys, name);

		if (!key)
			return complain_unknown(place, name, keys);
		if (!json_object_is_type(value, key->type))
			return complain(place, name, "is of type %s, not %s",
					json_type_to_name(json_object_get_type(value)),
					json_type_to_name(key->type));
	}
	for (; keys->name; keys++)
		if (keys->is_needed && !state_get(object, keys->name))
			return complain(place, "", "has no %s", keys->name);
	return 0;
}

static void set_string(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

static void set_number(json_object *object, const char *key, uint64_t value)
{
	json_object_object_add(object, key, json_object_new_uint64(value));
}

/* Strings with a NUL inside are not what they look like. */
static int check_name(const struct place *place, json_object *object)
{
	json_object *name = state_get(object, "name");
	const char *text = json_object_get_string(name);
	const char *why = name_check(text);

	if (!why && strlen(text) != (size_t)json_object_get_string_len(name))
		why = "has a NUL in it";
	return why ? complain_value(place, "name", name, why) : 0;
}

/* Volumes. */

static int check_source(const struct place *place, json_object *list, size_t i,
			struct source *src)
{
	json_object *item = json_object_array_get_idx(list, i);
	char text[SOURCE_LEN];
	const char *why;

	if (!json_object_is_type(item, json_type_string))
		return complain(place, "sources", "has what is no string");
	why = source_parse(json_object_get_string(item), src);
	if (why)
		return complain_value(place, "sources", item, why);
	source_format(src, text);
	json_object_array_put_idx(list, i, json_object_new_string(text));
	return 0;
}

static int check_sources(const struct place *place, json_object *list)
{
	size_t n = json_object_array_length(list);
	struct source sources[SOURCES_MAX];
	const char *why;

	if (!n || n > SOURCES_MAX)
		return complain(place, "sources", "has to have 1 to %d",
				SOURCES_MAX);
	for (size_t i = 0; i < n; i++)
		if (check_source(place, list, i, &sources[i]))
			return -1;
	why = sources_check(sources, n);
	return why ? complain(place, "sources", "cannot be: %s", why) : 0;
}

static int check_uuid(const struct place *place, json_object *vol)
{
	const char *given = state_text(vol, "uuid");
	char text[UUID_LEN];
	uuid_t uuid;

	if (!state_get(vol, "uuid"))
		return 0;
	if (uuid_parse(given, uuid) || uuid_is_null(uuid))
		return complain_value(place, "uuid", state_get(vol, "uuid"),
				      "is no UUID");
	uuid_unparse_lower(uuid, text);
	set_string(vol, "uuid", text);
	return 0;
}

static int check_key_check(const struct place *place, json_object *vol)
{
	json_object *value = state_get(vol, "key_check");
	const char *why = value ? volume_key_check(json_object_get_string(value)) :
				  NULL;

	return why ? complain_value(place, "key_check", value, why) : 0;
}

static int check_volume_settings(const struct place *place, json_object *item)
{
	struct volume vol;
	const char *why;

	volume_init(&vol, "");
	for (int i = 0; i < VSET_COUNT; i++) {
		const struct volume_setting *set = &volume_settings[i];
		json_object *value = state_get(item, set->key);
		const char *text = value ? state_setting(value) : set->otherwise;

		why = volume_setting_check(i, text);
		if (why)
			return complain_value(place, set->key, value, why);
		if (!value)
			json_object_object_add(item, set->key,
					       volume_setting_value(&vol, i));
	}
	state_volume(item, &vol);
	why = volume_check(&vol);
	return why ? complain(place, "", "cannot be: %s", why) : 0;
}

static int check_volume(const struct place *place, json_object *vol)
{
	static const struct key keys[] = {
		{ .name = "name", .type = json_type_string, .is_needed = true },
		{ .name = "sources", .type = json_type_array, .is_needed = true },
		{ .name = "uuid", .type = json_type_string },
		{ .name = "host_nqn", .type = json_type_string },
		{ .name = "ctrl_loss_tmo", .type = json_type_int },
		{ .name = "fast_io_fail_tmo", .type = json_type_int },
		{ .name = "io_policy", .type = json_type_string },
		{ .name = "dhchap_key", .type = json_type_string },
		{ .name = "dhchap_ctrl_key", .type = json_type_string },
		{ .name = "tls", .type = json_type_boolean },
		{ .name = "integrity", .type = json_type_string },
		{ .name = "encrypt", .type = json_type_string },
		{ .name = "compress", .type = json_type_boolean },
		{ .name = "deduplicate", .type = json_type_boolean },
		{ .name = "key_check", .type = json_type_string },
		{ }
	};

	if (check_keys(place, vol, keys) || check_name(place, vol) ||
	    check_sources(place, state_get(vol, "sources")) ||
	    check_uuid(place, vol) || check_key_check(place, vol) ||
	    check_volume_settings(place, vol))
		return -1;
	set_string(vol, "state", "ready");
	return 0;
}

/* Limits: a number, or a string as on the command line. */

static const char *limit_parse(const char *key, json_object *value,
			       bool is_group, struct limits *limits)
{
	char word[128];

	if (!json_object_is_type(value, json_type_int) &&
	    !json_object_is_type(value, json_type_string))
		return "is no whole number";
	snprintf(word, sizeof(word), "%s=%s", key,
		 json_object_get_string(value));
	return limits_parse(word, is_group, limits);
}

static void limits_fill(json_object *qos, bool is_group,
			const struct limits *limits)
{
	for (int i = 0; i < (is_group ? LIMIT_WEIGHT : LIMIT_COUNT); i++)
		set_number(qos, limits_key(i), limits->is_given[i] ?
			   limits->values[i] : limits_default(i));
	if (!is_group)
		set_string(qos, "group", limits->group);
}

static int check_qos(const struct place *place, json_object *object,
		     bool is_group)
{
	json_object *qos = state_get(object, "qos");
	struct limits limits = { };
	struct place at = *place;
	const char *why;

	snprintf(at.at, sizeof(at.at), "%.40s.qos", place->at);
	if (!qos) {
		qos = json_object_new_object();
		json_object_object_add(object, "qos", qos);
	}
	json_object_object_foreach(qos, key, value) {
		why = limit_parse(key, value, is_group, &limits);
		if (why)
			return complain_value(&at, key, value, why);
	}
	limits_fill(qos, is_group, &limits);
	return 0;
}

static int check_group(const struct place *place, json_object *group)
{
	static const struct key keys[] = {
		{ .name = "name", .type = json_type_string, .is_needed = true },
		{ .name = "qos", .type = json_type_object },
		{ }
	};

	return check_keys(place, group, keys) || check_name(place, group) ||
	       check_qos(place, group, true) ? -1 : 0;
}

/* Devices. */

static const struct key device_keys[] = {
	{ .name = "name", .type = json_type_string, .is_needed = true },
	{ .name = "type", .type = json_type_string },
	{ .name = "volume", .type = json_type_string },
	{ .name = "mode", .type = json_type_string },
	{ .name = "queues", .type = json_type_int },
	{ .name = "queue_size", .type = json_type_int },
	{ .name = "read_only", .type = json_type_boolean },
	{ .name = "serial", .type = json_type_string },
	{ .name = "host_nqn", .type = json_type_string },
	{ .name = "busy_poll_us", .type = json_type_int },
	{ .name = "cpus", .type = json_type_string },
	{ .name = "deep_cpus", .type = json_type_string },
	{ .name = "paused", .type = json_type_boolean },
	{ .name = "qos", .type = json_type_object },
	{ }
};

const char *state_setting(json_object *value)
{
	if (json_object_is_type(value, json_type_boolean))
		return json_object_get_boolean(value) ? "1" : "0";
	return json_object_get_string(value);
}

static int check_settings(const struct place *place, json_object *device)
{
	struct device_wish wish;
	json_object *value;
	const char *why;

	device_wish(&wish, "");
	for (int i = 0; i < SET_COUNT; i++) {
		const char *key = device_settings[i].key;
		const char *otherwise = wish.values[i];

		value = state_get(device, key);
		why = value ? device_settings[i].check(state_setting(value)) :
			      NULL;
		if (why)
			return complain_value(place, key, value, why);
		if (value || !otherwise)
			continue;
		json_object_object_add(device, key,
				       state_setting_value(i, otherwise));
	}
	return 0;
}

json_object *state_setting_value(int i, const char *text)
{
	switch (key_find(device_keys, device_settings[i].key)->type) {
	case json_type_boolean:
		return json_object_new_boolean(*text == '1');
	case json_type_int:
		return json_object_new_int64(strtoll(text, NULL, 10));
	default:
		return json_object_new_string(text);
	}
}

static int check_virtio_blk(const struct place *place, json_object *device)
{
	json_object *type, *volume;

	if (check_keys(place, device, device_keys) ||
	    check_name(place, device) || check_settings(place, device) ||
	    check_qos(place, device, false))
		return -1;
	type = state_get(device, "type");
	if (type && strcmp(json_object_get_string(type), "virtio-blk"))
		return complain_value(place, "type", type,
				      "is not known: use virtio-blk or nvme-tcp");
	set_string(device, "type", "virtio-blk");
	volume = state_get(device, "volume");
	if (volume && name_check(json_object_get_string(volume)))
		return complain_value(place, "volume", volume,
				      name_check(json_object_get_string(volume)));
	if (!volume)
		set_string(device, "volume", "");
	return 0;
}

static int check_nvme_tcp(const struct place *place, json_object *device)
{
	static const struct key keys[] = {
		{ .name = "name", .type = json_type_string, .is_needed = true },
		{ .name = "type", .type = json_type_string },
		{ .name = "listen", .type = json_type_array, .is_needed = true },
		{ .name = "allow_any", .type = json_type_boolean },
		{ .name = "allow_hosts", .type = json_type_array },
		{ .name = "volumes", .type = json_type_array },
		{ }
	};
	const char *key, *why;
	json_object *value;

	if (check_keys(place, device, keys) || check_name(place, device))
		return -1;
	why = export_check(device, &key, &value);
	if (!why)
		return 0;
	return value ? complain_value(place, key, value, why) :
		       complain(place, key, "%s", why);
}

static int check_device(const struct place *place, json_object *device)
{
	return strcmp(state_text(device, "type"), EXPORT_TYPE) ?
		       check_virtio_blk(place, device) :
		       check_nvme_tcp(place, device);
}

/* What was checked, as the other files want it. */

void state_volume(json_object *item, struct volume *vol)
{
	json_object *sources = state_get(item, "sources");

	volume_init(vol, state_text(item, "name"));
	for (int i = 0; i < VSET_COUNT; i++)
		snprintf(vol->settings[i], VSET_LEN, "%s",
			 state_setting(state_get(item, volume_settings[i].key)));
	vol->n_sources = json_object_array_length(sources);
	for (int i = 0; i < vol->n_sources; i++)
		source_parse(out_item(sources, i), &vol->sources[i]);
	snprintf(vol->key_check, sizeof(vol->key_check), "%s",
		 state_text(item, "key_check"));
	if (!state_get(item, "uuid"))
		return;
	snprintf(vol->uuid, sizeof(vol->uuid), "%s", state_text(item, "uuid"));
	vol->uuid_origin = UUID_GIVEN;
}

void state_limits(json_object *qos, struct limits *limits)
{
	memset(limits, 0, sizeof(*limits));
	for (int i = 0; i < LIMIT_COUNT; i++) {
		json_object *value = state_get(qos, limits_key(i));

		limits->is_given[i] = value;
		limits->values[i] = json_object_get_uint64(value);
	}
	limits->has_group = state_get(qos, "group");
	snprintf(limits->group, sizeof(limits->group), "%s",
		 state_text(qos, "group"));
}

json_object *state_index(json_object *list)
{
	json_object *index = json_object_new_object();

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *item = json_object_array_get_idx(list, i);

		json_object_object_add(index, state_text(item, "name"),
				       json_object_get(item));
	}
	return index;
}

/* The whole. */

/* @names: what there is, as keys of an object. */
static int check_list(const char *file, json_object *doc, const char *key,
		      int (*check)(const struct place *place, json_object *item),
		      json_object *names)
{
	json_object *list = state_get(doc, key), *item;
	struct place place = { .file = file };

	if (!list) {
		json_object_object_add(doc, key, json_object_new_array());
		return 0;
	}
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		item = json_object_array_get_idx(list, i);
		snprintf(place.at, sizeof(place.at), "%s[%zu]", key, i);
		if (check(&place, item))
			return -1;
		if (json_object_object_get_ex(names, state_text(item, "name"),
					      NULL))
			return complain_value(&place, "name",
					      state_get(item, "name"),
					      "is there twice");
		json_object_object_add(names, state_text(item, "name"), NULL);
	}
	return 0;
}

/* Those of one device, in whichever key they are. */
static int check_volumes(const struct place *place, json_object *device,
			 json_object *volumes)
{
	json_object *list = state_get(device, "volumes");
	const char *volume = state_text(device, "volume");
	bool is_known = !*volume || json_object_object_get_ex(volumes, volume, NULL);

	for (size_t i = 0; is_known && list && i < json_object_array_length(list); i++) {
		volume = state_text(json_object_array_get_idx(list, i), "volume");
		is_known = json_object_object_get_ex(volumes, volume, NULL);
	}
	return is_known ? 0 : complain(place, list ? "volumes" : "volume",
				       "\"%s\" is none of the volumes", volume);
}

static int check_references(const char *file, json_object *doc,
			    json_object *volumes, json_object *groups)
{
	json_object *list = state_get(doc, "devices"), *device;
	struct place place = { .file = file };

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const char *group;

		device = json_object_array_get_idx(list, i);
		group = state_text(state_get(device, "qos"), "group");
		snprintf(place.at, sizeof(place.at), "devices[%zu]", i);
		if (check_volumes(&place, device, volumes))
			return -1;
		if (*group && !json_object_object_get_ex(groups, group, NULL))
			return complain(&place, "qos.group",
					"\"%s\" is none of the groups", group);
	}
	return 0;
}

static int check_version(const char *file, json_object *doc)
{
	json_object *version = state_get(doc, "version");

	if (!json_object_is_type(version, json_type_int))
		return err("%s: there is no \"version\": %d", file,
			   STATE_VERSION);
	if (json_object_get_int64(version) != STATE_VERSION)
		return err("%s: version %s is not known, only %d: use the "
			   "ipstctl that wrote it", file,
			   json_object_get_string(version), STATE_VERSION);
	return 0;
}

static int check_lists(const char *file, json_object *doc)
{
	json_object *volumes = json_object_new_object();
	json_object *groups = json_object_new_object();
	json_object *devices = json_object_new_object();
	int ret;

	ret = check_list(file, doc, "volumes", check_volume, volumes) ||
	      check_list(file, doc, "groups", check_group, groups) ||
	      check_list(file, doc, "devices", check_device, devices) ||
	      check_references(file, doc, volumes, groups) ? -1 : 0;
	json_object_put(volumes);
	json_object_put(groups);
	json_object_put(devices);
	return ret;
}

static int check_doc(const char *file, json_object *doc)
{
	static const struct key keys[] = {
		{ .name = "version", .type = json_type_int, .is_needed = true },
		{ .name = "volumes", .type = json_type_array },
		{ .name = "groups", .type = json_type_array },
		{ .name = "devices", .type = json_type_array },
		{ }
	};
	struct place place = { .file = file };

	if (!json_object_is_type(doc, json_type_object))
		return err("%s: it is no JSON object", file);
	return check_version(file, doc) || check_keys(&place, doc, keys) ||
	       check_lists(file, doc) ? -1 : 0;
}

json_object *state_empty(void)
{
	static const char empty[] = "{\"version\":1}";

	return state_parse(empty, sizeof(empty) - 1, "");
}

static int line_of(const char *text, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

json_object *state_parse(const char *text, size_t len, const char *file)
{
	json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	enum json_tokener_error error;
	json_object *doc;
	size_t end;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
					JSON_TOKENER_VALIDATE_UTF8);
	doc = json_tokener_parse_ex(tokener, text, len);
	error = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	json_tokener_free(tokener);
	if (error == json_tokener_success)
		end += strspn(text + end, " \t\r\n");
	if (error == json_tokener_success && end == len &&
	    !check_doc(file, doc))
		return doc;
	json_object_put(doc);
	if (error != json_tokener_success || end != len)
		err("%s line %d: it is no JSON: %s", file, line_of(text, end),
		    error == json_tokener_continue ? "it ends too early" :
		    error == json_tokener_success ? "something follows it" :
		    json_tokener_error_desc(error));
	return NULL;
}
