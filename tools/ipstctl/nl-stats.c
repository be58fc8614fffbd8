// SPDX-License-Identifier: GPL-2.0
/* stats-get, hist-get and hist-reset of the ipst netlink family. */
#include <errno.h>
#include <string.h>

#include "nl.h"

static const char *const ops[] = {
	[IPST_OP_READ] = "read",
	[IPST_OP_WRITE] = "write",
	[IPST_OP_FLUSH] = "flush",
	[IPST_OP_DISCARD] = "discard",
	[IPST_OP_WRITE_ZEROES] = "write_zeroes",
	[IPST_OP_SECURE_ERASE] = "secure_erase",
	[IPST_OP_OTHER] = "other",
};

static const struct nl_words op_words = NL_WORDS(ops);

static const struct nl_field op_field[] = {
	[IPST_A_OP_STATS_OP] = { "op", .form = NL_ENUM, .words = &op_words },
	[IPST_A_OP_STATS_COUNT] = { "count", .form = NL_NUMBER },
	[IPST_A_OP_STATS_ERRORS] = { "errors", .form = NL_NUMBER },
	[IPST_A_OP_STATS_BYTES] = { "bytes", .form = NL_NUMBER },
	[IPST_A_OP_STATS_NS] = { "ns", .form = NL_NUMBER },
};

static const struct nl_fields op_fields = NL_FIELDS(op_field);

static const struct nl_field stats_field[] = {
	[IPST_A_STATS_NAME] = { "name", .form = NL_STRING },
	[IPST_A_STATS_QUEUE] = { "queue", .form = NL_NUMBER },
	[IPST_A_STATS_OP] = { "ops", .form = NL_NEST, .nest = &op_fields },
	[IPST_A_STATS_IN_FLIGHT] = { "in_flight", .form = NL_NUMBER },
	[IPST_A_STATS_RUNS] = { "runs", .form = NL_NUMBER },
	[IPST_A_STATS_SIGNALS] = { "signals", .form = NL_NUMBER },
	[IPST_A_STATS_KICKS] = { "kicks", .form = NL_NUMBER },
	[IPST_A_STATS_POLL_HITS] = { "poll_hits", .form = NL_NUMBER },
	[IPST_A_STATS_POLL_MISSES] = { "poll_misses", .form = NL_NUMBER },
	[IPST_A_STATS_RING_ERRORS] = { "ring_errors", .form = NL_NUMBER },
	[IPST_A_STATS_PARKED] = { "parked", .form = NL_NUMBER },
	[IPST_A_STATS_THROTTLED] = { "throttled", .form = NL_NUMBER },
	[IPST_A_STATS_THROTTLED_NS] = { "throttled_ns", .form = NL_NUMBER },
};

static const struct nl_fields stats_fields = NL_FIELDS(stats_field);

static const struct nl_field bucket_field[] = {
	[IPST_A_HIST_BUCKET_EXPONENT] = { "exponent", .form = NL_NUMBER },
	[IPST_A_HIST_BUCKET_COUNT] = { "count", .form = NL_NUMBER },
};

static const struct nl_fields bucket_fields = NL_FIELDS(bucket_field);

static const struct nl_field hist_field[] = {
	[IPST_A_HIST_NAME] = { "name", .form = NL_STRING },
	[IPST_A_HIST_OP] = { "op", .form = NL_ENUM, .words = &op_words },
	[IPST_A_HIST_BUCKET] = { "buckets", .form = NL_NEST, .nest = &bucket_fields },
};

static const struct nl_fields hist_fields = NL_FIELDS(hist_field);

int nl_op_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (!strcmp(ops[i], word))
			return i;
	return -1;
}

/* A device that is disabled counts nothing; who names one wants to know. */
static int nl_ask_enabled(const struct nl_request *request, json_object *array)
{
	int ret = nl_ask(request, array);

	if (ret == -ENOTCONN)
		return err(NL_NO_FAMILY);
	if (ret == -ENODEV)
		return err("there is no device %s that is enabled: ipstctl device show lists them",
			   request->name);
	return ret ? -1 : 0;
}

int nl_stats_get(const char *name, json_object *array)
{
	const struct nl_request request = {
		.cmd = IPST_CMD_STATS_GET,
		.name_attr = IPST_A_STATS_NAME,
		.name = name,
		.fields = &stats_fields,
	};

	return nl_ask_enabled(&request, array);
}

int nl_hist_get(const char *name, int op, json_object *array)
{
	const struct nl_request request = {
		.cmd = IPST_CMD_HIST_GET,
		.name_attr = IPST_A_HIST_NAME,
		.name = name,
		.number_attr = name ? IPST_A_HIST_OP : 0,
		.number = op,
		.fields = &hist_fields,
	};

	return nl_ask_enabled(&request, array);
}

int nl_hist_reset(const char *name)
{
	json_object *none = json_object_new_array();
	const struct nl_request request = {
		.cmd = IPST_CMD_HIST_RESET,
		.name_attr = IPST_A_HIST_NAME,
		.name = name,
		.fields = &hist_fields,
	};
	int ret = nl_ask_enabled(&request, none);

	json_object_put(none);
	return ret;
}
