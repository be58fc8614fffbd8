// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: finds noun and verb, or a command, which is a verb without
 * a noun; sorts options from words, prints help. All it says comes from the
 * tables of nouns, verbs and options, so that a new verb is a new line in a
 * table.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"

#ifndef IPST_VERSION
#define IPST_VERSION "unknown"
#endif

static void print_commands_help(const struct cmd_verb *const *commands,
				FILE *to)
{
	if (*commands)
		fputs("\ncommands:\n", to);
	for (; *commands; commands++)
		fprintf(to, "  %-8s %-18s %s\n", (*commands)->name,
			(*commands)->args, (*commands)->help);
}

static void print_top_help(const struct cmd_tables *tables, FILE *to)
{
	fputs("usage: ipstctl [-j] NOUN VERB ...\n"
	      "       ipstctl [-j] COMMAND ...\n"
	      "Control the ipst storage target.\n\nnouns:\n", to);
	for (const struct cmd_noun *noun = tables->nouns; noun->name; noun++)
		fprintf(to, "  %-8s %s\n", noun->name, noun->help);
	print_commands_help(tables->commands, to);
	fputs("\noptions:\n"
	      "  -j, --json    print JSON\n"
	      "  --help        print this; also behind a noun, verb or command\n"
	      "  --version     print the version\n"
	      "\nexit status: 0 done, 1 failed, 2 wrong usage\n", to);
}

static void print_noun_help(const struct cmd_noun *noun, FILE *to)
{
	fprintf(to, "usage: ipstctl [-j] %s VERB ...\n%s: %s\n\nverbs:\n",
		noun->name, noun->name, noun->help);
	for (const struct cmd_verb *verb = noun->verbs; verb->name; verb++)
		fprintf(to, "  %-8s %-18s %s\n", verb->name, verb->args,
			verb->help);
	if (noun->more)
		fprintf(to, "\n%s", noun->more);
}

static void print_usage(const struct cmd_call *call, FILE *to)
{
	const struct cmd_verb *verb = call->verb;

	fprintf(to, "usage: ipstctl [-j] %s%s%s%s\n", call->title,
		*verb->args ? " " : "", verb->args,
		verb->options->name ? " [OPTION...]" : "");
}

static void print_verb_help(const struct cmd_call *call)
{
	const struct cmd_option *opt = call->verb->options;
	char text[40];

	print_usage(call, stdout);
	printf("%s: %s\n", call->title, call->verb->help);
	if (opt->name)
		puts("\noptions:");
	for (; opt->name; opt++) {
		snprintf(text, sizeof(text), "--%s%s%s", opt->name,
			 opt->arg ? " " : "", opt->arg ?: "");
		printf("  %-26s %s\n", text, opt->help);
	}
}

int cmd_usage(const struct cmd_call *call, const char *fmt, ...)
{
	char text[640];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	err("%s", text);
	print_usage(call, stderr);
	return EXIT_USAGE;
}

static int option_index(const struct cmd_verb *verb, const char *name,
			size_t len)
{
	for (int i = 0; verb->options[i].name; i++)
		if (strlen(verb->options[i].name) == len &&
		    !strncmp(verb->options[i].name, name, len))
			return i;
	return -1;
}

const char *cmd_value(const struct cmd_call *call, const char *option)
{
	return call->values[option_index(call->verb, option, strlen(option))];
}

bool cmd_flag(const struct cmd_call *call, const char *option)
{
	return cmd_value(call, option);
}

/* Takes args[*at], which begins with "--", and its value if it has one. */
static int parse_option(struct cmd_call *call, char **args, int *at)
{
	const char *name = args[*at] + 2;
	const char *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	int i = option_index(call->verb, name, len);

	if (i < 0)
		return cmd_usage(call, "%s has no option --%.*s", call->title,
				 (int)len, name);
	if (call->values[i])
		return cmd_usage(call, "--%.*s is given twice", (int)len, name);
	if (!call->verb->options[i].arg) {
		if (equals)
			return cmd_usage(call, "--%.*s takes no value",
					 (int)len, name);
		call->values[i] = "";
		return EXIT_DONE;
	}
	call->values[i] = equals ? equals + 1 : args[++*at];
	if (!call->values[i])
		return cmd_usage(call, "--%s needs a value: %s", name,
				 call->verb->options[i].arg);
	return EXIT_DONE;
}

