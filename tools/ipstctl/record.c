// SPDX-License-Identifier: GPL-2.0
/*
 * Volume records, one JSON file each in /run/ipst/volumes, and the lock that
 * makes changes by two tools follow each other.
 *
 * A record is what makes volumes repairable: it is on disk, as incomplete,
 * before the first connection is made, so whatever instant the tool dies at,
 * the next one knows which connections it may close. A new version replaces
 * the old by rename, so a reader sees one or the other, never half of one.
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
#define VOLUMES_DIR RUN_DIR "/volumes"
#define MARKS_DIR RUN_DIR "/making"
#define REPLACING_DIR RUN_DIR "/replacing"
/* Names never begin with a dot; the lock makes one of these enough. */
#define NEW_RECORD VOLUMES_DIR "/.new"

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
	static const char *const dirs[] = { RUN_DIR, VOLUMES_DIR,
					    MARKS_DIR, REPLACING_DIR };

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

/* Held until the process ends; the kernel drops it even after SIGKILL. */
int record_lock(void)
{
	int fd;

	if (make_dirs())
		return -1;
	fd = open(RUN_DIR "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err("%s cannot be opened: %s", RUN_DIR "/lock",
			   errno == EACCES ? "run ipstctl as root" :
					     strerror(errno));
	if (lock_wait(fd))
		return -1;
	unlink(NEW_RECORD);
	return 0;
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

static void record_path(const char *name, char *path, size_t len)
{
	snprintf(path, len, VOLUMES_DIR "/%s", name);
}

static json_object *path_to_json(const struct path *path)
{
	json_object *object = json_object_new_object();

	out_add_string(object, "traddr", path->traddr);
	out_add_string(object, "trsvcid", path->trsvcid);
	out_add_string(object, "ctrl", path->ctrl);
	json_object_object_add(object, "owned",
			       json_object_new_boolean(path->owned));
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
		if (vol->sources[i].kind == SOURCE_NVME_TCP)
			json_object_array_add(paths,
					      path_to_json(&vol->paths[i]));
	}
	json_object_object_add(object, "complete",
			       json_object_new_boolean(vol->complete));
	out_add_string(object, "uuid", vol->uuid);
	out_add_string(object, "uuid_origin", origins[vol->uuid_origin]);
	out_add_string(object, "wwid", vol->wwid);
	json_object_object_add(object, "nsid", json_object_new_int64(vol->nsid));
	json_object_object_add(object, "sources", sources);
	json_object_object_add(object, "paths", paths);
	return object;
}

static const char *get_string(json_object *object, const char *key)
{
	json_object *value;

	if (!json_object_object_get_ex(object, key, &value))
		return "";
	return json_object_get_string(value) ?: "";
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

static void path_from_json(json_object *object, struct path *path)
{
	snprintf(path->traddr, sizeof(path->traddr), "%s",
		 get_string(object, "traddr"));
	snprintf(path->trsvcid, sizeof(path->trsvcid), "%s",
		 get_string(object, "trsvcid"));
	snprintf(path->ctrl, sizeof(path->ctrl), "%s",
		 get_string(object, "ctrl"));
	path->owned = get_boolean(object, "owned");
}

static bool volume_from_json(json_object *object, struct volume *vol)
{
	const char *origin = get_string(object, "uuid_origin");
	json_object *item, *nsid;

	for (size_t i = 0; i < ARRAY_SIZE(origins); i++)
		if (!strcmp(origin, origins[i]))
			vol->uuid_origin = i;
	snprintf(vol->uuid, sizeof(vol->uuid), "%s",
		 get_string(object, "uuid"));
	snprintf(vol->wwid, sizeof(vol->wwid), "%s",
		 get_string(object, "wwid"));
	vol->complete = get_boolean(object, "complete");
	if (json_object_object_get_ex(object, "nsid", &nsid))
		vol->nsid = json_object_get_int64(nsid);

	for (int i = 0; i < SOURCES_MAX; i++) {
		item = get_item(object, "sources", i);
		if (!item)
			break;
		if (source_parse(json_object_get_string(item) ?: "",
				 &vol->sources[i]))
			return false;
		path_from_json(get_item(object, "paths", i), &vol->paths[i]);
		vol->n_sources++;
	}
	return vol->n_sources;
}

int record_load(const char *name, struct volume *vol, bool *found)
{
	char path[ATTR_LEN];
	json_object *object;
	bool is_good;

	memset(vol, 0, sizeof(*vol));
	snprintf(vol->name, sizeof(vol->name), "%s", name);
	record_path(name, path, sizeof(path));
	*found = !access(path, F_OK);
	if (!*found)
		return 0;
	if (access(path, R_OK))
		return err("%s cannot be read: run ipstctl as root", path);
	object = json_object_from_file(path);
	is_good = object && volume_from_json(object, vol);
	json_object_put(object);
	if (!is_good)
		return err("%s is no record of a volume: remove it, and "
			   "disconnect by hand what it was for",
			   path);
	return 0;
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
	ret = fd < 0 ? -1 : write_all(fd, text);
	if (fd >= 0 && close(fd))
		ret = -1;
	json_object_put(object);
	if (ret || rename(NEW_RECORD, path))
		return err("%s cannot be written: %s", path, strerror(errno));
	return 0;
}

int record_save(const struct volume *vol)
{
	char path[ATTR_LEN];

	record_path(vol->name, path, sizeof(path));
	return save_json(path, volume_to_json(vol));
}

int record_remove(const char *name)
{
	char path[ATTR_LEN];

	record_path(name, path, sizeof(path));
	if (unlink(path) && errno != ENOENT)
		return err("%s cannot be removed: %s", path, strerror(errno));
	return 0;
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
		 get_string(object, "device_path"));
	snprintf(old->uuid, sizeof(old->uuid), "%s",
		 get_string(object, "device_uuid"));
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

int record_list(char (**names)[NAME_LEN])
{
	return names_list(VOLUMES_DIR, names);
}

int record_find_uuid(const char *uuid, const char *except, struct volume *vol,
		     bool *found)
{
	char (*names)[NAME_LEN];
	int n = record_list(&names);
	int ret = 0;

	*found = false;
	for (int i = 0; i < n && !ret && !*found; i++) {
		if (except && !strcmp(names[i], except))
			continue;
		ret = record_load(names[i], vol, found);
		*found = *found && !ret && *uuid && !strcmp(vol->uuid, uuid);
	}
	free(names);
	return ret;
}
