// SPDX-License-Identifier: GPL-2.0
/* ipstctl volume: names for block devices that this box can reach. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uuid/uuid.h>

#include "ipstctl.h"
#include "layer.h"

static const struct out_column columns[] = {
	{ .key = "name", .title = "NAME" },
	{ .key = "state", .title = "STATE" },
	{ .key = "size", .title = "SIZE", .form = OUT_BYTES },
	{ .key = "block_size", .is_detail = true, .title = "",
	  .form = OUT_BYTES },
	{ .key = "disk", .title = "DISK" },
	{ .key = "read_only", .is_detail = true, .title = "",
	  .form = OUT_YES_NO },
	{ .key = "uuid", .title = "UUID" },
	{ .key = "uuid_origin", .is_detail = true, .title = "" },
	{ .key = "wwid", .is_detail = true, .title = "" },
	{ .key = "subsys_nqn", .is_detail = true, .title = "" },
	{ .key = "nsid", .is_detail = true, .title = "" },
	{ .key = "host_nqn", .is_detail = true, .title = "" },
	{ .key = "ctrl_loss_tmo", .is_detail = true, .title = "" },
	{ .key = "fast_io_fail_tmo", .is_detail = true, .title = "" },
	{ .key = "io_policy", .is_detail = true, .title = "" },
	{ .key = "dhchap_key", .is_detail = true, .title = "" },
	{ .key = "dhchap_ctrl_key", .is_detail = true, .title = "" },
	{ .key = "tls", .is_detail = true, .title = "", .form = OUT_YES_NO },
	{ .key = "integrity", .is_detail = true, .title = "" },
	{ .key = "encrypt", .is_detail = true, .title = "" },
	{ .key = "compress", .is_detail = true, .title = "",
	  .form = OUT_YES_NO },
	{ .key = "deduplicate", .is_detail = true, .title = "",
	  .form = OUT_YES_NO },
	{ .key = "sources", .is_detail = true, .title = "", .form = OUT_LIST },
	{ .key = "paths", .is_detail = true, .title = "", .form = OUT_LIST },
	{ .key = "layers", .is_detail = true, .title = "", .form = OUT_LIST },
	{ .key = "devices", .title = "DEVICES", .form = OUT_LIST },
	{ }
};

/* Usage errors have been told. */

/* With --discover, the words are addresses of discovery services. */
static const char *parse_source(struct cmd_call *call, const char *text,
				struct source *src)
{
	const char *why;

	if (!cmd_flag(call, "discover"))
		return source_parse(text, src);
	why = source_parse_service(text, src);
	return why ?: source_set_uuid(src, cmd_value(call, "uuid"));
}

static int parse_sources(struct cmd_call *call, struct volume *vol)
{
	const char *why;

	if (cmd_flag(call, "discover") && !cmd_value(call, "uuid"))
		return cmd_usage(call, "--discover needs --uuid, of the "
				 "namespace that is to be found");

	if (call->argc - 1 > SOURCES_MAX)
		return cmd_usage(call, "a volume has at most %d sources",
				 SOURCES_MAX);
	for (; vol->n_sources < call->argc - 1; vol->n_sources++) {
		const char *text = call->argv[vol->n_sources + 1];

		why = parse_source(call, text, &vol->sources[vol->n_sources]);
		if (why)
			return cmd_usage(call, "source \"%s\" %s", text, why);
	}
	why = sources_check(vol->sources, vol->n_sources);
	return why ? cmd_usage(call, "%s", why) : EXIT_DONE;
}

static int parse_settings(struct cmd_call *call, struct volume *vol)
{
	const char *why;

	for (int i = 0; i < VSET_COUNT; i++) {
		const struct volume_setting *set = &volume_settings[i];
		const char *value = cmd_value(call, set->option);

		if (!value)
			continue;
		if (set->type == VSET_BOOLEAN)
			value = "1";
		why = volume_setting_check(i, value);
		if (why)
			return cmd_usage(call, "--%s \"%s\" %s", set->option,
					 value, why);
		strcpy(vol->settings[i], value);
	}
	why = volume_check(vol);
	return why ? cmd_usage(call, "%s", why) : EXIT_DONE;
}

static int parse_uuid(struct cmd_call *call, struct volume *vol)
{
	const char *given = cmd_value(call, "uuid");
	uuid_t uuid;

	if (!given || cmd_flag(call, "discover"))
		return EXIT_DONE;
	if (uuid_parse(given, uuid) || uuid_is_null(uuid))
		return cmd_usage(call, "--uuid \"%s\" is no UUID", given);
	uuid_unparse_lower(uuid, vol->uuid);
	vol->uuid_origin = UUID_GIVEN;
	return EXIT_DONE;
}

