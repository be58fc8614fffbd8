// SPDX-License-Identifier: GPL-2.0
/*
 * hostile DEVICE CASE...|all: one rule broken in each case, and what has to
 * come of it. Prints a line for each; the cases are in case-*.c.
 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "trial.h"

static const struct hostile_case *const groups[] = {
	chain_cases, packed_cases, request_cases, segment_cases, memory_cases,
	state_cases,
};

static void hostile_list(void)
{
	const struct hostile_case *c;
	size_t i;

	for (i = 0; i < NUM(groups); i++)
		for (c = groups[i]; c->name; c++)
			printf("%-28s %s\n", c->name, c->expects);
}

/* NULL, or what the device has to have for this case. */
static const char *hostile_lacks(const struct driver *drv, unsigned int needs)
{
	bool packed = driver_has(drv, VIRTIO_F_RING_PACKED);

	if (needs & CASE_SPLIT && packed)
		return "split rings only";
	if (needs & CASE_PACKED && !packed)
		return "packed rings only";
	if (needs & CASE_INDIRECT && !driver_has(drv, VIRTIO_RING_F_INDIRECT_DESC))
		return "no indirect descriptors";
	if (needs & CASE_FLUSH && !driver_has(drv, VIRTIO_BLK_F_FLUSH))
		return "no FLUSH";
	if (needs & CASE_DISCARD && !driver_has(drv, VIRTIO_BLK_F_DISCARD))
		return "no DISCARD";
	if (needs & CASE_ZEROES && !driver_has(drv, VIRTIO_BLK_F_WRITE_ZEROES))
		return "no WRITE_ZEROES";
	return NULL;
}

/* Runs one; false if it failed. */
static bool hostile_run(struct trial *t, const struct hostile_case *c)
{
	const char *lacks = hostile_lacks(t->drv, c->needs);

	if (lacks) {
		printf("ok %s # SKIP %s\n", c->name, lacks);
		return true;
	}
	trial_begin(t);
	c->run(t);
	if (t->skipped) {
		printf("ok %s # SKIP %s\n", c->name, t->why);
		return true;
	}
	trial_end(t);
	if (trial_is_over(t)) {
		printf("not ok %s: %s (expected: %s)\n", c->name, t->why,
		       c->expects);
		return false;
	}
	printf("ok %s: %s\n", c->name, c->expects);
	return true;
}

/* All cases whose name is @name; the number of failures, or -1 if none is. */
static int hostile_run_named(struct trial *t, const char *name)
{
	const struct hostile_case *c;
	bool found = false;
	int failed = 0;
	size_t i;

	for (i = 0; i < NUM(groups); i++)
		for (c = groups[i]; c->name; c++) {
			if (strcmp(name, "all") && strcmp(name, c->name))
				continue;
			found = true;
			failed += !hostile_run(t, c);
		}
	return found ? failed : -1;
}

int hostile_main(const struct options *opts)
{
	int i, ret, failed = 0;
	struct trial trial;

	if (!strcmp(opts->words[0], "list")) {
		hostile_list();
		return EXIT_OK;
	}
	if (opts->num_words < 2)
		return EXIT_USAGE;
	trial_create(&trial, driver_create(opts->words[0], &opts->config));
	driver_negotiate(trial.drv);
	for (i = 1; i < opts->num_words; i++) {
		ret = hostile_run_named(&trial, opts->words[i]);
		if (ret < 0) {
			fprintf(stderr, "no such case: %s\n", opts->words[i]);
			return EXIT_USAGE;
		}
		failed += ret;
	}
	driver_destroy(trial.drv);
	return failed ? EXIT_FAILED : EXIT_OK;
}
