// SPDX-License-Identifier: GPL-2.0
/*
 * Limits of a device or a group, as KEY=VALUE. The kernel has the same ranges;
 * here they are checked first, because a sentence about the word that was typed
 * helps more.
 */
#include <stdio.h>
#include <string.h>

#include <linux/ipst.h>

#include "size.h"

#define KEYS_OF_GROUP "rw_iops, r_iops, w_iops, rw_bps, r_bps, w_bps, burst_ms"
#define STR(x) #x
#define XSTR(x) STR(x)
#define IOPS_RANGE "is not 1 to " XSTR(IPST_IOPS_MAX) \
	" operations a second, nor 0 or unlimited"
#define BPS_RANGE "is not 1 to " XSTR(IPST_BPS_MAX) \
	" bytes a second, nor 0 or unlimited"

static const struct limit {
	const char *key;
	uint64_t min, max, otherwise;
	const char *range;
} table[LIMIT_COUNT] = {
	[LIMIT_RW_IOPS] = { "rw_iops", 0, IPST_IOPS_MAX, 0, IOPS_RANGE },
	[LIMIT_R_IOPS] = { "r_iops", 0, IPST_IOPS_MAX, 0, IOPS_RANGE },
	[LIMIT_W_IOPS] = { "w_iops", 0, IPST_IOPS_MAX, 0, IOPS_RANGE },
	[LIMIT_RW_BPS] = { "rw_bps", 0, IPST_BPS_MAX, 0, BPS_RANGE },
	[LIMIT_R_BPS] = { "r_bps", 0, IPST_BPS_MAX, 0, BPS_RANGE },
	[LIMIT_W_BPS] = { "w_bps", 0, IPST_BPS_MAX, 0, BPS_RANGE },
	[LIMIT_BURST_MS] = { "burst_ms", 1, IPST_BURST_MS_MAX, 100,
			     "is not 1 to " XSTR(IPST_BURST_MS_MAX) },
	[LIMIT_WEIGHT] = { "weight", 1, IPST_WEIGHT_MAX, 100,
			   "is not 1 to " XSTR(IPST_WEIGHT_MAX) },
};

const char *limits_key(enum limit_key key)
{
	return table[key].key;
}

uint64_t limits_default(enum limit_key key)
{
	return table[key].otherwise;
}

const char *limits_check(enum limit_key key, uint64_t value)
{
	return value < table[key].min || value > table[key].max ?
		       table[key].range : NULL;
}

static bool is_key(const char *word, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(word, key, len) && word[len] == '=';
}

static const char *value_parse(enum limit_key key, const char *text,
			       uint64_t *value)
{
	const char *why;

	if (!table[key].min && !strcmp(text, "unlimited")) {
		*value = 0;
		return NULL;
	}
	why = size_parse(text, value);
	return why ? why : limits_check(key, *value);
}

static const char *group_parse(const char *name, struct limits *limits)
{
	const char *why = *name ? name_check(name) : NULL;

	if (limits->has_group)
		return "gives its key a second time";
	if (why)
		return why;
	limits->has_group = true;
	snprintf(limits->group, sizeof(limits->group), "%s", name);
	return NULL;
}

const char *limits_parse(const char *word, bool is_group, struct limits *limits)
{
	const char *value = strchr(word, '=');

	if (!value)
		return "is no KEY=VALUE";
	if (is_group && (is_key(word, "group") || is_key(word, "weight")))
		return "is for devices: a group has only " KEYS_OF_GROUP;
	if (is_key(word, "group"))
		return group_parse(value + 1, limits);
	for (int i = 0; i < LIMIT_COUNT; i++) {
		if (!is_key(word, table[i].key))
			continue;
		if (limits->is_given[i])
			return "gives its key a second time";
		limits->is_given[i] = true;
		return value_parse(i, value + 1, &limits->values[i]);
	}
	return "has an unknown key: use " KEYS_OF_GROUP
	       ", and of devices group, weight";
}

/* Weight and group are no limits: they stay. */
void limits_clear(struct limits *limits)
{
	memset(limits, 0, sizeof(*limits));
	for (int i = 0; i < LIMIT_WEIGHT; i++) {
		limits->is_given[i] = true;
		limits->values[i] = table[i].otherwise;
	}
}
