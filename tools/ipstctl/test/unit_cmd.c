// SPDX-License-Identifier: GPL-2.0
/* The command line, with tables of its own: what runs, and with which words. */
#include <string.h>

#include "cmd.h"
#include "ktap.h"

static struct cmd_call last;	/* what ran, if title is not empty */

static int run(struct cmd_call *call)
{
	last = *call;
	return EXIT_DONE;
}

static const struct cmd_option options[] = {
	{ "flag", NULL, "" },
	{ "value", "V", "" },
	{ }
};

static const struct cmd_verb verbs[] = {
	{ .name = "add", .args = "NAME...", .min_args = 1, .max_args = -1,
	  .help = "", .options = options, .run = run },
	{ }
};

static const struct cmd_noun nouns[] = {
	{ .name = "thing", .help = "", .verbs = verbs },
	{ }
};

static const struct cmd_verb save = {
	.name = "save", .args = "[FILE]", .max_args = 1,
	.help = "", .options = options, .run = run,
};

static const struct cmd_verb *const commands[] = { &save, NULL };

/* The status; @line is split at blanks. */
static int cmd(const char *line)
{
	const struct cmd_tables tables = { nouns, commands };
	static char text[200], *argv[20];
	int argc = 1;

	last = (struct cmd_call){ };
	memset(argv, 0, sizeof(argv));
	argv[0] = "ipstctl";
	snprintf(text, sizeof(text), "%s", line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	return cmd_main(&tables, argc, argv);
}

static bool ran(const char *line, const char *title, int argc)
{
	return !cmd(line) && !strcmp(last.title, title) && last.argc == argc;
}

static bool refused(const char *line)
{
	return cmd(line) == EXIT_USAGE && !*last.title;
}

static void test_verbs(void)
{
	ok(ran("thing add a b", "thing add", 2), "a verb gets its words");
	ok(!strcmp(last.argv[1], "b"), "in their order");
	ok(ran("thing add --value v a --flag", "thing add", 1) &&
	   cmd_flag(&last, "flag") && !strcmp(cmd_value(&last, "value"), "v"),
	   "and its options, wherever they are");
	ok(ran("thing add -- --flag", "thing add", 1) &&
	   !cmd_flag(&last, "flag"), "behind -- there are none");
	ok(ran("thing --json add a", "thing add", 1) && last.json, "JSON");
	ok(refused("thing") && refused("thing frob") && refused("thing add"),
	   "what is missing or unknown is refused");
}

static void test_commands(void)
{
	ok(ran("save", "save", 0), "a command runs without a noun");
	ok(ran("-j save x --value=v", "save", 1) && last.json &&
	   !strcmp(cmd_value(&last, "value"), "v"), "with words and options");
	ok(ran("save -", "save", 1), "a - is a word");
	ok(refused("save a b") && refused("save --frob") &&
	   refused("save --value") && refused("save --flag --flag") &&
	   refused("save --flag=1") && refused("save -x"),
	   "bad options are refused");
	ok(refused("") && refused("frob") && refused("add a"),
	   "so is what is neither noun nor command");
	ok(!cmd("save --help") && !*last.title, "help runs nothing");
}

int main(void)
{
	ktap_begin();
	test_verbs();
	test_commands();
	return ktap_end();
}
