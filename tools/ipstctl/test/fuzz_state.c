// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a state document: no crash, and what is taken is no different
 * from itself, nor from what is read again after it was written.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"
#include "state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(json_object *a, json_object *b)
{
	json_object *changes = diff_make(a, b, true);

	if (json_object_array_length(changes))
		abort();
	json_object_put(changes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	json_object *doc, *again, *file;
	const char *written;

	memcpy(text, data, size);
	text[size] = '\0';
	doc = state_parse(text, size, "x");
	free(text);
	if (!doc)
		return 0;
	check_same(doc, doc);
	file = state_to_file(doc);
	written = json_object_to_json_string(file);
	again = state_parse(written, strlen(written), "x");
	if (!again)
		abort();
	check_same(doc, again);
	json_object_put(again);
	json_object_put(file);
	json_object_put(doc);
	return 0;
}
