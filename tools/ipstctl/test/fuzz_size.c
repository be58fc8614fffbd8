// SPDX-License-Identifier: GPL-2.0
/* Any bytes as KEY=VALUE: no crash, and what is taken is in range. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "size.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct limits limits = { };
	char *text = malloc(size + 1), shown[SIZE_LEN];
	uint64_t value;

	memcpy(text, data, size);
	text[size] = '\0';
	if (!size_parse(text, &value))
		size_format(value, shown);
	if (!limits_parse(text, false, &limits))
		for (int i = 0; i < LIMIT_COUNT; i++)
			if (limits.is_given[i] &&
			    limits_check(i, limits.values[i]))
				abort();
	free(text);
	return 0;
}
