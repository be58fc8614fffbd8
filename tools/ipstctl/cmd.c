// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: finds noun and verb, sorts options from words, prints
 * help. All it says comes from the tables of nouns, verbs and options, so that
 * a new verb is a new line in a table.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"

#ifndef IPST_VERSION
#define IPST_VERSION "unknown"
#endif

static void print_top_help(const struct cmd_noun *nouns, FILE *to)
{
	fputs("usage: ipstctl [-j] NOUN VERB ...\n"
	      "Control the ipst storage target.\n\nnouns:\n", to);
	for (; nouns->name; nouns++)
		fprintf(to, "  %-10s %s\n", nouns->name, nouns->help);
	fputs("\noptions:\n"
	      "  -j, --json    print JSON\n"
	      "  --help        print this; also behind a noun or a verb\n"
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

static void print_usage(const char *noun, const struct cmd_verb *verb, FILE *to)
{
	fprintf(to, "usage: ipstctl [-j] %s %s%s%s%s\n", noun, verb->name,
		*verb->args ? " " : "", verb->args,
		verb->options->name ? " [OPTION...]" : "");
}

static void print_verb_help(const char *noun, const struct cmd_verb *verb)
{
	const struct cmd_option *opt = verb->options;
	char text[40];

	print_usage(noun, verb, stdout);
	printf("%s %s: %s\n", noun, verb->name, verb->help);
	if (opt->name)
		puts("\noptions:");
	for (; opt->name; opt++) {
		snprintf(text, sizeof(text), "--%s%s%s", opt->name,
			 opt->arg ? " " : "", opt->arg ?: "");
		printf("  %-22s %s\n", text, opt->help);
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
	print_usage(call->noun, call->verb, stderr);
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
		return cmd_usage(call, "%s %s has no option --%.*s", call->noun,
				 call->verb->name, (int)len, name);
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
			return cmd_usage(call, "%s %s has no option %s",
					 call->noun, call->verb->name, args[i]);
		}
	}
	if (call->argc < call->verb->min_args)
		return cmd_usage(call, "%s %s needs %s", call->noun,
				 call->verb->name, call->verb->args);
	if (call->verb->max_args >= 0 && call->argc > call->verb->max_args)
		return cmd_usage(call, "%s %s cannot use \"%s\"", call->noun,
				 call->verb->name,
				 call->argv[call->verb->max_args]);
	return EXIT_DONE;
}

static int run_verb(const struct cmd_noun *noun, const struct cmd_verb *verb,
		    bool json, char **args)
{
	struct cmd_call call = { .noun = noun->name, .verb = verb, .json = json };
	int ret;

	for (int i = 0; args[i] && strcmp(args[i], "--"); i++) {
		if (is_help(args[i])) {
			print_verb_help(noun->name, verb);
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

int cmd_main(const struct cmd_noun *nouns, int argc, char **argv)
{
	const struct cmd_noun *noun = nouns;
	bool json = false;
	char **args = argv + (argc > 0);

	if (*args && is_json(*args)) {
		json = true;
		args++;
	}
	if (*args && is_help(*args)) {
		print_top_help(nouns, stdout);
		return EXIT_DONE;
	}
	if (*args && !strcmp(*args, "--version")) {
		puts("ipstctl " IPST_VERSION);
		return EXIT_DONE;
	}
	while (*args && noun->name && strcmp(noun->name, *args))
		noun++;
	if (*args && noun->name)
		return run_noun(noun, json, args + 1);

	if (*args)
		err("there is no noun \"%s\"", *args);
	else
		err("which noun and verb?");
	print_top_help(nouns, stderr);
	return EXIT_USAGE;
}
