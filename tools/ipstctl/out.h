/* SPDX-License-Identifier: GPL-2.0 */
/* out.c: text for people, JSON for programs. */
#ifndef IPSTCTL_OUT_H
#define IPSTCTL_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

struct out_column {
	const char *key;	/* in the JSON object */
	const char *else_key;	/* shown if there is no such key, or NULL */
	const char *title;
	enum { OUT_PLAIN, OUT_BYTES, OUT_LIMIT, OUT_YES_NO, OUT_LIST } form;
	bool is_detail;		/* not in tables, only in the long form */
};

void out_table(bool json, json_object *array, const struct out_column *columns);
void out_details(bool json, json_object *array,
		 const struct out_column *columns);
void out_result(bool json, const char *noun, const char *name,
		const char *result, json_object *object);
void out_add_string(json_object *object, const char *key, const char *value);
const char *out_item(json_object *array, size_t i);	/* a string */
void out_json(json_object *object);
void out_json_line(json_object *object);
/* Members that are absent are 0, or "". */
uint64_t out_number(json_object *object, const char *key);
const char *out_string(json_object *object, const char *key);
void out_bytes(uint64_t bytes, char *text, size_t len);	/* as in 1.50 MiB */
void out_ns(uint64_t ns, char *text, size_t len);	/* as in 1.5 ms */

#endif