static int volume_parse(struct cmd_call *call, struct volume *vol)
{
	const char *why = name_check(call->argv[0]);
	int ret;

	if (why)
		return cmd_usage(call, "volume name \"%s\" %s", call->argv[0],
				 why);
	volume_init(vol, call->argv[0]);
	vol->format = cmd_flag(call, "format");
	ret = parse_sources(call, vol);
	if (!ret)
		ret = parse_settings(call, vol);
	return ret ?: parse_uuid(call, vol);
}

/* In any order. */
static bool has_same_sources(const struct volume *a, const struct volume *b)
{
	int same = 0;

	for (int i = 0; i < a->n_sources; i++)
		for (int j = 0; j < b->n_sources; j++)
			same += source_is_equal(&a->sources[i], &b->sources[j]);
	return same == a->n_sources && a->n_sources == b->n_sources;
}

static int check_same(const struct volume *have, const struct volume *want)
{
	const char *option = volume_difference(have, want, 0, VSET_COUNT);
	char text[SOURCE_LEN];

	source_format(&have->sources[0], text);
	if (!has_same_sources(have, want))
		return err("volume %s exists with another SOURCE, %s%s: choose "
			   "another name, or volume del it first",
			   have->name, text,
			   have->n_sources > 1 ? " and others" : "");
	if (option)
		return err("volume %s exists with another --%s: choose another "
			   "name, or volume del it first", have->name, option);
	if (want->uuid_origin == UUID_GIVEN && *have->uuid &&
	    strcmp(have->uuid, want->uuid))
		return err("volume %s exists with another --uuid, %s: choose "
			   "another name, or volume del it first",
			   have->name, have->uuid);
	if (want->uuid_origin == UUID_NONE && have->uuid_origin == UUID_GIVEN)
		return err("volume %s exists with --uuid %s: repeat it, or volume del it first",
			   have->name, have->uuid);
	return 0;
}

static bool is_same_disk(const struct volume *a, const struct volume *b)
{
	const struct source *x = &a->sources[0], *y = &b->sources[0];

	if (x->kind != y->kind)
		return false;
	if (x->kind == SOURCE_BLOCK)
		return !strcmp(x->path, y->path);
	if (*y->uuid && strcmp(y->uuid, a->uuid))
		return false;
	return (source_is_discovery(y) || !strcmp(x->nqn, y->nqn)) &&
	       (!x->nsid || !y->nsid || x->nsid == y->nsid);
}

bool volume_is_nameless(const struct volume *have, const struct volume *want)
{
	return have->rebuilt && is_same_disk(have, want) &&
	       (want->uuid_origin != UUID_GIVEN ||
		!strcmp(have->uuid, want->uuid));
}

int volume_name(struct volume *have, const struct volume *want, bool is_dry_run)
{
	char name[NAME_LEN];

	memcpy(name, have->name, sizeof(name));
	memcpy(have->name, want->name, sizeof(have->name));
	memcpy(have->sources, want->sources, sizeof(have->sources));
	memcpy(have->settings, want->settings, sizeof(have->settings));
	memset(have->paths, 0, sizeof(have->paths));
	have->n_sources = want->n_sources;
	have->n_paths = 0;
	have->rebuilt = false;
	return is_dry_run ? 0 : record_rename(name, have);
}

static int adopt(const struct volume *want, struct volume *have, bool *found)
{
	struct volume *vols;
	int n = record_all(&vols), ret = n < 0 ? -1 : 0;

	for (int i = 0; i < n && !*found; i++) {
		*found = volume_is_nameless(&vols[i], want);
		*have = vols[i];
	}
	free(vols);
	return *found ? volume_name(have, want, false) : ret;
}

static int put_back(const struct volume *before, bool found)
{
	return found ? record_save(before) : record_remove(before->name);
}

/* The UUID is the disk's, not that of a layer. */
static int volume_connect(struct volume *vol, struct disk *disk)
{
	if (backing_attach(vol, disk))
		return -1;
	if (!identity_uuid(vol, disk) && !layers_attach(vol, disk))
		return 0;
	backing_undo(vol);
	return -1;
}

/* @have: what is recorded, if @found; becomes what is to be shown. */
static int volume_make(struct volume *have, bool found,
		       const struct volume *want, const char **result)
{
	struct volume vol = found ? *have : *want;
	struct disk disk;

	if (want->uuid_origin == UUID_GIVEN) {
		vol.uuid_origin = UUID_GIVEN;
		memcpy(vol.uuid, want->uuid, sizeof(vol.uuid));
	}
	vol.format = want->format;
	if (!*vol.key_check)
		memcpy(vol.key_check, want->key_check, sizeof(vol.key_check));
	if (volume_connect(&vol, &disk)) {
		put_back(found ? have : &vol, found);
		return -1;
	}
	*result = !found || !have->complete ? "added" :
		  backing_is_changed(&vol) ? "connected again" : "unchanged";
	vol.complete = true;
	*have = vol;
	return record_save(&vol);
}

