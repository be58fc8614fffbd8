/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Types of devices, and what a device shall be, whoever asks for it: the command line
 * or a state file. Part of ipstctl.h.
 */
#ifndef IPSTCTL_DEVICE_H
#define IPSTCTL_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

struct cmd_call;
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
	SET_DEEP_CPUS,
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

/* device-type.c, virtio-blk.c, nvme-tcp.c */

/*
 * What the host sees, and how that is made. Items are those of state documents;
 * @have may be NULL, and is from before anything was changed.
 */
struct device_type {
	const char *name;	/* as behind --type */
	const char *const *options;	/* of device add, that are its alone */
	bool (*is_there)(const char *device);
	bool (*has_rest)(const char *device);	/* it, or what is left of it */
	int (*add)(struct cmd_call *call, bool *changed);	/* an EXIT_ code */
	int (*attach)(const char *device, const struct volume *vol,
		      bool *changed);
	int (*detach)(const char *device, const struct volume *vol,
		      bool *changed);	/* @vol NULL: the one it has */
	int (*remove)(const char *device);
	/* Lets go of volumes, before these change or go. */
	int (*make_room)(json_object *have, json_object *want);
	int (*put)(json_object *have, json_object *want);
};

extern const struct device_type virtio_blk_type, nvme_tcp_type;

extern const struct device_type *const device_types[];	/* ends with NULL */
const struct device_type *device_type_find(const char *name);
const struct device_type *device_type_of(const char *device);
int device_check_type(const char *device, const struct device_type *type);
int device_check_virtio(const char *command, const char *device);

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
