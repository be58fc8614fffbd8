// SPDX-License-Identifier: GPL-2.0
/* ipstctl hist: how the latency of a device's requests is spread. */
#include <stdio.h>

#include "ipstctl.h"

#define BAR_COLUMNS 36	/* of 80 */

static uint64_t bucket_count(json_object *buckets, size_t i)
{
	return out_number(json_object_array_get_idx(buckets, i), "count");
}

static unsigned int bucket_exponent(json_object *buckets, size_t i)
{
	return out_number(json_object_array_get_idx(buckets, i), "exponent");
}

/* Where a bucket ends, and the next one begins. */
static void bucket_end(unsigned int exponent, char *text, size_t len)
{
	out_ns(exponent < 63 ? 2ULL << exponent : UINT64_MAX, text, len);
}

static void print_bar(unsigned int exponent, uint64_t count, uint64_t most,
		      uint64_t all)
{
	static const char bar[] = "####################################";
	char from[16] = "0 ns", to[16];
	int columns = count * BAR_COLUMNS / most;

	_Static_assert(sizeof(bar) == BAR_COLUMNS + 1, "a full bar");
	if (exponent)
		bucket_end(exponent - 1, from, sizeof(from));
	bucket_end(exponent, to, sizeof(to));
	if (count && !columns)
		columns = 1;
	printf("  %9s - %9s %11llu %5.1f%%%s%.*s\n", from, to,
	       (unsigned long long)count, 100.0 * count / all,
	       columns ? " " : "", columns, bar);
}

/* The end of the bucket that @share of all requests do not pass. */
static void print_share(json_object *buckets, uint64_t all, double share,
			const char *what)
{
	uint64_t seen = 0;
	char end[16];

	for (size_t i = 0; i < json_object_array_length(buckets); i++) {
		seen += bucket_count(buckets, i);
		if (seen < all * share)
			continue;
		bucket_end(bucket_exponent(buckets, i), end, sizeof(end));
		printf("%s < %s", what, end);
		return;
	}
}

static void print_hist(json_object *hist)
{
	json_object *buckets = json_object_object_get(hist, "buckets");
	size_t n = json_object_array_length(buckets), at = 0;
	uint64_t all = 0, most = 0;

	for (size_t i = 0; i < n; i++) {
		all += bucket_count(buckets, i);
		if (bucket_count(buckets, i) > most)
			most = bucket_count(buckets, i);
	}
	printf("%s %s: ", out_string(hist, "name"), out_string(hist, "op"));
	if (!all) {
		puts("no requests");
		return;
	}
	printf("%llu requests, ", (unsigned long long)all);
	print_share(buckets, all, 0.5, "50 %");
	print_share(buckets, all, 0.99, ", 99 %");
	print_share(buckets, all, 0.999, ", 99.9 %");
	putchar('\n');
	for (unsigned int e = bucket_exponent(buckets, 0); at < n; e++) {
		bool is_next = bucket_exponent(buckets, at) == e;

		print_bar(e, is_next ? bucket_count(buckets, at) : 0, most, all);
		at += is_next;
	}
}

/* One kind of request, or those of which there are any. */
static int hist_read(const char *name, const char *op, json_object *array)
{
	json_object *hist;
	size_t last;

	if (op)
		return nl_hist_get(name, nl_op_find(op), array);
	for (int i = 0; i <= IPST_OP_OTHER; i++) {
		if (nl_hist_get(name, i, array))
			return -1;
		last = json_object_array_length(array) - 1;
		hist = json_object_array_get_idx(array, last);
		if (!json_object_array_length(json_object_object_get(hist, "buckets")))
			json_object_array_del_idx(array, last, 1);
	}
	return 0;
}

static int hist_show(struct cmd_call *call)
{
	json_object *array = json_object_new_array();
	int ret = hist_read(call->argv[0], cmd_value(call, "op"), array);

	if (ret) {
		json_object_put(array);
		return EXIT_FAILED;
	}
	if (call->json)
		out_json(array);
	else
		for (size_t i = 0; i < json_object_array_length(array); i++)
			print_hist(json_object_array_get_idx(array, i));
	json_object_put(array);
	return EXIT_DONE;
}

static int hist_run(struct cmd_call *call)
{
	const char *op = cmd_value(call, "op");
	int ret = device_check_io(call);

	if (ret)
		return ret;
	if (op && nl_op_find(op) < 0)
		return cmd_usage(call,
				 "there are no requests \"%s\", but read, write, flush, "
				 "discard, write_zeroes, secure_erase, other",
				 op);
	if (!cmd_flag(call, "reset"))
		return hist_show(call);
	if (op)
		return cmd_usage(call, "--reset empties all: leave --op out");
	if (nl_hist_reset(call->argv[0]))
		return EXIT_FAILED;
	out_result(call->json, "hist", call->argv[0], "reset", NULL);
	return EXIT_DONE;
}

static const struct cmd_option hist_options[] = {
	{ "op", "OP", "only this kind of request, as read or write_zeroes" },
	{ "reset", NULL, "empty all histograms of the device instead" },
	{ }
};

const struct cmd_verb hist_command = {
	.name = "hist",
	.args = "NAME",
	.min_args = 1,
	.max_args = 1,
	.help = "show how latencies are spread",
	.options = hist_options,
	.run = hist_run,
};
