// SPDX-License-Identifier: GPL-2.0
/*
 * ipstctl: control the ipst storage target.
 *
 * A command line is a noun, a verb and words. This is the table of nouns; each
 * noun's file ends with its table of verbs, and cmd.c finds its way by both.
 */
#include "ipstctl.h"

static const struct cmd_noun nouns[] = {
	{
		.name = "volume",
		.help = "block devices that this box can reach",
		.verbs = volume_verbs,
		.more = "SOURCE is /dev/... or nvme+tcp://ADDR[:PORT]/SUBNQN[?nsid=N];\n"
			"several SOURCEs of one volume are several paths to it.\n",
	},
	{
		.name = "device",
		.help = "disks that this box hands out",
		.verbs = device_verbs,
	},
	{ }
};

int main(int argc, char **argv)
{
	return cmd_main(nouns, argc, argv);
}
