// SPDX-License-Identifier: GPL-2.0
/*
 * ipstctl stats: what devices have done since they were enabled, once or again
 * and again. What lies between two readings is a reading, too: stats_subtract().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ipstctl.h"

#define INTERVAL_MIN 0.1
#define INTERVAL_MAX 86400

int stats_interval(struct cmd_call *call, double *seconds)
{
	const char *text = cmd_value(call, "interval");
	char *end;

	if (!text)
		return EXIT_DONE;
	*seconds = strtod(text, &end);
	if (end == text || *end ||
	    !(*seconds >= INTERVAL_MIN && *seconds <= INTERVAL_MAX))
		return cmd_usage(call, "--interval takes seconds, 0.1 to 86400, not \"%s\"",
				 text);
	return EXIT_DONE;
}

static bool has_queue(json_object *object)
{
	return json_object_object_get_ex(object, "queue", NULL);
}

/*
 * The sums of devices, or with @queues their queues instead. The kernel tells
 * the queues of one device only when asked for each, or for all.
 */
int stats_read(const char *name, bool queues, json_object **array)
{
	json_object *all = json_object_new_array(), *object;

	*array = json_object_new_array();
	/* By name first, to be told if there is no such device. */
	if ((name && nl_stats_get(name, *array)) ||
	    ((!name || queues) && nl_stats_get(NULL, all))) {
		json_object_put(all);
		json_object_put(*array);
		return -1;
	}
	if (queues)
		json_object_array_del_idx(*array, 0,
					  json_object_array_length(*array));
	for (size_t i = 0; i < json_object_array_length(all); i++) {
		object = json_object_array_get_idx(all, i);
		if (has_queue(object) == queues &&
		    (!name || !strcmp(name, out_string(object, "name"))))
			json_object_array_add(*array, json_object_get(object));
	}
	json_object_put(all);
	return 0;
}

static bool is_same(json_object *a, json_object *b)
{
	return !strcmp(out_string(a, "name"), out_string(b, "name")) &&
	       !strcmp(out_string(a, "op"), out_string(b, "op")) &&
	       has_queue(a) == has_queue(b) &&
	       out_number(a, "queue") == out_number(b, "queue");
}

/* Looks on behind *@at first: both arrays mostly have the same order. */
static json_object *find_same(json_object *array, json_object *object,
			      size_t *at)
{
	size_t n = json_object_array_length(array);

	for (size_t i = 0; i < n; i++) {
		json_object *other =
			json_object_array_get_idx(array, (*at + i) % n);

		if (is_same(other, object)) {
			*at += i + 1;
			return other;
		}
	}
	return NULL;
}

/* A device that was enabled anew has begun from 0. */
static void subtract_object(json_object *now, json_object *before)
{
	static const char *const keys[] = {
		"count", "errors", "bytes", "ns", "runs", "signals", "kicks",
		"poll_hits", "poll_misses", "ring_errors", "throttled",
		"throttled_ns",
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		json_object *value = json_object_object_get(now, keys[i]);
		uint64_t old = out_number(before, keys[i]);

		if (value && json_object_get_uint64(value) >= old)
			json_object_set_uint64(value,
					       json_object_get_uint64(value) - old);
	}
}

static void subtract_array(json_object *now, json_object *before)
{
	size_t at = 0;

	for (size_t i = 0; i < json_object_array_length(now); i++) {
		json_object *object = json_object_array_get_idx(now, i);
		json_object *old = find_same(before, object, &at);
		json_object *ops = json_object_object_get(object, "ops");

		if (!old)
			continue;
		subtract_object(object, old);
		if (ops)
			subtract_array(ops, json_object_object_get(old, "ops"));
	}
}

/* Turns @now into what was done since @before. */
void stats_subtract(json_object *now, json_object *before)
{
	subtract_array(now, before);
}

static void print_ops(json_object *ops)
{
	char bytes[32], mean[32];

	if (json_object_array_length(ops))
		puts("  OP                  COUNT    ERRORS         SIZE       MEAN");
	for (size_t i = 0; i < json_object_array_length(ops); i++) {
		json_object *op = json_object_array_get_idx(ops, i);
		uint64_t count = out_number(op, "count");

		out_bytes(out_number(op, "bytes"), bytes, sizeof(bytes));
		out_ns(count ? out_number(op, "ns") / count : 0, mean,
		       sizeof(mean));
		printf("  %-12s %12llu %9llu %12s %10s\n", out_string(op, "op"),
		       (unsigned long long)count,
		       (unsigned long long)out_number(op, "errors"), bytes, mean);
	}
}

