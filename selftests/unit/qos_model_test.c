// SPDX-License-Identifier: GPL-2.0
/* The model of qos_model.h, at random. */
#include "driver.h"
#include "qos_model.h"
#include "unit.h"

static void test_random(void)
{
	u32 round;

	for (round = 0; round < 300 && !unit_failed; round++)
		qos_model_run(random_below, 1000);
}

const struct unit_case qos_model_cases[] = {
	{ "requests, limits and stops at random", test_random },
	{ }
};
