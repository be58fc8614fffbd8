/* SPDX-License-Identifier: GPL-2.0 */
/* What a unit test is made of: cases, and CHECK() inside them. */
#ifndef UNIT_H
#define UNIT_H

#include <stdio.h>

struct unit_case {
	const char *name;
	void (*run)(void);
};

extern const struct unit_case vring_split_cases[];
extern const struct unit_case vring_split_notify_cases[];
extern const struct unit_case vring_packed_cases[];
extern const struct unit_case vring_packed_state_cases[];
extern const struct unit_case vring_packed_notify_cases[];
extern const struct unit_case vring_model_cases[];
extern const struct unit_case qos_cases[];
extern const struct unit_case qos_tree_cases[];
extern const struct unit_case qos_model_cases[];

/* Set by CHECK(), looked at after each case. */
extern int unit_failed;

#define CHECK(cond)							\
do {									\
	if (!(cond)) {							\
		printf("# %s:%d: not so: %s\n", __FILE__, __LINE__, #cond); \
		unit_failed = 1;					\
	}								\
} while (0)

#endif