/* A line of counters with their words. */
static void print_counters(json_object *object, const char *const *keys)
{
	for (int i = 0; keys[i]; i++)
		printf("%s%s %llu", i ? ", " : "  ", keys[i],
		       (unsigned long long)out_number(object, keys[i]));
	putchar('\n');
}

static void print_text(json_object *array)
{
	static const char *const lines[][6] = {
		{ "in_flight", "parked", "throttled", "ring_errors" },
		{ "kicks", "runs", "signals", "poll_hits", "poll_misses" },
	};

	for (size_t i = 0; i < json_object_array_length(array); i++) {
		json_object *object = json_object_array_get_idx(array, i);

		printf("%s%s", i ? "\n" : "", out_string(object, "name"));
		if (has_queue(object))
			printf(" queue %d", (int)out_number(object, "queue"));
		putchar('\n');
		print_ops(json_object_object_get(object, "ops"));
		for (size_t j = 0; j < ARRAY_SIZE(lines); j++)
			print_counters(object, lines[j]);
	}
	fflush(stdout);
}

/* Until somebody ends it. First all since the beginning, then what comes. */
static int stats_repeat(struct cmd_call *call, const char *name, bool queues,
			double seconds)
{
	const struct timespec pause = {
		.tv_sec = seconds,
		.tv_nsec = (seconds - (time_t)seconds) * 1e9,
	};
	json_object *before = json_object_new_array(), *now, *diff = NULL;

	while (!ferror(stdout) && !stats_read(name, queues, &now)) {
		json_object_deep_copy(now, &diff, NULL);
		stats_subtract(diff, before);
		if (call->json)
			out_json_line(diff);
		else
			print_text(diff);
		json_object_put(diff);
		diff = NULL;
		json_object_put(before);
		before = now;
		nanosleep(&pause, NULL);
		if (!call->json)
			putchar('\n');
	}
	json_object_put(before);
	return EXIT_FAILED;
}

/* What the options say, or an EXIT_ code. */
static int parse_options(struct cmd_call *call, double *seconds,
			 bool *prometheus)
{
	const char *format = cmd_value(call, "format") ?: "text";
	int ret = call->argc ? device_check_io(call) : EXIT_DONE;

	ret = ret ?: stats_interval(call, seconds);
	if (ret)
		return ret;
	*prometheus = !strcmp(format, "prometheus");
	if (!*prometheus && strcmp(format, "text"))
		return cmd_usage(call, "--format is text or prometheus, not \"%s\"",
				 format);
	if (*prometheus && (call->json || *seconds))
		return cmd_usage(call, "--format prometheus goes with neither -j nor --interval");
	return EXIT_DONE;
}

static int stats_run(struct cmd_call *call)
{
	const char *name = call->argc ? call->argv[0] : NULL;
	bool queues = cmd_flag(call, "queues"), prometheus;
	json_object *array;
	double seconds = 0;
	int ret = parse_options(call, &seconds, &prometheus);

	if (ret)
		return ret;
	if (seconds)
		return stats_repeat(call, name, queues, seconds);
	if (stats_read(name, queues, &array))
		return EXIT_FAILED;
	if (prometheus)
		ret = prometheus_print(name, array) ? EXIT_FAILED : EXIT_DONE;
	else if (call->json)
		out_json(array);
	else
		print_text(array);
	json_object_put(array);
	return ret;
}

static const struct cmd_option stats_options[] = {
	{ "interval", "S", "again every S seconds, what was done meanwhile" },
	{ "format", "F", "text, or prometheus (text)" },
	{ "queues", NULL, "each queue, instead of their sums" },
	{ }
};

const struct cmd_verb stats_command = {
	.name = "stats",
	.args = "[NAME]",
	.max_args = 1,
	.help = "count what devices have done",
	.options = stats_options,
	.run = stats_run,
};
