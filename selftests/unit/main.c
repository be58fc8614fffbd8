// SPDX-License-Identifier: GPL-2.0
/* Runs the cases of all tables; KTAP. Usage: main [LABEL [SEED]] */
#include <stdlib.h>
#include <unistd.h>

#include "driver.h"
#include "unit.h"

int unit_failed;
static int num_failed, num_run;

static void run_case(const char *label, const struct unit_case *c)
{
	unit_failed = 0;
	/* A loop that does not end is a failure like any other. */
	alarm(60);
	c->run();
	num_failed += unit_failed;
	printf("%sok %d %s: %s\n", unit_failed ? "not " : "", ++num_run, label,
	       c->name);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const struct unit_case *tables[] = {
		vring_split_cases, vring_split_notify_cases,
		vring_packed_cases, vring_packed_state_cases,
		vring_packed_notify_cases, vring_model_cases,
		qos_cases, qos_tree_cases, qos_model_cases,
	};
	const u32 num_tables = sizeof(tables) / sizeof(*tables);
	const char *label = argc > 1 ? argv[1] : "unit";
	const struct unit_case *c;
	unsigned int i, num = 0;

	if (argc > 2)
		random_seed = strtoull(argv[2], NULL, 0);
	for (i = 0; i < num_tables; i++)
		for (c = tables[i]; c->name; c++)
			num++;
	printf("KTAP version 1\n1..%u\n", num);
	for (i = 0; i < num_tables; i++)
		for (c = tables[i]; c->name; c++)
			run_case(label, c);
	return num_failed ? 1 : 0;
}
