// SPDX-License-Identifier: GPL-2.0
/*
 * An nvme-tcp device as it is wanted, from a state document or from the command
 * line: checked, put into one spelling, and compared with what there is. Pure.
 */
#include <stdio.h>
#include <string.h>

#include "ipstctl.h"
#include "state.h"

#define LISTEN_MAX 16
#define NSID_MAX 0xfffffffeLL

/* With a NUL inside it is not what it looks like. */
static bool is_text(json_object *value)
{
	return json_object_is_type(value, json_type_string) &&
	       strlen(json_object_get_string(value)) ==
		       (size_t)json_object_get_string_len(value);
}

static bool has_text(json_object *list, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(out_item(list, i), text))
			return true;
	return false;
}

static const char *listen_check(json_object *list, size_t i)
{
	struct listen_addr at;
	char text[LISTEN_LEN];
	const char *why = listen_parse(out_item(list, i), &at);

	if (why)
		return why;
	listen_format(&at, text);
	if (has_text(list, i, text))
		return "is there twice";
	json_object_array_put_idx(list, i, json_object_new_string(text));
	return NULL;
}

static const char *host_check(json_object *list, size_t i)
{
	const char *host = out_item(list, i), *why = nqn_check(host);

	if (!why && has_text(list, i, host))
		why = "is there twice";
	return why;
}

static const char *texts_check(json_object *list,
			       const char *(*check)(json_object *list, size_t i),
			       json_object **value)
{
	const char *why = NULL;

	for (size_t i = 0; !why && i < json_object_array_length(list); i++) {
		*value = json_object_array_get_idx(list, i);
		why = is_text(*value) ? check(list, i) : "is no string";
	}
	return why;
}

static const char *volume_keys_check(json_object *item)
{
	json_object *nsid = state_get(item, "nsid");

	json_object_object_foreach(item, key, value) {
		(void)value;
		if (strcmp(key, "volume") && strcmp(key, "nsid"))
			return "has another key than volume and nsid";
	}
	if (!is_text(state_get(item, "volume")))
		return "has no volume, or one that is no string";
	if (nsid && (!json_object_is_type(nsid, json_type_int) ||
		     json_object_get_int64(nsid) < 1 ||
		     json_object_get_int64(nsid) > NSID_MAX))
		return "has an nsid that is not 1 to 4294967294";
	return NULL;
}

static bool is_listed(json_object *list, size_t n, json_object *item)
{
	int64_t nsid = json_object_get_int64(state_get(item, "nsid"));

	for (size_t i = 0; i < n; i++) {
		json_object *other = json_object_array_get_idx(list, i);

		if (!strcmp(state_text(other, "volume"), state_text(item, "volume")) ||
		    (nsid && json_object_get_int64(state_get(other, "nsid")) == nsid))
			return true;
	}
	return false;
}

static const char *item_check(json_object *list, size_t i)
{
	json_object *item = json_object_array_get_idx(list, i), *object;
	const char *why;

	if (json_object_is_type(item, json_type_string)) {
		object = json_object_new_object();
		json_object_object_add(object, "volume", json_object_get(item));
		json_object_array_put_idx(list, i, object);
		item = object;
	}
	if (!json_object_is_type(item, json_type_object))
		return "is no string, and no object";
	why = volume_keys_check(item) ?: name_check(state_text(item, "volume"));
	if (!why && is_listed(list, i, item))
		why = "has the volume, or the nsid, of another";
	return why;
}

static const char *volumes_check(json_object *list, json_object **value)
{
	const char *why = NULL;

	for (size_t i = 0; !why && i < json_object_array_length(list); i++) {
		why = item_check(list, i);
		*value = json_object_array_get_idx(list, i);
	}
	return why;
}

static json_object *get_list(json_object *device, const char *key)
{
	if (!state_get(device, key))
		json_object_object_add(device, key, json_object_new_array());
	return state_get(device, key);
}

static const char *allow_check(json_object *device, json_object **value)
{
	json_object *hosts = get_list(device, "allow_hosts");
	bool any = json_object_get_boolean(state_get(device, "allow_any"));

	json_object_object_add(device, "allow_any", json_object_new_boolean(any));
	if (any && json_object_array_length(hosts))
		return "cannot be there beside allow_any";
	if (!any && !json_object_array_length(hosts))
		return "has to name a host, if allow_any does not let in all";
	return texts_check(hosts, host_check, value);
}

const char *export_check(json_object *device, const char **key,
			 json_object **value)
{
	json_object *listen = get_list(device, "listen");
	size_t n = json_object_array_length(listen);
	const char *why;

	*value = NULL;
	*key = "listen";
	if (!n || n > LISTEN_MAX)
		return "has to have 1 to 16 addresses";
	why = texts_check(listen, listen_check, value);
	if (why)
		return why;
	*value = NULL;
	*key = "allow_hosts";
	why = allow_check(device, value);
	if (why)
		return why;
	*key = "volumes";
	return volumes_check(get_list(device, "volumes"), value);
}

bool export_has_key(const char *key)
{
	return !strcmp(key, "listen") || !strcmp(key, "allow_hosts") ||
	       !strcmp(key, "volumes");
}

static json_object *find_volume(json_object *list, const char *volume)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *item = json_object_array_get_idx(list, i);

		if (!strcmp(state_text(item, "volume"), volume))
			return item;
	}
	return NULL;
}

/* Any nsid will do if none is wanted. */
static bool has_volume(json_object *have, json_object *want)
{
	json_object *item = find_volume(have, state_text(want, "volume"));

	return item && (!state_get(want, "nsid") ||
			!strcmp(state_text(item, "nsid"),
				state_text(want, "nsid")));
}

/* In any order. */
bool export_is_same(const char *key, json_object *have, json_object *want)
{
	bool of_volumes = !strcmp(key, "volumes");
	size_t n = json_object_array_length(want);

	if (!json_object_is_type(have, json_type_array) ||
	    json_object_array_length(have) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (of_volumes ?
		    !has_volume(have, json_object_array_get_idx(want, i)) :
		    !has_text(have, n, out_item(want, i)))
			return false;
	}
	return true;
}

bool export_wants(json_object *want, json_object *item)
{
	json_object *list = json_object_new_array();
	json_object *wanted = find_volume(state_get(want, "volumes"),
					  state_text(item, "volume"));
	bool ret;

	json_object_array_add(list, json_object_get(item));
	ret = wanted && has_volume(list, wanted);
	json_object_put(list);
	return ret;
}

uint32_t export_nsid(json_object *device, const char *volume)
{
	json_object *list = state_get(device, "volumes");
	json_object *item = list ? find_volume(list, volume) : NULL;

	return json_object_get_int64(state_get(item, "nsid"));
}
