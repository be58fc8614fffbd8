// SPDX-License-Identifier: GPL-2.0
/*
 * Statistics in the text format of Prometheus, for the textfile collector of a
 * node exporter. All lines of a metric have to stand together: the metrics are
 * the outer loop, the devices the inner one.
 */
#include <stdio.h>
#include <string.h>

#include "ipstctl.h"

/* Buckets that are always there, 2^n ns: about 1 us to 34 s. */
#define LE_FIRST 9
#define LE_LAST 34

struct metric {
	const char *name;
	const char *type;
	const char *help;
	const char *key;	/* in the object, or in that of each op */
	bool is_ns;		/* to be told in seconds */
	const char *label;	/* one more, as in result="hit", or NULL */
};

static const struct metric op_metrics[] = {
	{ "ipst_requests_total", "counter", "Requests completed.", .key = "count" },
	{ "ipst_request_errors_total", "counter",
	  "Of these, requests that failed.", .key = "errors" },
	{ "ipst_request_bytes_total", "counter",
	  "Bytes of data, or of ranges, of those that did not fail.", .key = "bytes" },
	{ "ipst_request_seconds_total", "counter",
	  "Time from fetch to completion, of all requests together.", .key = "ns",
	  .is_ns = true },
};

static const struct metric device_metrics[] = {
	{ "ipst_device_size_bytes", "gauge", "Capacity of the device.",
	  .key = "size" },
	{ "ipst_device_live", "gauge",
	  "Whether a driver has started the device.", .key = "live" },
};

static const struct metric metrics[] = {
	{ "ipst_requests_in_flight", "gauge",
	  "Requests fetched and not completed.", .key = "in_flight" },
	{ "ipst_requests_parked", "gauge",
	  "Of these, requests that a limit holds back.", .key = "parked" },
	{ "ipst_requests_throttled_total", "counter",
	  "Requests that a limit has held back.", .key = "throttled" },
	{ "ipst_throttled_seconds_total", "counter",
	  "Time that these waited, all together.", .key = "throttled_ns",
	  .is_ns = true },
	{ "ipst_kicks_total", "counter", "Notifications from drivers.",
	  .key = "kicks" },
	{ "ipst_signals_total", "counter", "Interrupts sent to drivers.",
	  .key = "signals" },
	{ "ipst_runs_total", "counter",
	  "How often workers began to look for work.", .key = "runs" },
	{ "ipst_polls_total", "counter",
	  "How often workers polled, and whether work came.", .key = "poll_hits",
	  .label = "result=\"hit\"" },
	{ "ipst_polls_total", .key = "poll_misses",
	  .label = "result=\"miss\"" },
	{ "ipst_ring_errors_total", "counter",
	  "How often drivers broke their rings.", .key = "ring_errors" },
};

