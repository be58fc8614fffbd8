// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of CPUs. The kernel spells what it was given in its own way, and leaves
 * out what the box cannot have, so two lists are compared as sets.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

#define CPUS_MAX 8192

struct cpus {
	uint64_t words[CPUS_MAX / 64];
};

static bool number_parse(const char **text, unsigned long *n)
{
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	*n = strtoul(*text, &end, 10);
	*text = end;
	return *n < CPUS_MAX;
}

/* N, N-N or N-N:USED/GROUP at *@text, which moves behind it. */
static bool range_parse(const char **text, struct cpus *cpus)
{
	unsigned long first, last, used = 1, group = 1;

	if (!number_parse(text, &first))
		return false;
	last = first;
	if (**text == '-' && ((*text)++, !number_parse(text, &last)))
		return false;
	if (**text == ':' &&
	    ((*text)++, !number_parse(text, &used) || *(*text)++ != '/' ||
	     !number_parse(text, &group)))
		return false;
	if (first > last || !group || !used || used > group)
		return false;
	for (unsigned long i = first; i <= last; i++)
		if ((i - first) % group < used)
			cpus->words[i / 64] |= 1ULL << i % 64;
	return true;
}

static bool cpus_parse(const char *list, struct cpus *cpus)
{
	memset(cpus, 0, sizeof(*cpus));
	while (range_parse(&list, cpus)) {
		if (!*list)
			return true;
		if (*list++ != ',')
			return false;
	}
	return false;
}

const char *cpus_check(const char *list)
{
	struct cpus cpus;

	return cpus_parse(list, &cpus) ? NULL : "is no list as 0-3,8";
}

/* Of those in @possible. */
bool cpus_is_equal(const char *a, const char *b, const char *possible)
{
	struct cpus x, y, all;

	if (!strcmp(a, b))
		return true;
	if (!cpus_parse(a, &x) || !cpus_parse(b, &y) ||
	    !cpus_parse(possible, &all))
		return false;
	for (size_t i = 0; i < CPUS_MAX / 64; i++)
		if ((x.words[i] ^ y.words[i]) & all.words[i])
			return false;
	return true;
}