static bool is_help(const char *arg)
{
	return !strcmp(arg, "--help") || !strcmp(arg, "-h");
}

static bool is_json(const char *arg)
{
	return !strcmp(arg, "--json") || !strcmp(arg, "-j");
}

/* Words are moved to the front of @args, in their order. */
static int parse_words(struct cmd_call *call, char **args)
{
	bool only_words = false;
	int ret;

	call->argv = args;
	for (int i = 0; args[i]; i++) {
		if (only_words || args[i][0] != '-' || !args[i][1]) {
			args[call->argc++] = args[i];
		} else if (!strcmp(args[i], "--")) {
			only_words = true;
		} else if (is_json(args[i])) {
			call->json = true;
		} else if (!strncmp(args[i], "--", 2)) {
			ret = parse_option(call, args, &i);
			if (ret)
				return ret;
		} else {
			return cmd_usage(call, "%s has no option %s",
					 call->title, args[i]);
		}
	}
	if (call->argc < call->verb->min_args)
		return cmd_usage(call, "%s needs %s", call->title,
				 call->verb->args);
	if (call->verb->max_args >= 0 && call->argc > call->verb->max_args)
		return cmd_usage(call, "%s cannot use \"%s\"", call->title,
				 call->argv[call->verb->max_args]);
	return EXIT_DONE;
}

/* @noun NULL: a command. */
static int run_verb(const struct cmd_noun *noun, const struct cmd_verb *verb,
		    bool json, char **args)
{
	struct cmd_call call = { .verb = verb, .json = json };
	int ret;

	snprintf(call.title, sizeof(call.title), "%s%s%s",
		 noun ? noun->name : "", noun ? " " : "", verb->name);
	for (int i = 0; args[i] && strcmp(args[i], "--"); i++) {
		if (is_help(args[i])) {
			print_verb_help(&call);
			return EXIT_DONE;
		}
	}
	ret = parse_words(&call, args);
	if (ret)
		return ret;
	ret = verb->run(&call);
	if (fflush(stdout) || ferror(stdout)) {
		err("standard output cannot be written");
		return EXIT_FAILED;
	}
	return ret;
}

static int run_noun(const struct cmd_noun *noun, bool json, char **args)
{
	const struct cmd_verb *verb = noun->verbs;

	if (*args && is_json(*args)) {
		json = true;
		args++;
	}
	if (*args && is_help(*args)) {
		print_noun_help(noun, stdout);
		return EXIT_DONE;
	}
	while (*args && verb->name && strcmp(verb->name, *args))
		verb++;
	if (*args && verb->name)
		return run_verb(noun, verb, json, args + 1);

	if (*args)
		err("%s has no verb \"%s\"", noun->name, *args);
	else
		err("%s needs a verb", noun->name);
	print_noun_help(noun, stderr);
	return EXIT_USAGE;
}

static const struct cmd_noun *find_noun(const struct cmd_noun *nouns,
					const char *name)
{
	while (nouns->name && strcmp(nouns->name, name))
		nouns++;
	return nouns->name ? nouns : NULL;
}

static const struct cmd_verb *find_command(const struct cmd_verb *const *commands,
					   const char *name)
{
	while (*commands && strcmp((*commands)->name, name))
		commands++;
	return *commands;
}

int cmd_main(const struct cmd_tables *tables, int argc, char **argv)
{
	const struct cmd_noun *noun;
	const struct cmd_verb *command;
	bool json = false;
	char **args = argv + (argc > 0);

	if (*args && is_json(*args)) {
		json = true;
		args++;
	}
	if (!*args) {
		err("which noun and verb, or which command?");
		print_top_help(tables, stderr);
		return EXIT_USAGE;
	}
	if (is_help(*args)) {
		print_top_help(tables, stdout);
		return EXIT_DONE;
	}
	if (!strcmp(*args, "--version")) {
		puts("ipstctl " IPST_VERSION);
		return EXIT_DONE;
	}
	noun = find_noun(tables->nouns, *args);
	if (noun)
		return run_noun(noun, json, args + 1);
	command = find_command(tables->commands, *args);
	if (command)
		return run_verb(NULL, command, json, args + 1);
	err("there is no noun or command \"%s\"", *args);
	print_top_help(tables, stderr);
	return EXIT_USAGE;
}