/* As @want; @have becomes what is to be shown. */
int volume_put(const struct volume *want, struct volume *have,
	       const char **result)
{
	bool found, adopted = false;

	if (record_load(want->name, have, &found))
		return -1;
	/* One that rebuild.c has found by its layers has its name, and no more. */
	if (found && volume_is_nameless(have, want))
		found = false;
	if ((found ? check_same(have, want) : adopt(want, have, &adopted)) ||
	    volume_make(have, found || adopted, want, result))
		return -1;
	if (adopted)
		*result = "added";
	return 0;
}

static int volume_add(struct cmd_call *call)
{
	struct volume have, want;
	const char *result;
	json_object *object;
	int ret;

	ret = volume_parse(call, &want);
	if (ret)
		return ret;
	if (record_lock() || volume_put(&want, &have, &result))
		return EXIT_FAILED;
	object = model_volume(&have);
	out_result(call->json, "volume", want.name, result, object);
	json_object_put(object);
	return EXIT_DONE;
}

static json_object *path_line(json_object *path)
{
	static const char *const keys[] = { "traddr", "trsvcid", "ctrl",
					    "state", "ana_state" };
	json_object *value;
	char line[256];
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (json_object_object_get_ex(path, keys[i], &value))
			len += snprintf(line + len, sizeof(line) - len, "%s%s",
					i ? " " : "",
					json_object_get_string(value));
	return json_object_new_string(line);
}

static json_object *layer_line(json_object *layer)
{
	json_object *value;
	char line[256], bytes[32];
	size_t len = snprintf(line, sizeof(line), "%s %s",
			      out_string(layer, "type"),
			      out_string(layer, "disk"));

	out_bytes(out_number(layer, "size"), bytes, sizeof(bytes));
	len += snprintf(line + len, sizeof(line) - len, " %s", bytes);
	if (json_object_object_get_ex(layer, "used", &value)) {
		out_bytes(json_object_get_uint64(value), bytes, sizeof(bytes));
		len += snprintf(line + len, sizeof(line) - len, " used %s",
				bytes);
		out_bytes(out_number(layer, "free"), bytes, sizeof(bytes));
		snprintf(line + len, sizeof(line) - len, " free %s", bytes);
	}
	return json_object_new_string(line);
}

/* Nested objects; people get a line for each. */
static void flatten(json_object *vol, const char *key,
		    json_object *(*line)(json_object *item))
{
	json_object *list, *lines;

	if (!json_object_object_get_ex(vol, key, &list))
		return;
	lines = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(list); i++)
		json_object_array_add(lines,
				      line(json_object_array_get_idx(list, i)));
	json_object_object_add(vol, key, lines);
}

static void flatten_all(json_object *vol)
{
	flatten(vol, "paths", path_line);
	flatten(vol, "layers", layer_line);
}

int volume_find(const char *name, struct volume *vol)
{
	bool found;

	if (record_load(name, vol, &found))
		return -1;
	return found ? 0 : err("there is no volume %s: ipstctl volume add it first",
			       name);
}

static int show_one(const char *name, json_object *array)
{
	struct volume vol;
	bool found;

	if (record_load(name, &vol, &found))
		return -1;
	if (!found)
		return err("there is no volume %s: ipstctl volume show lists them",
			   name);
	json_object_array_add(array, model_volume(&vol));
	return 0;
}

static int show_all(json_object *array)
{
	struct volume *vols;
	int n = record_all(&vols);

	for (int i = 0; i < n; i++)
		json_object_array_add(array, model_volume(&vols[i]));
	free(vols);
	return n < 0 ? -1 : 0;
}

static int volume_show(struct cmd_call *call)
{
	json_object *array = json_object_new_array();
	int ret;

	if (call->argc && name_check(call->argv[0])) {
		json_object_put(array);
		return cmd_usage(call, "volume name \"%s\" %s", call->argv[0],
				 name_check(call->argv[0]));
	}
	ret = call->argc ? show_one(call->argv[0], array) : show_all(array);
	for (size_t i = 0; !call->json && i < json_object_array_length(array); i++)
		flatten_all(json_object_array_get_idx(array, i));
	if (call->argc && !ret)
		out_details(call->json, array, columns);
	else if (!call->argc)
		out_table(call->json, array, columns);
	json_object_put(array);
	return ret ? EXIT_FAILED : EXIT_DONE;
}

static int check_no_device(const struct volume *vol)
{
	json_object *users = attach_users(vol);
	const char *user;
	int ret = 0;

	if (json_object_array_length(users)) {
		user = out_item(users, 0);
		ret = err("volume %s is behind device %s: ipstctl device detach %s first",
			  vol->name, user, user);
	}
	json_object_put(users);
	return ret;
}

