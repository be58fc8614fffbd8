// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes: no crash, and what is taken comes back the same by way of its own
 * canonical text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	char canonical[SOURCE_LEN];
	struct source src, again;

	memcpy(text, data, size);
	text[size] = '\0';
	name_check(text);
	nqn_check(text);
	if (!source_parse(text, &src)) {
		source_format(&src, canonical);
		if (source_parse(canonical, &again) ||
		    !source_is_equal(&src, &again))
			abort();
	}
	free(text);
	return 0;
}
