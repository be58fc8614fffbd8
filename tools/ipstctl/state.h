/* SPDX-License-Identifier: GPL-2.0 */
/*
 * State documents: all volumes, groups and devices in one JSON object, as
 * ipstctl save writes and apply reads it; state.schema.json describes it.
 *
 * Inside the tool a document is complete: what a file left out has its default,
 * sources and UUIDs have one spelling. A volume besides has its "state", and a
 * device that there is has its own; volumes that there are have their UUID, and
 * "derived" if nobody chose it. These are in no file.
 */
#ifndef IPSTCTL_STATE_H
#define IPSTCTL_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

struct limits;
struct volume;

#define STATE_VERSION 1
#define STATE_BYTES_MAX (16 << 20)

/* state.c, state-file.c: NULL, or -1, and then it has been told why. */

json_object *state_empty(void);
json_object *state_parse(const char *text, size_t len, const char *file);
json_object *state_read(const char *path);		/* "-": standard input */
json_object *state_to_file(json_object *doc);
int state_write(const char *path, json_object *doc);	/* "-": standard output */
/* A device's setting as configfs spells it, and back. */
const char *state_setting(json_object *value);
json_object *state_setting_value(int i, const char *text);
void state_volume(json_object *item, struct volume *vol);
void state_limits(json_object *qos, struct limits *limits);
json_object *state_index(json_object *list);	/* items by name */

/* current.c: what there is, as a document. */

/* Takes volumes whose file was lost for those of @want, or of no document. */
json_object *current_load(json_object *want, bool is_dry_run);

/* diff.c: pure. */

/*
 * What to do, in the order to tell it: an array of objects with "change" (add,
 * change or remove), "noun", "name", and of a change "keys", an object of
 * objects with "from" and "to".
 */
json_object *diff_make(json_object *have, json_object *want, bool prune);
void diff_print(bool json, json_object *changes);

/* round.c: from one to the other. */

struct order {
	json_object *want;
	bool prune, is_dry_run, json;
	bool is_quiet;		/* the changes have been told */
};

struct outcome {
	bool is_partial;	/* something could not be done */
	int late;		/* of that, volumes whose storage may still come */
};

int round_run(const struct order *order, struct outcome *outcome);

/* Small words of all these. */

static inline json_object *state_get(json_object *object, const char *key)
{
	return json_object_object_get(object, key);
}

static inline const char *state_text(json_object *object, const char *key)
{
	return json_object_get_string(state_get(object, key)) ?: "";
}

#endif
