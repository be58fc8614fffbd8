// SPDX-License-Identifier: GPL-2.0
/*
 * The files of state documents. A new one replaces the old by rename, so that
 * whoever reads it, at whatever instant a machine dies, finds one or the other.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipstctl.h"
#include "state.h"

/* All of it and a NUL; NULL: it has been told. */
static char *read_all(int fd, const char *path, size_t *len)
{
	char *text = malloc(STATE_BYTES_MAX + 2);
	ssize_t n = 1;

	*len = 0;
	while (text && n > 0 && *len <= STATE_BYTES_MAX) {
		n = read(fd, text + *len, STATE_BYTES_MAX + 1 - *len);
		*len += n > 0 ? n : 0;
	}
	if (text && n >= 0 && *len <= STATE_BYTES_MAX) {
		text[*len] = '\0';
		return text;
	}
	free(text);
	if (n > 0)
		err("%s: it is larger than %d MiB, and no state", path,
		    STATE_BYTES_MAX >> 20);
	else
		err("%s cannot be read: %s", path, strerror(errno));
	return NULL;
}

json_object *state_read(const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	json_object *doc = NULL;
	size_t len;
	char *text;
	int fd;

	fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err("%s cannot be read: %s", path, strerror(errno));
		return NULL;
	}
	text = read_all(fd, path, &len);
	if (!is_stdin)
		close(fd);
	if (text)
		doc = state_parse(text, len, is_stdin ? "standard input" : path);
	free(text);
	return doc;
}

/* What a file is to have: no defaults that are the same everywhere. */

static bool is_default_limit(const char *key, json_object *value)
{
	for (int i = 0; i < LIMIT_COUNT; i++)
		if (!strcmp(key, limits_key(i)))
			return json_object_get_uint64(value) ==
			       limits_default(i);
	return !*json_object_get_string(value);
}

static json_object *qos_to_file(json_object *qos)
{
	json_object *object = json_object_new_object();

	json_object_object_foreach(qos, key, value)
		if (!is_default_limit(key, value))
			json_object_object_add(object, key,
					       json_object_get(value));
	if (json_object_object_length(object))
		return object;
	json_object_put(object);
	return NULL;
}

static bool is_default_setting(const char *key, json_object *value)
{
	for (int i = 0; i < VSET_COUNT; i++)
		if (!strcmp(key, volume_settings[i].key))
			return !strcmp(state_setting(value),
				       volume_settings[i].otherwise);
	return false;
}

/* What is not known, is so anyway, or is in no file. */
static bool is_left_out(json_object *item, const char *key, json_object *value)
{
	if (!strcmp(key, "uuid"))
		return state_get(item, "derived");
	if (!strcmp(key, "paused") || !strcmp(key, "allow_any"))
		return !json_object_get_boolean(value);
	if (json_object_is_type(value, json_type_array))
		return !json_object_array_length(value);
	return !strcmp(key, "state") || !strcmp(key, "derived") ||
	       !*json_object_get_string(value);
}

static json_object *item_to_file(json_object *item)
{
	json_object *object = json_object_new_object();
	bool is_volume = state_get(item, "sources");

	json_object_object_foreach(item, key, value) {
		json_object *copy = NULL;

		if (!strcmp(key, "qos"))
			copy = qos_to_file(value);
		else if (!is_left_out(item, key, value) &&
			 !(is_volume && is_default_setting(key, value)))
			copy = json_object_get(value);
		if (copy)
			json_object_object_add(object, key, copy);
	}
	return object;
}

json_object *state_to_file(json_object *doc)
{
	static const char *const lists[] = { "volumes", "groups", "devices" };
	json_object *object = json_object_new_object();

	json_object_object_add(object, "version",
			       json_object_new_int(STATE_VERSION));
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		json_object *list = state_get(doc, lists[i]);
		json_object *copy = json_object_new_array();

		for (size_t j = 0; j < json_object_array_length(list); j++) {
			json_object *item = json_object_array_get_idx(list, j);

			json_object_array_add(copy, item_to_file(item));
		}
		json_object_object_add(object, lists[i], copy);
	}
	return object;
}

/* Closes @file. */
static int write_and_close(FILE *file, const char *text)
{
	int ret = fprintf(file, "%s\n", text) < 0 || fflush(file) ||
		  fsync(fileno(file)) ? -1 : 0;

	return fclose(file) || ret ? -1 : 0;
}

static int write_file(const char *path, const char *text)
{
	char new_path[4096];
	struct stat st;
	FILE *file;
	int fd;

	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return err("%s is no file: give the name of one, or -", path);
	if (snprintf(new_path, sizeof(new_path), "%s.XXXXXX", path) >=
	    (int)sizeof(new_path))
		return err("the name of the file is too long");
	fd = mkostemp(new_path, O_CLOEXEC);	/* for nobody else to read */
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file)
		return err("%s cannot be written: %s", path, strerror(errno));
	if (write_and_close(file, text) || rename(new_path, path)) {
		err("%s cannot be written: %s", path, strerror(errno));
		unlink(new_path);
		return -1;
	}
	return 0;
}

int state_write(const char *path, json_object *doc)
{
	json_object *object = state_to_file(doc);
	const char *text = json_object_to_json_string_ext(object,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
		JSON_C_TO_STRING_NOSLASHESCAPE);
	int ret = 0;

	if (strcmp(path, "-"))
		ret = write_file(path, text);
	else
		puts(text);
	json_object_put(object);
	return ret;
}