static void print_head(const char *name, const char *type, const char *help)
{
	printf("# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void print_label(const char *name, const char *value)
{
	printf("%s=\"", name);
	for (; *value; value++) {
		if (*value == '\n') {
			fputs("\\n", stdout);
			continue;
		}
		if (*value == '\\' || *value == '"')
			putchar('\\');
		putchar(*value);
	}
	putchar('"');
}

/* @op, @label: NULL if there is none. */
static void print_labels(json_object *object, const char *op, const char *label)
{
	putchar('{');
	print_label("device", out_string(object, "name"));
	if (json_object_object_get_ex(object, "queue", NULL))
		printf(",queue=\"%d\"", (int)out_number(object, "queue"));
	if (op) {
		putchar(',');
		print_label("op", op);
	}
	if (label)
		printf(",%s", label);
	putchar('}');
}

static void print_seconds(uint64_t ns)
{
	printf("%llu.%09llu", (unsigned long long)ns / 1000000000,
	       (unsigned long long)ns % 1000000000);
}

static void print_value(const struct metric *metric, json_object *object)
{
	uint64_t value = out_number(object, metric->key);

	putchar(' ');
	if (metric->is_ns)
		print_seconds(value);
	else
		printf("%llu", (unsigned long long)value);
	putchar('\n');
}

static void print_op_metric(const struct metric *metric, json_object *stats)
{
	print_head(metric->name, metric->type, metric->help);
	for (size_t i = 0; i < json_object_array_length(stats); i++) {
		json_object *object = json_object_array_get_idx(stats, i);
		json_object *ops = json_object_object_get(object, "ops");

		for (size_t j = 0; j < json_object_array_length(ops); j++) {
			json_object *op = json_object_array_get_idx(ops, j);

			fputs(metric->name, stdout);
			print_labels(object, out_string(op, "op"), NULL);
			print_value(metric, op);
		}
	}
}

static void print_metric(const struct metric *metric, json_object *stats)
{
	if (metric->help)
		print_head(metric->name, metric->type, metric->help);
	for (size_t i = 0; i < json_object_array_length(stats); i++) {
		json_object *object = json_object_array_get_idx(stats, i);

		fputs(metric->name, stdout);
		print_labels(object, NULL, metric->label);
		print_value(metric, object);
	}
}

static void print_bucket(json_object *hist, const char *le, uint64_t count)
{
	char label[48];

	snprintf(label, sizeof(label), "le=\"%s\"", le);
	fputs("ipst_request_duration_seconds_bucket", stdout);
	print_labels(hist, out_string(hist, "op"), label);
	printf(" %llu\n", (unsigned long long)count);
}

/* A bucket n ends with 2^(n + 1) - 1 ns, and is taken to lie in its middle. */
static void print_hist(json_object *hist)
{
	json_object *buckets = json_object_object_get(hist, "buckets");
	size_t n = json_object_array_length(buckets), i = 0;
	uint64_t count = 0;
	double sum = 0;
	char le[24];

	for (unsigned int exponent = 0; exponent < 64; exponent++) {
		json_object *bucket = json_object_array_get_idx(buckets, i);

		if (i < n && out_number(bucket, "exponent") == exponent) {
			count += out_number(bucket, "count");
			sum += out_number(bucket, "count") * 1.5 *
			       (1ULL << exponent) / 1e9;
			i++;
		}
		if (exponent < LE_FIRST || exponent > LE_LAST)
			continue;
		snprintf(le, sizeof(le), "%.9f", ((2ULL << exponent) - 1) / 1e9);
		print_bucket(hist, le, count);
	}
	print_bucket(hist, "+Inf", count);
	fputs("ipst_request_duration_seconds_sum", stdout);
	print_labels(hist, out_string(hist, "op"), NULL);
	printf(" %.9f\nipst_request_duration_seconds_count", sum);
	print_labels(hist, out_string(hist, "op"), NULL);
	printf(" %llu\n", (unsigned long long)count);
}

static void print_hists(const char *name, json_object *hists)
{
	print_head("ipst_request_duration_seconds", "histogram",
		   "Time from fetch to completion; the sum is estimated from the buckets.");
	for (size_t i = 0; i < json_object_array_length(hists); i++) {
		json_object *hist = json_object_array_get_idx(hists, i);

		if (!name || !strcmp(name, out_string(hist, "name")))
			print_hist(hist);
	}
}

static void add_live(json_object *devices)
{
	for (size_t i = 0; i < json_object_array_length(devices); i++) {
		json_object *device = json_object_array_get_idx(devices, i);
		bool is_live = !strcmp(out_string(device, "state"), "live");

		json_object_object_add(device, "live",
				       json_object_new_int(is_live));
	}
}

/* @name NULL: all devices. */
int prometheus_print(const char *name, json_object *stats)
{
	json_object *devices = json_object_new_array();
	json_object *hists = json_object_new_array();
	bool is_there;
	int ret = -1;

	if (nl_device_get(name, devices, &is_there) ||
	    nl_hist_get(NULL, 0, hists))
		goto out_put;
	add_live(devices);
	for (size_t i = 0; i < ARRAY_SIZE(device_metrics); i++)
		print_metric(&device_metrics[i], devices);
	for (size_t i = 0; i < ARRAY_SIZE(op_metrics); i++)
		print_op_metric(&op_metrics[i], stats);
	for (size_t i = 0; i < ARRAY_SIZE(metrics); i++)
		print_metric(&metrics[i], stats);
	print_hists(name, hists);
	ret = 0;
out_put:
	json_object_put(devices);
	json_object_put(hists);
	return ret;
}
