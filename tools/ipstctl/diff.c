// SPDX-License-Identifier: GPL-2.0
/*
 * What is to change, so that what there is becomes what a state document says.
 * Pure: compares two documents, and prints the result.
 */
#include <stdio.h>
#include <string.h>

#include "ipstctl.h"
#include "state.h"

static const struct list {
	const char *key;
	const char *noun;
} lists[] = {
	{ "volumes", "volume" },
	{ "groups", "group" },
	{ "devices", "device" },
};

static bool has_source(json_object *list, const char *text)
{
	struct source want, have;

	source_parse(text, &want);
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!source_parse(out_item(list, i), &have) &&
		    source_is_equal(&have, &want))
			return true;
	return false;
}

/* In any order. */
static bool is_same_sources(json_object *have, json_object *want)
{
	size_t n = json_object_array_length(want);

	if (json_object_array_length(have) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!has_source(have, out_item(want, i)))
			return false;
	return true;
}

static bool is_same(const char *key, json_object *have, json_object *want)
{
	const char *text = json_object_get_string(have) ?: "";

	if (export_has_key(key))
		return export_is_same(key, have, want);
	if (json_object_is_type(want, json_type_array))
		return json_object_is_type(have, json_type_array) &&
		       is_same_sources(have, want);
	for (int i = 0; i < SET_COUNT; i++)
		if (!strcmp(key, device_settings[i].key))
			return device_has_setting(i, text,
						  json_object_get_string(want));
	return !strcmp(text, json_object_get_string(want));
}

static void diff_key(const char *prefix, const char *key, json_object *have,
		     json_object *want, json_object *keys)
{
	json_object *change;
	char name[64];

	if (is_same(key, have, want))
		return;
	change = json_object_new_object();
	json_object_object_add(change, "from", json_object_get(have));
	json_object_object_add(change, "to", json_object_get(want));
	snprintf(name, sizeof(name), "%s%s", prefix, key);
	json_object_object_add(keys, name, change);
}

/* What @want does not say may be as it is. Of another type all would differ. */
static json_object *diff_keys(json_object *have, json_object *want)
{
	json_object *keys = json_object_new_object();

	if (state_get(want, "type"))
		diff_key("", "type", state_get(have, "type"),
			 state_get(want, "type"), keys);
	if (json_object_object_length(keys))
		return keys;
	json_object_object_foreach(want, key, value) {
		json_object *there = state_get(have, key);

		if (strcmp(key, "qos")) {
			diff_key("", key, there, value, keys);
			continue;
		}
		json_object_object_foreach(value, limit, number)
			diff_key("qos.", limit, state_get(there, limit),
				 number, keys);
	}
	if (json_object_object_length(keys))
		return keys;
	json_object_put(keys);
	return NULL;
}

static void add(json_object *changes, const char *change, const char *noun,
		json_object *item, json_object *keys)
{
	json_object *object = json_object_new_object();

	out_add_string(object, "change", change);
	out_add_string(object, "noun", noun);
	out_add_string(object, "name", state_text(item, "name"));
	if (keys)
		json_object_object_add(object, "keys", keys);
	json_object_array_add(changes, object);
}

static void diff_wanted(const char *noun, json_object *have, json_object *want,
			json_object *changes)
{
	json_object *index = state_index(have);

	for (size_t i = 0; i < json_object_array_length(want); i++) {
		json_object *item = json_object_array_get_idx(want, i), *keys;
		json_object *there = state_get(index, state_text(item, "name"));

		keys = there ? diff_keys(there, item) : NULL;
		if (!there || keys)
			add(changes, there ? "change" : "add", noun, item, keys);
	}
	json_object_put(index);
}

static void diff_unwanted(const char *noun, json_object *have,
			  json_object *want, json_object *changes)
{
	json_object *index = state_index(want);

	for (size_t i = 0; i < json_object_array_length(have); i++) {
		json_object *item = json_object_array_get_idx(have, i);

		if (!state_get(index, state_text(item, "name")))
			add(changes, "remove", noun, item, NULL);
	}
	json_object_put(index);
}

json_object *diff_make(json_object *have, json_object *want, bool prune)
{
	json_object *changes = json_object_new_array();

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		diff_wanted(lists[i].noun, state_get(have, lists[i].key),
			    state_get(want, lists[i].key), changes);
	for (size_t i = ARRAY_SIZE(lists); prune && i-- > 0; )
		diff_unwanted(lists[i].noun, state_get(have, lists[i].key),
			      state_get(want, lists[i].key), changes);
	return changes;
}

static const char *shown(json_object *value)
{
	const char *text = json_object_get_string(value);

	return text && *text ? text : "none";
}

static void print_change(json_object *change)
{
	const char *noun = state_text(change, "noun");
	const char *name = state_text(change, "name");
	json_object *keys = state_get(change, "keys");

	if (!keys) {
		printf("%c %s %s\n",
		       *state_text(change, "change") == 'a' ? '+' : '-', noun,
		       name);
		return;
	}
	json_object_object_foreach(keys, key, value)
		printf("~ %s %s %s: %s -> %s\n", noun, name, key,
		       shown(state_get(value, "from")),
		       shown(state_get(value, "to")));
}

void diff_print(bool json, json_object *changes)
{
	if (json) {
		out_json(changes);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(changes); i++)
		print_change(json_object_array_get_idx(changes, i));
}
