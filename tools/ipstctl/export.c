// SPDX-License-Identifier: GPL-2.0
/*
 * Volumes that are handed out over NVMe/TCP: an nvmet subsystem of the device's own
 * that is linked from ports, with a namespace for each volume. The stock nvmet-tcp
 * does the I/O; ipst's modules are not needed.
 *
 *   subsystem, hosts, namespaces, ports
 *
 * Ports come last, so that a host finds all there is as soon as it gets an answer.
 * While there is a mark a device is not made, or not removed, to the end, and is made
 * anew by the next add. Removing goes the other way, and does not mind what is missing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"
#include "state.h"

bool export_has_rest(const char *name)
{
	char nqn[NQN_LEN];

	attach_nqn(name, nqn);
	return !configfs_device_exists(name) && configfs_subsys_exists(nqn);
}

bool export_is_there(const char *name)
{
	char nqn[NQN_LEN];

	attach_nqn(name, nqn);
	return export_has_rest(name) && configfs_port_is_linked(nqn);
}

bool export_is_made(const char *name)
{
	return export_is_there(name) && !record_is_marked(name);
}

struct each {
	void (*fn)(const char *name, void *arg);
	void *arg;
};

static void each_subsys(const char *nqn, void *arg)
{
	const char *name = attach_device(nqn);
	struct each *each = arg;

	if (name && export_has_rest(name))
		each->fn(name, each->arg);
}

void export_each(void (*fn)(const char *name, void *arg), void *arg)
{
	struct each each = { fn, arg };

	configfs_subsys_each(each_subsys, &each);
}

/* What there is. */

static void add_listen(const struct listen_addr *at, void *arg)
{
	char text[LISTEN_LEN];

	listen_format(at, text);
	json_object_array_add(arg, json_object_new_string(text));
}

static void add_host(const char *host, void *arg)
{
	json_object_array_add(arg, json_object_new_string(host));
}

struct ns_search {
	const char *nqn;
	json_object *list;
};

static void add_ns(const char *nqn, uint32_t nsid, void *arg)
{
	struct ns_search *search = arg;
	json_object *object;
	char value[ATTR_LEN];
	bool is_enabled;

	if (strcmp(nqn, search->nqn))
		return;
	object = json_object_new_object();
	json_object_object_add(object, "nsid", json_object_new_int64(nsid));
	if (configfs_ns_get(nqn, nsid, "device_uuid", value))
		out_add_string(object, "uuid", value);
	if (configfs_ns_get(nqn, nsid, "device_path", value) && *value == '/')
		out_add_string(object, "disk", value);
	is_enabled = configfs_ns_get(nqn, nsid, "enable", value) && *value == '1';
	json_object_object_add(object, "enabled",
			       json_object_new_boolean(is_enabled));
	json_object_array_add(search->list, object);
}

static int by_nsid(const void *a, const void *b)
{
	uint64_t x = out_number(*(json_object *const *)a, "nsid");
	uint64_t y = out_number(*(json_object *const *)b, "nsid");

	return x < y ? -1 : x > y;
}

static json_object *namespaces(const char *nqn)
{
	struct ns_search search = { nqn, json_object_new_array() };

	configfs_ns_each(add_ns, &search);
	json_object_array_sort(search.list, by_nsid);
	return search.list;
}

json_object *export_load(const char *name)
{
	json_object *object = json_object_new_object();
	json_object *listen = json_object_new_array();
	json_object *hosts = json_object_new_array(), *any;
	char nqn[NQN_LEN];

	attach_nqn(name, nqn);
	configfs_port_each(nqn, add_listen, listen);
	configfs_subsys_hosts(nqn, add_host, hosts);
	out_add_string(object, "name", name);
	out_add_string(object, "type", EXPORT_TYPE);
	json_object_object_add(object, "listen", listen);
	any = json_object_new_boolean(configfs_subsys_allows_any(nqn));
	json_object_object_add(object, "allow_any", any);
	json_object_object_add(object, "allow_hosts", hosts);
	json_object_object_add(object, "volumes", namespaces(nqn));
	return object;
}

/* Namespaces. */

static json_object *find_uuid(json_object *list, const char *uuid)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *ns = json_object_array_get_idx(list, i);

		if (state_get(ns, "disk") && !strcmp(out_string(ns, "uuid"), uuid))
			return ns;
	}
	return NULL;
}

