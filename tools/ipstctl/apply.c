// SPDX-License-Identifier: GPL-2.0
/*
 * ipstctl save, apply and clear: all there is, as a state document. apply goes
 * through rounds, see round.c, until there is nothing left that may still come:
 * only volumes may be late. clear applies a document that has nothing in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ipstctl.h"
#include "state.h"

#define WAIT_MAX_S 86400
#define PAUSE_MAX_S 15

/* What nvmet does alone works without ipst's modules. */
static bool needs_ipst(json_object *want)
{
	json_object *devices = state_get(want, "devices");

	for (size_t i = 0; i < json_object_array_length(devices); i++)
		if (strcmp(state_text(json_object_array_get_idx(devices, i), "type"),
			   nvme_tcp_type.name))
			return true;
	return json_object_array_length(state_get(want, "groups"));
}

static int locked_round(const struct order *order, struct outcome *outcome)
{
	int lock = record_lock_open(), ret;

	*outcome = (struct outcome){ };
	if (lock < 0)
		return -1;
	ret = !order->is_dry_run && needs_ipst(order->want) && configfs_start() ?
		      -1 : round_run(order, outcome);
	close(lock);
	return ret;
}

static long now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Others may change things between two rounds. */
static int apply(struct order *order, long wait_s)
{
	long end_s = now_s() + wait_s, left_s, pause_s = 1;
	struct outcome outcome;
	int ret;

	ret = locked_round(order, &outcome);
	order->is_quiet = true;
	while (outcome.late && (left_s = end_s - now_s()) > 0) {
		pause_s = pause_s < left_s ? pause_s : left_s;
		fprintf(stderr, "waiting for %d volume%s, at most %ld s; next try in %ld s\n",
			outcome.late, outcome.late > 1 ? "s" : "", left_s,
			pause_s);
		sleep(pause_s);
		pause_s = pause_s < PAUSE_MAX_S / 2 ? 2 * pause_s : PAUSE_MAX_S;
		ret = locked_round(order, &outcome);
	}
	if (outcome.is_partial)
		err("not all could be done: what was done stays, and the same "
		    "command again goes on from there");
	return ret;
}

static int wait_parse(struct cmd_call *call, long *wait_s)
{
	const char *text = cmd_value(call, "wait");
	char *end;

	*wait_s = 0;
	if (!text)
		return EXIT_DONE;
	*wait_s = strtol(text, &end, 10);
	return *text < '0' || *text > '9' || *end || *wait_s > WAIT_MAX_S ?
		       cmd_usage(call, "--wait \"%s\" is not 0 to %d", text,
				 WAIT_MAX_S) : EXIT_DONE;
}

static int apply_run(struct cmd_call *call)
{
	struct order order = {
		.prune = cmd_flag(call, "prune"),
		.is_dry_run = cmd_flag(call, "dry-run"),
		.json = call->json,
	};
	long wait_s;
	int ret = wait_parse(call, &wait_s);

	if (ret)
		return ret;
	order.want = state_read(call->argv[0]);
	if (!order.want)
		return EXIT_FAILED;
	ret = apply(&order, wait_s) ? EXIT_FAILED : EXIT_DONE;
	json_object_put(order.want);
	return ret;
}

/* Whoever types it might mean another box; a script has been thought about. */
static int clear_run(struct cmd_call *call)
{
	struct order order = { .prune = true, .json = call->json };
	int ret;

	if (!cmd_flag(call, "yes") && isatty(STDIN_FILENO))
		return cmd_usage(call, "clear takes all devices, groups and volumes "
				 "away: add --yes if that is meant");
	order.want = state_empty();
	ret = apply(&order, 0) ? EXIT_FAILED : EXIT_DONE;
	json_object_put(order.want);
	return ret;
}

static int save_run(struct cmd_call *call)
{
	const char *path = call->argc ? call->argv[0] : "-";
	json_object *have;
	int ret;

	if (record_lock())
		return EXIT_FAILED;
	have = current_load(NULL, true);
	if (!have)
		return EXIT_FAILED;
	ret = state_write(path, have) ? EXIT_FAILED : EXIT_DONE;
	json_object_put(have);
	return ret;
}

static const struct cmd_option no_options[] = { { } };

static const struct cmd_option apply_options[] = {
	{ "dry-run", NULL, "only tell what would change" },
	{ "prune", NULL, "remove what the file does not have" },
	{ "wait", "S", "retry for S seconds what storage is missing (0)" },
	{ }
};

static const struct cmd_option clear_options[] = {
	{ "yes", NULL, "needed if the command is typed at a terminal" },
	{ }
};

const struct cmd_verb save_command = {
	.name = "save",
	.args = "[FILE]",
	.max_args = 1,
	.help = "write down what there is, for apply",
	.options = no_options,
	.run = save_run,
};

const struct cmd_verb apply_command = {
	.name = "apply",
	.args = "FILE",
	.min_args = 1,
	.max_args = 1,
	.help = "make what there is as FILE says",
	.options = apply_options,
	.run = apply_run,
};

const struct cmd_verb clear_command = {
	.name = "clear",
	.args = "",
	.help = "remove all devices, groups and volumes",
	.options = clear_options,
	.run = clear_run,
};
