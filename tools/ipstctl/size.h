/* SPDX-License-Identifier: GPL-2.0 */
/*
 * size.c, limits.c: numbers with units, and the limits made of them. Pure, as
 * source.c is, so the unit test and the fuzzer build them alone.
 */
#ifndef IPSTCTL_SIZE_H
#define IPSTCTL_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

#define SIZE_LEN 24	/* longest text and its NUL */

/* NULL, or what is wrong, as the end of a sentence. */
const char *size_parse(const char *text, uint64_t *value);
void size_format(uint64_t value, char text[SIZE_LEN]);

enum limit_key {
	LIMIT_RW_IOPS,
	LIMIT_R_IOPS,
	LIMIT_W_IOPS,
	LIMIT_RW_BPS,
	LIMIT_R_BPS,
	LIMIT_W_BPS,
	LIMIT_BURST_MS,
	LIMIT_WEIGHT,		/* not of a group */
	LIMIT_COUNT
};

/* What is asked for, of a device or a group; what is not given stays. */
struct limits {
	bool is_given[LIMIT_COUNT];
	uint64_t values[LIMIT_COUNT];	/* 0: no limit */
	bool has_group;			/* is given too */
	char group[NAME_LEN];		/* empty: none */
};

const char *limits_key(enum limit_key key);
uint64_t limits_default(enum limit_key key);
/* Both return NULL, or what is wrong, as the end of a sentence. */
const char *limits_check(enum limit_key key, uint64_t value);
const char *limits_parse(const char *word, bool is_group, struct limits *limits);
void limits_clear(struct limits *limits);	/* all limits, to the default */

#endif
