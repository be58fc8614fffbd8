// SPDX-License-Identifier: GPL-2.0
/*
 * The volumes' definitions, all in one JSON file below /run/ipst, and the lock
 * that makes changes by two tools follow each other.
 *
 * A definition is what makes a volume repairable: it is on disk, as incomplete,
 * before the first connection is made, so whatever instant the tool dies at,
 * the next one knows which connections it may close. A new file replaces the
 * old by rename, so a reader sees one or the other, never half of one. If the
 * file is lost, rebuild.c asks the kernel.
 *
 * Devices are kept by the kernel. Of them there is only a mark while one is
 * being made, until all its attributes are set, and while its volume is being
 * replaced a record of the old one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipstctl.h"

#ifndef IPST_RUN_DIR	/* the unit tests have their own */
#define IPST_RUN_DIR "/run/ipst"
#endif

#define RUN_DIR IPST_RUN_DIR
#define VOLUMES RUN_DIR "/volumes.json"
#define VOLUMES_VERSION 1
#define MARKS_DIR RUN_DIR "/making"
#define REPLACING_DIR RUN_DIR "/replacing"
/* The lock makes one of these enough. */
#define NEW_RECORD RUN_DIR "/.new"

static const char *const origins[] = {
	[UUID_NONE] = "none",	    [UUID_GIVEN] = "given",
	[UUID_NAMESPACE] = "namespace", [UUID_DERIVED] = "derived",
	[UUID_RANDOM] = "random",
};

const char *record_uuid_origin(enum uuid_origin origin)
{
	return origins[origin];
}

static int make_dirs(void)
{
	static const char *const dirs[] = { RUN_DIR, MARKS_DIR,
					    REPLACING_DIR };

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		if (mkdir(dirs[i], 0755) && errno != EEXIST)
			return err("%s cannot be made: %s", dirs[i],
				   errno == EACCES ? "run ipstctl as root" :
						     strerror(errno));
	return 0;
}

static int lock_wait(int fd)
{
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return 0;
	if (isatty(STDERR_FILENO))
		fputs("waiting for another ipstctl to finish\n", stderr);
	while (flock(fd, LOCK_EX))
		if (errno != EINTR)
			return err("%s cannot be locked: %s", RUN_DIR "/lock",
				   strerror(errno));
	return 0;
}

/* The kernel drops it even after SIGKILL. */
int record_lock_open(void)
{
	int fd;

	if (make_dirs())
		return -1;
	fd = open(RUN_DIR "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err("%s cannot be opened: %s", RUN_DIR "/lock",
			   errno == EACCES ? "run ipstctl as root" :
					     strerror(errno));
	if (lock_wait(fd)) {
		close(fd);
		return -1;
	}
	unlink(NEW_RECORD);
	return fd;
}

/* Held until the process ends. */
int record_lock(void)
{
	return record_lock_open() < 0 ? -1 : 0;
}

static void mark_path(const char *device, char *path, size_t len)
{
	snprintf(path, len, MARKS_DIR "/%s", device);
}

