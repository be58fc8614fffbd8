// SPDX-License-Identifier: GPL-2.0
/*
 * Printing. The verbs build one JSON model; this prints it as it is for
 * programs, or by a table of columns for people.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ipstctl.h"

#define CELL_LEN 4096
#define COLUMNS_MAX 32

void out_json_line(json_object *object)
{
	puts(json_object_to_json_string_ext(object,
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	fflush(stdout);
}

void out_json(json_object *object)
{
	puts(json_object_to_json_string_ext(object,
					    JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
}

void out_add_string(json_object *object, const char *key, const char *value)
{
	if (value && *value)
		json_object_object_add(object, key,
				       json_object_new_string(value));
}

const char *out_item(json_object *array, size_t i)
{
	json_object *item = json_object_array_get_idx(array, i);

	return json_object_get_string(item) ?: "";
}

uint64_t out_number(json_object *object, const char *key)
{
	return json_object_get_uint64(json_object_object_get(object, key));
}

const char *out_string(json_object *object, const char *key)
{
	return json_object_get_string(json_object_object_get(object, key)) ?: "";
}

void out_ns(uint64_t ns, char *text, size_t len)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	size_t unit = 0;
	double n = ns;

	while (n >= 1000 && unit + 1 < ARRAY_SIZE(units)) {
		n /= 1000;
		unit++;
	}
	snprintf(text, len, "%.*f %s", unit && n < 100 ? 1 : 0, n, units[unit]);
}

void out_bytes(uint64_t bytes, char *text, size_t len)
{
	static const char *const units[] = { "B",   "KiB", "MiB",
					     "GiB", "TiB", "PiB" };
	size_t unit = 0;
	double n = bytes;

	while (n >= 1024 && unit + 1 < ARRAY_SIZE(units)) {
		n /= 1024;
		unit++;
	}
	snprintf(text, len, "%.*f %s", n == (uint64_t)n ? 0 : 2, n, units[unit]);
}

static void format_limit(uint64_t value, char *cell)
{
	char text[SIZE_LEN];

	size_format(value, text);
	snprintf(cell, CELL_LEN, "%s", value ? text : "-");
}

static void format_list(json_object *list, char *cell)
{
	size_t len = 0;

	*cell = '\0';
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		len += snprintf(cell + len, CELL_LEN - len, "%s%s",
				i ? ", " : "", out_item(list, i));
		if (len >= CELL_LEN)
			return;
	}
}

static void format_cell(json_object *object, const struct out_column *column,
			char *cell)
{
	json_object *value;

	strcpy(cell, "-");
	if (!json_object_object_get_ex(object, column->key, &value) &&
	    !(column->else_key &&
	      json_object_object_get_ex(object, column->else_key, &value)))
		return;
	switch (column->form) {
	case OUT_BYTES:
		out_bytes(json_object_get_uint64(value), cell, CELL_LEN);
		break;
	case OUT_LIMIT:
		format_limit(json_object_get_uint64(value), cell);
		break;
	case OUT_YES_NO:
		strcpy(cell, json_object_get_boolean(value) ? "yes" : "no");
		break;
	case OUT_LIST:
		if (json_object_array_length(value))
			format_list(value, cell);
		break;
	case OUT_PLAIN:
		snprintf(cell, CELL_LEN, "%s", json_object_get_string(value));
	}
}

static void measure(json_object *array, const struct out_column *columns,
		    int *widths)
{
	char cell[CELL_LEN];

	for (int c = 0; columns[c].key; c++) {
		widths[c] = strlen(columns[c].title);
		for (size_t i = 0; i < json_object_array_length(array); i++) {
			format_cell(json_object_array_get_idx(array, i),
				    &columns[c], cell);
			if ((int)strlen(cell) > widths[c])
				widths[c] = strlen(cell);
		}
	}
}

/* The last column is not padded: no blanks at the ends of lines. */
static void print_row(json_object *object, const struct out_column *columns,
		      const int *widths)
{
	char cell[CELL_LEN];
	int pad = 0;

	for (int c = 0; columns[c].key; c++) {
		if (columns[c].is_detail)
			continue;
		if (object)
			format_cell(object, &columns[c], cell);
		else
			snprintf(cell, sizeof(cell), "%s", columns[c].title);
		printf("%*s%s", pad, "", cell);
		pad = widths[c] - (int)strlen(cell) + 2;
	}
	putchar('\n');
}

void out_table(bool json, json_object *array, const struct out_column *columns)
{
	int widths[COLUMNS_MAX];

	if (json) {
		out_json(array);
		return;
	}
	if (!json_object_array_length(array))
		return;
	measure(array, columns, widths);
	print_row(NULL, columns, widths);
	for (size_t i = 0; i < json_object_array_length(array); i++)
		print_row(json_object_array_get_idx(array, i), columns, widths);
}

static void print_details(json_object *object, const struct out_column *columns)
{
	char cell[CELL_LEN];

	for (; columns->key; columns++) {
		if (!json_object_object_get_ex(object, columns->key, NULL))
			continue;
		format_cell(object, columns, cell);
		printf("%s:%*s%s\n", columns->key,
		       14 - (int)strlen(columns->key), "", cell);
	}
}

void out_details(bool json, json_object *array,
		 const struct out_column *columns)
{
	if (json) {
		out_json(array);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		if (i)
			putchar('\n');
		print_details(json_object_array_get_idx(array, i), columns);
	}
}

/* @object: what was made, or NULL; in text only its disk or chardev is told. */
void out_result(bool json, const char *noun, const char *name,
		const char *result, json_object *object)
{
	static const char *const places[] = { "disk", "chardev" };
	json_object *all = json_object_new_object();
	const char *place = NULL;
	json_object *value;

	for (size_t i = 0; i < ARRAY_SIZE(places) && !place; i++)
		if (json_object_object_get_ex(object, places[i], &value))
			place = json_object_get_string(value);
	if (!json) {
		printf("%s %s %s%s%s\n", noun, name, result, place ? ": " : "",
		       place ? place : "");
		json_object_put(all);
		return;
	}
	out_add_string(all, "result", result);
	out_add_string(all, "name", name);
	if (object) {
		json_object_object_foreach(object, key, member)
			json_object_object_add(all, key,
					       json_object_get(member));
	}
	out_json(all);
	json_object_put(all);
}
