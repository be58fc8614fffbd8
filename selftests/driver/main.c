// SPDX-License-Identifier: GPL-2.0
/* vdpa-blk: a virtio-blk driver on a vhost-vdpa device, good or bad. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "command.h"

static const char usage[] =
"usage: vdpa-blk COMMAND [OPTION]... ...\n"
"\n"
"  script FD WORD...     what a VMM would do, word by word: see script.c\n"
"  load DEVICE           I/O as fast as it goes; prints IOPS and latencies\n"
"  verify DEVICE         I/O whose data is checked against what was written\n"
"  migrate DEVICE DEVICE verify, moving to the other device in mid-flight\n"
"  hostile DEVICE CASE...|all, hostile list\n"
"                        break one rule each, and see what comes of it\n"
"  mutate DEVICE         break rules at random, while the device is at work\n"
"\n"
"  --queues N            of the device's, all\n"
"  --ring N              entries of each, the most there can be\n"
"  --features LIST       of packed,indirect,event_idx, or none; all offered\n"
"  --depth N             requests in flight on each queue\n"
"  --block BYTES         size of a block (512...); --room: of a request's data\n"
"  --cut                 cut requests into descriptors at random\n"
"  --start N             first index or position of the rings\n"
"  --seconds N  --rounds N  --write PERCENT  --seed N  --size BYTES\n"
"  --offset BYTES        where the part begins that verify uses, with --size\n"
"  --save FILE           write the state at the end\n"
"  --restore FILE        begin with it, here or on another device\n"
"\n"
"Exit status: 0 good, 1 failed, 2 usage, 4 the device cannot do it.\n";

static const struct command {
	const char *name;
	int (*run)(const struct options *opts);
	int min_words;
	struct options defaults;
} commands[] = {
	{ "script", script_main, 1, {
		.config = { 1, 8, 1, 4096 },
	} },
	{ "load", load_main, 1, {
		.config = { .depth = 32, .room_bytes = 4096 },
		.block_bytes = 4096, .seconds = 5,
	} },
	{ "verify", verify_main, 1, {
		.config = { .depth = 16, .room_bytes = 32768 },
		.block_bytes = 4096, .seconds = 5, .write_percent = 50,
	} },
	{ "migrate", migrate_main, 1, {
		.config = { .depth = 16, .room_bytes = 32768 },
		.block_bytes = 4096, .seconds = 2, .write_percent = 50,
		.rounds = 4,
	} },
	{ "hostile", hostile_main, 1, {
		.config = { 2, 16, 16, 65536 },
	} },
	{ "mutate", mutate_main, 1, {
		.config = { 2, 16, 16, 16384 },
		.seconds = 10,
	} },
};

int main(int argc, char **argv)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct options opts;
	size_t i;

	/* All that the device may see is pinned. */
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; argc > 1 && i < NUM(commands); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		opts = commands[i].defaults;
		opts.config.ring_features = DRIVER_ALL_FEATURES;
		if (options_parse(&opts, argc - 1, argv + 1) ||
		    opts.num_words < commands[i].min_words)
			break;
		return commands[i].run(&opts);
	}
	fputs(usage, stderr);
	return EXIT_USAGE;
}