int record_mark(const char *device)
{
	char path[ATTR_LEN];
	int fd;

	mark_path(device, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err("%s cannot be written: %s", path, strerror(errno));
	close(fd);
	return 0;
}

void record_unmark(const char *device)
{
	char path[ATTR_LEN];

	mark_path(device, path, sizeof(path));
	unlink(path);
}

bool record_is_marked(const char *device)
{
	char path[ATTR_LEN];

	mark_path(device, path, sizeof(path));
	return !access(path, F_OK);
}

static json_object *volume_path_to_json(const struct path *path)
{
	json_object *object = json_object_new_object();

	path_to_json(path, object);
	json_object_object_add(object, "source",
			       json_object_new_int(path->source));
	json_object_object_add(object, "owned",
			       json_object_new_boolean(path->owned));
	return object;
}

static json_object *settings_to_json(const struct volume *vol)
{
	json_object *object = json_object_new_object();

	for (int i = 0; i < VSET_COUNT; i++)
		if (volume_is_set(vol, i))
			out_add_string(object, volume_settings[i].key,
				       vol->settings[i]);
	return object;
}

static json_object *volume_to_json(const struct volume *vol)
{
	json_object *object = json_object_new_object();
	json_object *sources = json_object_new_array();
	json_object *paths = json_object_new_array();
	char text[SOURCE_LEN];

	for (int i = 0; i < vol->n_sources; i++) {
		source_format(&vol->sources[i], text);
		json_object_array_add(sources, json_object_new_string(text));
	}
	for (int i = 0; i < vol->n_paths; i++)
		json_object_array_add(paths,
				      volume_path_to_json(&vol->paths[i]));
	json_object_object_add(object, "complete",
			       json_object_new_boolean(vol->complete));
	if (vol->rebuilt)
		json_object_object_add(object, "rebuilt",
				       json_object_new_boolean(true));
	out_add_string(object, "uuid", vol->uuid);
	out_add_string(object, "uuid_origin", origins[vol->uuid_origin]);
	out_add_string(object, "wwid", vol->wwid);
	out_add_string(object, "subsys_nqn", vol->nqn);
	out_add_string(object, "key_check", vol->key_check);
	out_add_string(object, "formatting", vol->formatting);
	json_object_object_add(object, "nsid", json_object_new_int64(vol->nsid));
	json_object_object_add(object, "settings", settings_to_json(vol));
	json_object_object_add(object, "sources", sources);
	json_object_object_add(object, "paths", paths);
	return object;
}

static json_object *get_item(json_object *object, const char *key, int i)
{
	json_object *array;

	if (!json_object_object_get_ex(object, key, &array) ||
	    !json_object_is_type(array, json_type_array))
		return NULL;
	return json_object_array_get_idx(array, i);
}

static bool get_boolean(json_object *object, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(object, key, &value) &&
	       json_object_get_boolean(value);
}

static void volume_path_from_json(json_object *object, int i,
				  struct path *path)
{
	json_object *source = json_object_object_get(object, "source");

	path_from_json(object, path);
	/* Not in records of before there was discovery. */
	path->source = source ? json_object_get_int(source) : i;
	path->owned = get_boolean(object, "owned");
}

static bool settings_from_json(json_object *object, struct volume *vol)
{
	json_object *settings = json_object_object_get(object, "settings");

	for (int i = 0; i < VSET_COUNT; i++) {
		const char *value = out_string(settings, volume_settings[i].key);

		if (!*value)
			continue;
		if (volume_settings[i].check(value))
			return false;
		snprintf(vol->settings[i], VSET_LEN, "%s", value);
	}
	return true;
}

static bool sources_from_json(json_object *object, struct volume *vol)
{
	json_object *item;

	for (int i = 0; i < SOURCES_MAX; i++) {
		item = get_item(object, "sources", i);
		if (!item)
			break;
		if (source_parse(json_object_get_string(item) ?: "",
				 &vol->sources[i]))
			return false;
		vol->n_sources++;
	}
	for (int i = 0; i < PATHS_MAX; i++) {
		item = get_item(object, "paths", i);
		if (!item)
			break;
		volume_path_from_json(item, i, &vol->paths[i]);
		if (vol->paths[i].source < 0 ||
		    vol->paths[i].source >= vol->n_sources)
			return false;
		vol->n_paths++;
	}
	return vol->n_sources;
}

static bool volume_from_json(const char *name, json_object *object,
			     struct volume *vol)
{
	const char *origin = out_string(object, "uuid_origin");
	json_object *nsid;

	if (name_check(name))
		return false;
	volume_init(vol, name);
	for (size_t i = 0; i < ARRAY_SIZE(origins); i++)
		if (!strcmp(origin, origins[i]))
			vol->uuid_origin = i;
	snprintf(vol->uuid, sizeof(vol->uuid), "%s",
		 out_string(object, "uuid"));
	snprintf(vol->wwid, sizeof(vol->wwid), "%s",
		 out_string(object, "wwid"));
	snprintf(vol->key_check, sizeof(vol->key_check), "%s",
		 out_string(object, "key_check"));
	snprintf(vol->formatting, sizeof(vol->formatting), "%s",
		 out_string(object, "formatting"));
	if (*vol->key_check && volume_key_check(vol->key_check))
		return false;
	vol->complete = get_boolean(object, "complete");
	vol->rebuilt = get_boolean(object, "rebuilt");
	if (json_object_object_get_ex(object, "nsid", &nsid))
		vol->nsid = json_object_get_int64(nsid);
	if (!settings_from_json(object, vol) || !sources_from_json(object, vol))
		return false;
	snprintf(vol->nqn, sizeof(vol->nqn), "%s",
		 out_string(object, "subsys_nqn"));
	if (!*vol->nqn && !source_is_discovery(&vol->sources[0]))
		memcpy(vol->nqn, vol->sources[0].nqn, sizeof(vol->nqn));
	return true;
}

static int write_all(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t n;

	while (len) {
		n = write(fd, text, len);
		if (n < 0)
			return -1;
		text += n;
		len -= n;
	}
	return 0;
}

/* Takes @object. */
static int save_json(const char *path, json_object *object)
{
	const char *text;
	int fd, ret;

	fd = open(NEW_RECORD, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	text = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY);
	ret = fd < 0 || write_all(fd, text) || fsync(fd) ? -1 : 0;
	if (fd >= 0 && close(fd))
		ret = -1;
	json_object_put(object);
	if (ret || rename(NEW_RECORD, path))
		return err("%s cannot be written: %s", path, strerror(errno));
	return 0;
}

/* The file's members are the volumes, by name. */

static json_object *doc_new(void)
{
	json_object *doc = json_object_new_object();

	json_object_object_add(doc, "version",
			       json_object_new_int(VOLUMES_VERSION));
	json_object_object_add(doc, "volumes", json_object_new_object());
	return doc;
}

static json_object *doc_volumes(json_object *doc)
{
	return json_object_object_get(doc, "volumes");
}

static json_object *doc_rebuild(void)
{
	json_object *doc = doc_new();
	struct volume *vols;
	int n = rebuild_volumes(&vols);

	for (int i = 0; i < n; i++)
		json_object_object_add(doc_volumes(doc), vols[i].name,
				       volume_to_json(&vols[i]));
	free(vols);
	return doc;
}

/* NULL: there is no such file as this, and that has been told. */
static json_object *doc_load(void)
{
	json_object *doc;

	if (access(VOLUMES, F_OK))
		return doc_rebuild();
	if (access(VOLUMES, R_OK)) {
		err(VOLUMES " cannot be read: run ipstctl as root");
		return NULL;
	}
	doc = json_object_from_file(VOLUMES);
	if (json_object_is_type(doc_volumes(doc), json_type_object) &&
	    json_object_get_int(json_object_object_get(doc, "version")) ==
		    VOLUMES_VERSION)
		return doc;
	json_object_put(doc);
	err(VOLUMES " is not what this ipstctl writes there: move it away; "
	    "volumes that devices have are found again");
	return NULL;
}

static int volume_load(const char *name, json_object *object,
		       struct volume *vol)
{
	if (volume_from_json(name, object, vol))
		return 0;
	return err(VOLUMES " has no sense in its volume \"%s\": move it away; "
		   "volumes that devices have are found again", name);
}

int record_load(const char *name, struct volume *vol, bool *found)
{
	json_object *doc = doc_load(), *object;
	int ret = doc ? 0 : -1;

	volume_init(vol, name);
	*found = doc && json_object_object_get_ex(doc_volumes(doc), name,
						  &object);
	if (*found)
		ret = volume_load(name, object, vol);
	json_object_put(doc);
	return ret;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct volume *)a)->name,
		      ((const struct volume *)b)->name);
}

