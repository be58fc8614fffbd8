// SPDX-License-Identifier: GPL-2.0
/*
 * ipstctl: control the ipst storage target.
 *
 * A command line is a noun, a verb and words, or a command and words. These are
 * the tables of nouns and commands; each noun's file ends with its table of
 * verbs, and each command's with the command, by which cmd.c finds its way.
 */
#include "follow.h"
#include "ipstctl.h"

static const struct cmd_noun nouns[] = {
	{
		.name = "volume",
		.help = "block devices that this box can reach",
		.verbs = volume_verbs,
		.more = "SOURCE is /dev/... or nvme+tcp://ADDR[:PORT]/SUBNQN[?OPTION[&OPTION]...],\n"
			"with OPTION nsid=N, uuid=U, hdr_digest, data_digest, queues=N;\n"
			"several SOURCEs of one volume are several paths to it.\n",
	},
	{
		.name = "device",
		.help = "disks that this box hands out",
		.verbs = device_verbs,
	},
	{
		.name = "group",
		.help = "tenants: devices that share limits",
		.verbs = group_verbs,
	},
	{
		.name = "qos",
		.help = "limits of devices and groups",
		.verbs = qos_verbs,
		.more = "KEY is rw_iops, r_iops, w_iops, rw_bps, r_bps, w_bps or burst_ms, and of\n"
			"devices group or weight. VALUE is as in 20k, 200M, 1Gi or unlimited.\n",
	},
	{ }
};

static const struct cmd_verb *const commands[] = {
	&stats_command,
	&hist_command,
	&top_command,
	&monitor_command,
	&follow_command,
	&save_command,
	&apply_command,
	&clear_command,
	NULL
};

int main(int argc, char **argv)
{
	const struct cmd_tables tables = { nouns, commands };

	return cmd_main(&tables, argc, argv);
}
