/* SPDX-License-Identifier: GPL-2.0 */
/*
 * settings.c, device-make.c, cpus.c: what a device shall be, whoever asks for it: the
 * command line or a state file. Part of ipstctl.h.
 */
#ifndef IPSTCTL_DEVICE_H
#define IPSTCTL_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

struct volume;

enum {
	SET_MODE,
	SET_QUEUES,
	SET_QUEUE_SIZE,
	SET_READ_ONLY,
	SET_SERIAL,
	SET_HOST_NQN,
	SET_BUSY_POLL,
	SET_CPUS,
	SET_COUNT
};

/* An attribute that is set before a device is enabled. */
struct setting {
	const char *option;	/* of device add */
	const char *flag;	/* its meaning, if it is an option without value */
	const char *key;	/* in a state file */
	const char *attr;	/* in configfs */
	const char *otherwise;	/* NULL: made up by the kernel, any will do */
	/* NULL, or what is wrong, as the end of a sentence. */
	const char *(*check)(const char *value);
};

extern const struct setting device_settings[SET_COUNT];

struct device_wish {
	const char *name;
	const char *volume;	/* NULL: none, or any */
	const char *values[SET_COUNT];
	bool is_given[SET_COUNT];
};

/* settings.c */

void device_wish(struct device_wish *wish, const char *name);
bool device_has_setting(int i, const char *have, const char *want);

/* device-make.c */

int device_attach_volume(const char *device, const struct volume *vol,
			 bool *changed);
bool device_is_made(const char *name);
int device_create(const struct device_wish *wish);
int device_make(const struct device_wish *wish, bool *changed);
int device_remove(const char *name);

/* cpus.c: lists of CPUs, as 0-3,8. Pure. */

#define CPUS_LEN 1024	/* longest text that is compared, and its NUL */

const char *cpus_check(const char *list);
bool cpus_is_equal(const char *a, const char *b, const char *possible);

#endif