int record_all(struct volume **vols)
{
	json_object *doc = doc_load();
	int n = 0;

	*vols = NULL;
	if (!doc)
		return -1;
	*vols = calloc(json_object_object_length(doc_volumes(doc)) + 1,
		       sizeof(**vols));
	json_object_object_foreach(doc_volumes(doc), name, object) {
		if (*vols && !volume_load(name, object, &(*vols)[n])) {
			n++;
			continue;
		}
		free(*vols);
		*vols = NULL;
		json_object_put(doc);
		return -1;
	}
	json_object_put(doc);
	qsort(*vols, n, sizeof(**vols), by_name);
	return n;
}

int record_save(const struct volume *vol)
{
	return record_rename(vol->name, vol);
}

/* What was @name is @vol from now on. */
int record_rename(const char *name, const struct volume *vol)
{
	json_object *doc = doc_load();

	if (!doc)
		return -1;
	if (strcmp(name, vol->name))
		json_object_object_del(doc_volumes(doc), name);
	json_object_object_add(doc_volumes(doc), vol->name,
			       volume_to_json(vol));
	return save_json(VOLUMES, doc);
}

int record_remove(const char *name)
{
	json_object *doc = doc_load();

	if (!doc)
		return -1;
	json_object_object_del(doc_volumes(doc), name);
	return save_json(VOLUMES, doc);
}

static void replacing_path(const char *device, char *path, size_t len)
{
	snprintf(path, len, REPLACING_DIR "/%s", device);
}

int record_replacing_save(const char *device, const struct replacing *old)
{
	json_object *object = json_object_new_object();
	char path[ATTR_LEN];

	json_object_object_add(object, "paused",
			       json_object_new_boolean(old->paused));
	out_add_string(object, "device_path", old->path);
	out_add_string(object, "device_uuid", old->uuid);
	replacing_path(device, path, sizeof(path));
	return save_json(path, object);
}

int record_replacing_load(const char *device, struct replacing *old,
			  bool *found)
{
	char path[ATTR_LEN];
	json_object *object;

	memset(old, 0, sizeof(*old));
	replacing_path(device, path, sizeof(path));
	*found = !access(path, F_OK);
	if (!*found)
		return 0;
	object = json_object_from_file(path);
	old->paused = get_boolean(object, "paused");
	snprintf(old->path, sizeof(old->path), "%s",
		 out_string(object, "device_path"));
	snprintf(old->uuid, sizeof(old->uuid), "%s",
		 out_string(object, "device_uuid"));
	json_object_put(object);
	if (!*old->path)
		return err("%s is no record of what device %s had: remove "
			   "it, then detach its volume",
			   path, device);
	return 0;
}

int record_replacing_remove(const char *device)
{
	char path[ATTR_LEN];

	replacing_path(device, path, sizeof(path));
	if (unlink(path) && errno != ENOENT)
		return err("%s cannot be removed: %s", path, strerror(errno));
	return 0;
}

int record_find_uuid(const char *uuid, const char *except, struct volume *vol,
		     bool *found)
{
	struct volume *vols;
	int n = record_all(&vols);

	*found = false;
	for (int i = 0; i < n && !*found; i++) {
		if (except && !strcmp(vols[i].name, except))
			continue;
		*found = *uuid && !strcmp(vols[i].uuid, uuid);
		*vol = vols[i];
	}
	free(vols);
	return n < 0 ? -1 : 0;
}