static bool has_nsid(json_object *list, uint32_t nsid)
{
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (out_number(json_object_array_get_idx(list, i), "nsid") == nsid)
			return true;
	return false;
}

static uint32_t lowest_free(json_object *list)
{
	uint32_t nsid = 1;

	while (has_nsid(list, nsid))
		nsid++;
	return nsid;
}

/* Those that never got a disk: the tool that made them was killed. */
static int sweep(const char *nqn)
{
	json_object *list = namespaces(nqn);
	int ret = 0;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *ns = json_object_array_get_idx(list, i);

		if (!state_get(ns, "disk"))
			ret |= configfs_ns_remove(nqn, out_number(ns, "nsid"));
	}
	json_object_put(list);
	return ret;
}

static int ns_create(const char *name, const char *nqn, uint32_t nsid,
		     const struct volume *vol)
{
	struct disk disk;

	if (backing_open(vol, &disk))
		return -1;
	attach_warn_shared(name, vol);
	if (!configfs_ns_create(nqn, nsid) &&
	    !configfs_ns_set_disk(nqn, nsid, disk.path, vol->uuid))
		return 0;
	configfs_ns_remove(nqn, nsid);
	return -1;
}

/* @nsid 0: the lowest that is free. */
static int attach(const char *name, const struct volume *vol, uint32_t nsid,
		  bool *changed)
{
	json_object *list, *there;
	char nqn[NQN_LEN];
	int ret;

	attach_nqn(name, nqn);
	if (sweep(nqn))
		return -1;
	list = namespaces(nqn);
	there = find_uuid(list, vol->uuid);
	*changed = !there || !json_object_get_boolean(state_get(there, "enabled"));
	if (there && !nsid)
		nsid = out_number(there, "nsid");
	if (!nsid)
		nsid = lowest_free(list);
	if (there && out_number(there, "nsid") != nsid)
		ret = err("volume %s has another nsid on device %s, %s: ipstctl device "
			  "detach %s %s first", vol->name, name,
			  out_string(there, "nsid"), name, vol->name);
	else if (!there && has_nsid(list, nsid))
		ret = err("nsid %u of device %s is taken by another namespace: "
			  "choose another, or detach that first", nsid, name);
	else
		ret = *changed ? ns_create(name, nqn, nsid, vol) : 0;
	json_object_put(list);
	return ret;
}

int export_attach(const char *name, const struct volume *vol, bool *changed)
{
	return attach(name, vol, 0, changed);
}

int export_detach_nsid(const char *name, uint32_t nsid)
{
	char nqn[NQN_LEN];

	attach_nqn(name, nqn);
	return configfs_ns_remove(nqn, nsid);
}

/* The only one there is; 0: there is none, or several, which has been told. */
static uint32_t only_nsid(const char *name, json_object *list)
{
	size_t n = json_object_array_length(list);

	if (n > 1)
		err("device %s has %zu volumes: say which, ipstctl device detach %s VOLUME",
		    name, n, name);
	return n == 1 ? out_number(json_object_array_get_idx(list, 0), "nsid") : 0;
}

int export_detach(const char *name, const struct volume *vol, bool *changed)
{
	char nqn[NQN_LEN];
	json_object *list;
	uint32_t nsid;
	int ret = 0;

	attach_nqn(name, nqn);
	if (sweep(nqn))
		return -1;
	list = namespaces(nqn);
	nsid = vol ? out_number(find_uuid(list, vol->uuid), "nsid") :
		     only_nsid(name, list);
	*changed = nsid;
	if (nsid)
		ret = configfs_ns_remove(nqn, nsid);
	else if (!vol && json_object_array_length(list))
		ret = -1;
	json_object_put(list);
	return ret;
}

/* What is wanted. */

static int let_in(const char *nqn, json_object *hosts)
{
	for (size_t i = 0; i < json_object_array_length(hosts); i++)
		if (configfs_subsys_allow(nqn, out_item(hosts, i)))
			return -1;
	return 0;
}

static int put_allowed(const char *nqn, json_object *want)
{
	return json_object_get_boolean(state_get(want, "allow_any")) ?
		       configfs_subsys_allow_any(nqn, true) :
		       let_in(nqn, state_get(want, "allow_hosts"));
}