/* Others matter only if the disk is going to vanish. */
static int check_no_user(const struct volume *vol)
{
	char path[ATTR_LEN], nqn[NQN_LEN];

	if (check_no_device(vol))
		return -1;
	if (!backing_has_ours(vol))
		return 0;
	if (attach_find_subsys(vol, "", nqn))
		return err("volume %s is in use: remove the namespace of nvmet subsystem %s first",
			   vol->name, nqn);
	if (backing_find(vol, path, sizeof(path)) && disk_is_claimed(path))
		return err("volume %s is in use: unmount %s, or stop what is built on it",
			   vol->name, path);
	return 0;
}

/* The record goes last: until then a repeated del goes on from here. */
int volume_remove(const struct volume *vol)
{
	return check_no_user(vol) || backing_detach(vol) ||
	       record_remove(vol->name) ? -1 : 0;
}

static int volume_del(struct cmd_call *call)
{
	const char *name = call->argv[0];
	struct volume vol;
	bool found;

	if (name_check(name))
		return cmd_usage(call, "volume name \"%s\" %s", name,
				 name_check(name));
	if (record_lock() || record_load(name, &vol, &found))
		return EXIT_FAILED;
	if (!found && !cmd_flag(call, "if-exists")) {
		err("there is no volume %s", name);
		return EXIT_FAILED;
	}
	if (found && volume_remove(&vol))
		return EXIT_FAILED;
	out_result(call->json, "volume", name, found ? "deleted" : "absent",
		   NULL);
	return EXIT_DONE;
}

static int volume_resize(struct cmd_call *call)
{
	const char *name = call->argv[0];
	json_object *object;
	struct volume vol;
	bool changed;

	if (name_check(name))
		return cmd_usage(call, "volume name \"%s\" %s", name,
				 name_check(name));
	if (record_lock() || volume_find(name, &vol) ||
	    resize_volume(&vol, &changed))
		return EXIT_FAILED;
	object = model_volume(&vol);
	out_result(call->json, "volume", name,
		   changed ? "resized" : "unchanged", object);
	json_object_put(object);
	return EXIT_DONE;
}

static const struct cmd_option no_options[] = { { } };

static const struct cmd_option add_options[] = {
	{ "uuid", "U", "the volume's UUID, instead of the namespace's own" },
	{ "discover", NULL, "SOURCEs are ADDR[:PORT] of discovery services" },
	{ "host-nqn", "NQN", "who we are to the target" },
	{ "ctrl-loss", "S", "give up a path lost for so long; -1: never" },
	{ "fast-io-fail", "S", "fail I/O after so long without a path; -1: never" },
	{ "io-policy", "POLICY", "numa, round-robin or queue-depth" },
	{ "dhchap-key", "KEYSPEC", "authenticate by this key" },
	{ "dhchap-ctrl-key", "KEYSPEC", "and the target by this" },
	{ "tls", NULL, "encrypt the connections by TLS" },
	{ "integrity", "crc32c", "find out damaged data by checksums" },
	{ "encrypt", "HOW:KEYSPEC", "encrypt; HOW is luks2 or plain" },
	{ "compress", NULL, "compress, by dm-vdo" },
	{ "deduplicate", NULL, "store what is equal once, by dm-vdo" },
	{ "format", NULL, "first format the disk for these, if it is blank" },
	{ }
};

static const struct cmd_option discover_options[] = {
	{ "host-nqn", "NQN", "who we are to the services" },
	{ }
};

static const struct cmd_option del_options[] = {
	{ "if-exists", NULL, "succeed if there is no such volume" },
	{ }
};

const struct cmd_verb volume_verbs[] = {
	{
		.name = "add",
		.args = "NAME SOURCE...",
		.min_args = 2,
		.max_args = -1,
		.help = "name a disk, and connect it if it is remote",
		.options = add_options,
		.run = volume_add,
	},
	{
		.name = "discover",
		.args = "ADDR[:PORT]",
		.min_args = 1,
		.max_args = 1,
		.help = "list what a discovery service tells of",
		.options = discover_options,
		.run = volume_discover,
	},
	{
		.name = "show",
		.args = "[NAME]",
		.max_args = 1,
		.help = "list volumes, or tell all of one",
		.options = no_options,
		.run = volume_show,
	},
	{
		.name = "paths",
		.args = "[NAME]",
		.max_args = 1,
		.help = "list connections, and how they are",
		.options = no_options,
		.run = paths_show,
	},
	{
		.name = "resize",
		.args = "NAME",
		.min_args = 1,
		.max_args = 1,
		.help = "pass on that its disk has grown",
		.options = no_options,
		.run = volume_resize,
	},
	{
		.name = "del",
		.args = "NAME",
		.min_args = 1,
		.max_args = 1,
		.help = "forget a volume, and disconnect it",
		.options = del_options,
		.run = volume_del,
	},
	{ }
};
