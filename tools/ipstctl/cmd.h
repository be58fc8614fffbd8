/* SPDX-License-Identifier: GPL-2.0 */
/* Nouns, verbs, commands, options: the tables that drive parsing and help in cmd.c. */
#ifndef IPSTCTL_CMD_H
#define IPSTCTL_CMD_H

#include <stdbool.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct cmd_option {
	const char *name;
	const char *arg;	/* NULL: a flag */
	const char *help;
};

#define CMD_OPTIONS_MAX 20

struct cmd_call {
	const struct cmd_verb *verb;
	char title[32];		/* as in "device add" */
	bool json;
	int argc;		/* words that are no options */
	char **argv;
	const char *values[CMD_OPTIONS_MAX];
};

struct cmd_verb {
	const char *name;
	const char *args;	/* as in "NAME SOURCE..." */
	int min_args;
	int max_args;		/* -1: any number */
	const char *help;
	const struct cmd_option *options;	/* ends with a NULL name */
	int (*run)(struct cmd_call *call);	/* returns an EXIT_ code */
};

struct cmd_noun {
	const char *name;
	const char *help;
	const struct cmd_verb *verbs;	/* ends with a NULL name */
	const char *more;	/* printed below the verbs, or NULL */
};

struct cmd_tables {
	const struct cmd_noun *nouns;	/* ends with a NULL name */
	const struct cmd_verb *const *commands;	/* verbs without a noun, then NULL */
};

int cmd_main(const struct cmd_tables *tables, int argc, char **argv);
const char *cmd_value(const struct cmd_call *call, const char *option);
bool cmd_flag(const struct cmd_call *call, const char *option);
int cmd_usage(const struct cmd_call *call, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