static int listen_at(const char *nqn, json_object *want)
{
	json_object *list = state_get(want, "listen");
	struct listen_addr at;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		listen_parse(out_item(list, i), &at);
		if (configfs_port_link(&at, nqn))
			return -1;
	}
	return 0;
}

static bool is_free(const char *name, uint32_t nsid)
{
	char nqn[NQN_LEN], value[ATTR_LEN];

	attach_nqn(name, nqn);
	return !configfs_ns_get(nqn, nsid, "enable", value);
}

static int put_volume(const char *name, json_object *item, json_object *before)
{
	const char *volume = state_text(item, "volume");
	uint32_t nsid = out_number(item, "nsid");
	struct volume vol;
	bool changed;

	if (!nsid) {
		nsid = export_nsid(before, volume);
		nsid = nsid && is_free(name, nsid) ? nsid : 0;
	}
	return volume_find(volume, &vol) || attach(name, &vol, nsid, &changed) ?
		       -1 : 0;
}

static int put_some(const char *name, json_object *want, json_object *before,
		    bool with_nsid)
{
	json_object *list = state_get(want, "volumes");

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *item = json_object_array_get_idx(list, i);

		if (json_object_object_get_ex(item, "nsid", NULL) == with_nsid &&
		    put_volume(name, item, before))
			return -1;
	}
	return 0;
}

/* Those whose nsid is wanted first: the others take what is left. */
static int put_volumes(const char *name, json_object *want, json_object *before)
{
	return put_some(name, want, before, true) ||
	       put_some(name, want, before, false) ? -1 : 0;
}

int export_create(json_object *want)
{
	const char *name = state_text(want, "name");
	char nqn[NQN_LEN];

	attach_nqn(name, nqn);
	if (record_mark(name) || export_remove(name))
		return -1;
	if (!configfs_subsys_create(nqn, NULL) && !put_allowed(nqn, want) &&
	    !put_volumes(name, want, NULL) && !listen_at(nqn, want)) {
		record_unmark(name);
		return 0;
	}
	if (!export_remove(name))
		record_unmark(name);
	return -1;
}

static bool is_wanted(json_object *list, const char *text)
{
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!strcmp(out_item(list, i), text))
			return true;
	return false;
}

/* New ones come first: the device is never without. */
static int change_listen(const char *nqn, json_object *have, json_object *want)
{
	json_object *list = state_get(have, "listen");
	struct listen_addr at;

	if (listen_at(nqn, want))
		return -1;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		if (is_wanted(state_get(want, "listen"), out_item(list, i)))
			continue;
		listen_parse(out_item(list, i), &at);
		if (configfs_port_unlink(&at, nqn))
			return -1;
	}
	return 0;
}

/* Whoever is connected stays so; the list is for those who come. */
static int change_allowed(const char *nqn, json_object *have, json_object *want)
{
	json_object *list = state_get(have, "allow_hosts");

	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!is_wanted(state_get(want, "allow_hosts"), out_item(list, i)) &&
		    configfs_subsys_disallow(nqn, out_item(list, i)))
			return -1;
	if (!json_object_get_boolean(state_get(want, "allow_any")) &&
	    configfs_subsys_allow_any(nqn, false))
		return -1;
	return put_allowed(nqn, want);
}

int export_change(json_object *want, json_object *before)
{
	const char *name = state_text(want, "name");
	json_object *have = export_load(name);
	char nqn[NQN_LEN];
	int ret;

	attach_nqn(name, nqn);
	ret = change_allowed(nqn, have, want) || put_volumes(name, want, before) ||
	      change_listen(nqn, have, want) ? -1 : 0;
	json_object_put(have);
	return ret;
}

/* The mark is the caller's to take away. */
int export_remove(const char *name)
{
	char nqn[NQN_LEN];
	bool was_marked;

	attach_nqn(name, nqn);
	if (!configfs_subsys_exists(nqn))
		return 0;
	was_marked = record_is_marked(name);
	if (record_mark(name) || configfs_port_unlink_all(nqn) ||
	    configfs_subsys_remove(nqn, NULL))
		return -1;
	if (was_marked)
		configfs_hosts_sweep();
	return 0;
}
