// SPDX-License-Identifier: GPL-2.0
/* Options, the same for all commands. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static const struct option options[] = {
	{ "queues",	required_argument, NULL, 'q' },
	{ "ring",	required_argument, NULL, 'r' },
	{ "depth",	required_argument, NULL, 'd' },
	{ "block",	required_argument, NULL, 'b' },
	{ "room",	required_argument, NULL, 'B' },
	{ "start",	required_argument, NULL, 'i' },
	{ "cut",	no_argument,	   NULL, 'c' },
	{ "features",	required_argument, NULL, 'f' },
	{ "seed",	required_argument, NULL, 's' },
	{ "seconds",	required_argument, NULL, 't' },
	{ "write",	required_argument, NULL, 'w' },
	{ "size",	required_argument, NULL, 'z' },
	{ "offset",	required_argument, NULL, 'o' },
	{ "rounds",	required_argument, NULL, 'n' },
	{ "save",	required_argument, NULL, 'S' },
	{ "restore",	required_argument, NULL, 'R' },
	{ NULL,		0,		   NULL, 0 },
};

/* A number, perhaps with k, m or g behind it. */
static bool options_number(const char *text, u64 max, u64 *value)
{
	static const char units[] = "kmg";
	const char *unit;
	char *end;

	*value = strtoull(text, &end, 0);
	if (end == text)
		return false;
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		*value <<= 10 * (unit - units + 1);
		end++;
	}
	return !*end && *value <= max;
}

/* "packed,indirect,event_idx", some of them, or "none". */
static bool options_features(const char *text, u64 *features)
{
	static const struct {
		const char *name;
		u64 feature;
	} known[] = {
		{ "none",	0 },
		{ "packed",	BIT_ULL(VIRTIO_F_RING_PACKED) },
		{ "indirect",	BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) },
		{ "event_idx",	BIT_ULL(VIRTIO_RING_F_EVENT_IDX) },
	};
	size_t i, len;

	for (*features = 0; *text; text += len + (text[len] == ',')) {
		len = strcspn(text, ",");
		for (i = 0; i < NUM(known); i++)
			if (strlen(known[i].name) == len &&
			    !strncmp(known[i].name, text, len))
				break;
		if (i == NUM(known))
			return false;
		*features |= known[i].feature;
	}
	return true;
}

static bool options_set(struct options *opts, int option, const char *text)
{
	struct driver_config *config = &opts->config;
	u64 value = 0;

	switch (option) {
	case 'c':
		config->cut = true;
		return true;
	case 'S':
		opts->save = text;
		return true;
	case 'R':
		opts->restore = text;
		return true;
	case 'f':
		return options_features(text, &config->ring_features);
	case 's':
		return options_number(text, ~0ULL, &config->seed);
	case 'z':
		return options_number(text, ~0ULL, &opts->size_bytes);
	case 'o':
		return options_number(text, ~0ULL, &opts->offset_bytes) &&
		       opts->offset_bytes % SECTOR_BYTES == 0;
	case '?':
		return false;
	}

	if (!options_number(text, option == 'B' ? 1 << 24 : 0xffff, &value))
		return false;
	switch (option) {
	case 'q':
		config->num_queues = value;
		return value <= DRIVER_MAX_QUEUES;
	case 'r':
		config->ring_num = value;
		return value <= RING_MAX_NUM;
	case 'd':
		config->depth = value;
		return value > 0 && value <= RING_MAX_NUM;
	case 'b':
		opts->block_bytes = value;
		return value >= SECTOR_BYTES && value % SECTOR_BYTES == 0;
	case 'B':
		config->room_bytes = value;
		return value > 0;
	case 'i':
		config->start = value;
		return true;
	case 't':
		opts->seconds = value;
		return true;
	case 'w':
		opts->write_percent = value;
		return value <= 100;
	case 'n':
		opts->rounds = value;
		return true;
	}
	return false;
}

/* Fills @opts over what is there already: the command's defaults. */
int options_parse(struct options *opts, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!options_set(opts, option, optarg))
			return EXIT_USAGE;
	opts->words = argv + optind;
	opts->num_words = argc - optind;
	return EXIT_OK;
}
