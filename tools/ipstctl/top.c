// SPDX-License-Identifier: GPL-2.0
/*
 * ipstctl top: what each device does right now, the busiest first. On a terminal
 * the table is drawn again and again in its place, else it is appended.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "ipstctl.h"

#define NAME_COLUMNS 20
#define OTHER_LINES 3	/* title, heading, and the one with the cursor */

/* One device, in the time between two readings. */
struct row {
	char name[NAME_LEN];
	double r_iops, w_iops;	/* all but reads count as writes */
	double r_mbps, w_mbps;
	double latency_ns;	/* mean */
	double depth;		/* mean number of requests in flight */
	double throttled;	/* share of their time that requests waited */
};

struct screen {
	bool is_there;		/* standard output is a terminal */
	bool has_keys;		/* and standard input, too */
	struct termios saved;
};

static volatile sig_atomic_t ended;

static void on_signal(int sig)
{
	ended = sig;
}

/* Signals are only taken while waiting, so that none is missed. */
static void catch_signals(sigset_t *waiting)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t block;

	sigemptyset(&block);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], &action, NULL);
		sigaddset(&block, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &block, waiting);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigdelset(waiting, signals[i]);
}

/* The other screen of the terminal, so that this one comes back as it was. */
static void screen_open(struct screen *screen)
{
	struct termios keys;

	screen->is_there = isatty(STDOUT_FILENO);
	screen->has_keys = screen->is_there && isatty(STDIN_FILENO) &&
			   !tcgetattr(STDIN_FILENO, &screen->saved);
	if (screen->has_keys) {
		keys = screen->saved;
		keys.c_lflag &= ~(ICANON | ECHO);
		tcsetattr(STDIN_FILENO, TCSANOW, &keys);
	}
	if (screen->is_there)
		fputs("\033[?1049h\033[?25l", stdout);
}

static void screen_close(struct screen *screen)
{
	if (screen->is_there)
		fputs("\033[?25h\033[?1049l", stdout);
	fflush(stdout);
	if (screen->has_keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &screen->saved);
}

static size_t screen_rows(const struct screen *screen, size_t rows)
{
	struct winsize size;

	if (!screen->is_there || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ||
	    size.ws_row <= OTHER_LINES)
		return rows;
	return rows < (size_t)size.ws_row - OTHER_LINES ?
		       rows : (size_t)size.ws_row - OTHER_LINES;
}

/* True if the user has had enough. */
static bool screen_wait(const struct screen *screen, double seconds,
			const sigset_t *waiting)
{
	const struct timespec timeout = {
		.tv_sec = seconds,
		.tv_nsec = (seconds - (time_t)seconds) * 1e9,
	};
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char key;

	if (ppoll(&in, screen->has_keys, &timeout, waiting) <= 0)
		return ended;
	return read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q';
}

/* @object: what was done in @seconds. */
static void row_fill(struct row *row, json_object *object, double seconds)
{
	json_object *ops = json_object_object_get(object, "ops");
	double count = 0, ns = 0;

	*row = (struct row) {};
	snprintf(row->name, sizeof(row->name), "%s", out_string(object, "name"));
	for (size_t i = 0; i < json_object_array_length(ops); i++) {
		json_object *op = json_object_array_get_idx(ops, i);
		bool is_read = !strcmp(out_string(op, "op"), "read");

		*(is_read ? &row->r_iops : &row->w_iops) +=
			out_number(op, "count") / seconds;
		*(is_read ? &row->r_mbps : &row->w_mbps) +=
			out_number(op, "bytes") / seconds / 1e6;
		count += out_number(op, "count");
		ns += out_number(op, "ns");
	}
	row->latency_ns = count ? ns / count : 0;
	row->depth = ns / seconds / 1e9;
	row->throttled = ns ? out_number(object, "throttled_ns") / ns : 0;
}

static int by_load(const void *a, const void *b)
{
	const struct row *one = a, *other = b;

	if (one->depth != other->depth)
		return one->depth < other->depth ? 1 : -1;
	return strcmp(one->name, other->name);
}

static struct row *make_rows(json_object *diff, double seconds)
{
	size_t n = json_object_array_length(diff);
	struct row *rows = calloc(n + 1, sizeof(*rows));

	for (size_t i = 0; i < n; i++)
		row_fill(&rows[i], json_object_array_get_idx(diff, i), seconds);
	qsort(rows, n, sizeof(*rows), by_load);
	return rows;
}

