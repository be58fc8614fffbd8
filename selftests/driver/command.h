/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of the program, and the words they are given. */
#ifndef COMMAND_H
#define COMMAND_H

#include "driver.h"

struct options {
	struct driver_config config;
	u32 block_bytes;
	u32 seconds;
	u32 write_percent;
	u32 rounds;
	u64 size_bytes;			/* of the volume to use, 0: all of it */
	u64 offset_bytes;		/* where verify's part of it begins */
	const char *save;
	const char *restore;
	char **words;			/* what is left: devices, cases */
	int num_words;
};

/* options.c */
int options_parse(struct options *opts, int argc, char **argv);

/* script.c, load.c, verify.c, migrate.c, hostile.c, mutate.c */
int script_main(const struct options *opts);
int load_main(const struct options *opts);
int verify_main(const struct options *opts);
int migrate_main(const struct options *opts);
int hostile_main(const struct options *opts);
int mutate_main(const struct options *opts);

#endif