static void print_rows(const struct screen *screen, const struct row *rows,
		       size_t n)
{
	const char *end = screen->is_there ? "\033[K\n" : "\n";
	time_t now = time(NULL);
	char text[32];

	strftime(text, sizeof(text), "%F %T", localtime(&now));
	printf("%s%s  %zu devices%s%s", screen->is_there ? "\033[H" : "", text,
	       n, screen->has_keys ? "  (q: quit)" : "", end);
	printf("%-*s %7s %7s %8s %8s %8s %6s %6s%s", NAME_COLUMNS, "DEVICE",
	       "r/s", "w/s", "rMB/s", "wMB/s", "LATENCY", "DEPTH", "LIMIT", end);
	n = screen_rows(screen, n);
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &rows[i];

		out_ns(row->latency_ns, text, sizeof(text));
		printf("%-*.*s %7.0f %7.0f %8.1f %8.1f %8s %6.1f %5.0f%%%s",
		       NAME_COLUMNS, NAME_COLUMNS, row->name, row->r_iops,
		       row->w_iops, row->r_mbps, row->w_mbps, text, row->depth,
		       100 * row->throttled, end);
	}
	fputs(screen->is_there ? "\033[J" : "\n", stdout);
	fflush(stdout);
}

static void add_double(json_object *object, const char *key, double value)
{
	json_object_object_add(object, key, json_object_new_double(value));
}

static void print_json(const struct row *rows, size_t n)
{
	json_object *array = json_object_new_array();

	for (size_t i = 0; i < n; i++) {
		json_object *object = json_object_new_object();

		out_add_string(object, "name", rows[i].name);
		add_double(object, "r_iops", rows[i].r_iops);
		add_double(object, "w_iops", rows[i].w_iops);
		add_double(object, "r_bps", rows[i].r_mbps * 1e6);
		add_double(object, "w_bps", rows[i].w_mbps * 1e6);
		add_double(object, "latency_ns", rows[i].latency_ns);
		add_double(object, "depth", rows[i].depth);
		add_double(object, "throttled", rows[i].throttled);
		json_object_array_add(array, object);
	}
	out_json_line(array);
	json_object_put(array);
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* What was done since *@before, which becomes what there is now. */
static int read_rows(json_object **before, double *began, struct row **rows,
		     size_t *n)
{
	json_object *now, *diff = NULL;
	double then = *began;

	if (stats_read(NULL, false, &now))
		return -1;
	*began = now_s();
	json_object_deep_copy(now, &diff, NULL);
	stats_subtract(diff, *before);
	*n = json_object_array_length(diff);
	*rows = make_rows(diff, *began - then);
	json_object_put(diff);
	json_object_put(*before);
	*before = now;
	return 0;
}

/* @count tables, 0: until the user has had enough. */
static int top_loop(struct cmd_call *call, struct screen *screen,
		    double seconds, unsigned long count)
{
	double began = now_s();
	json_object *before;
	sigset_t waiting;
	struct row *rows;
	size_t n;
	int ret;

	if (stats_read(NULL, false, &before))
		return -1;
	catch_signals(&waiting);
	screen_open(screen);
	do {
		ret = screen_wait(screen, seconds, &waiting);
		if (ret)
			break;
		ret = read_rows(&before, &began, &rows, &n);
		if (ret)
			break;
		if (call->json)
			print_json(rows, n);
		else
			print_rows(screen, rows, n);
		free(rows);
	} while (!ferror(stdout) && (!count || --count));
	screen_close(screen);
	json_object_put(before);
	return ret < 0 ? -1 : 0;
}

static int top_run(struct cmd_call *call)
{
	const char *text = cmd_value(call, "count");
	struct screen screen = {};
	unsigned long count = 0;
	double seconds = 2;
	char *end;
	int ret = stats_interval(call, &seconds);

	if (ret)
		return ret;
	if (text) {
		count = strtoul(text, &end, 10);
		if (*text < '0' || *text > '9' || *end || !count)
			return cmd_usage(call, "--count takes a number of tables, not \"%s\"",
					 text);
	}
	return top_loop(call, &screen, seconds, count) ? EXIT_FAILED :
							 EXIT_DONE;
}

static const struct cmd_option top_options[] = {
	{ "interval", "S", "seconds between two tables (2)" },
	{ "count", "N", "end after N tables" },
	{ }
};

const struct cmd_verb top_command = {
	.name = "top",
	.args = "",
	.help = "watch devices at work, the busiest first",
	.options = top_options,
	.run = top_run,
};
