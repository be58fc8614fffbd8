/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a volume is: where it comes from, how it is reached, and what lies on
 * it. volume-settings.c and keyspec.c: how it may be asked for. Part of
 * ipstctl.h.
 */
#ifndef IPSTCTL_VOLUME_H
#define IPSTCTL_VOLUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "source.h"

#define ATTR_LEN 512	/* longest value read from sysfs or configfs */
#define PATHS_MAX 16
#define CTRL_LEN 16
#define VSET_LEN 256	/* longest value of a setting and its NUL */
#define KEY_CHECK_LEN 49	/* see keycheck.c */

struct path {
	char traddr[ADDR_LEN];	/* numeric */
	char trsvcid[8];
	char ctrl[CTRL_LEN];	/* as in nvme0; empty before it is connected */
	int source;		/* that it is of */
	bool owned;		/* connected by ipstctl */
	bool is_new;		/* in this very run; not recorded */
};

enum uuid_origin {
	UUID_NONE,		/* not known yet */
	UUID_GIVEN,		/* --uuid */
	UUID_NAMESPACE,		/* the namespace's own UUID or NGUID */
	UUID_DERIVED,		/* from wwid or serial number */
	UUID_RANDOM,
};

/* In the order in which a volume is put together. */
enum {
	VSET_HOST_NQN,
	VSET_CTRL_LOSS,
	VSET_FAST_IO_FAIL,
	VSET_IO_POLICY,
	VSET_DHCHAP,
	VSET_DHCHAP_CTRL,
	VSET_TLS,
	VSET_INTEGRITY,
	VSET_ENCRYPT,
	VSET_COMPRESS,
	VSET_DEDUPLICATE,
	VSET_COUNT,
	VSET_FABRICS_COUNT = VSET_TLS + 1	/* these are of connections */
};

struct volume_setting {
	const char *option;	/* of volume add */
	const char *key;	/* in a state file */
	enum { VSET_STRING, VSET_INT, VSET_BOOLEAN } type;	/* the last: a flag */
	const char *otherwise;
	/* NULL, or what is wrong, as the end of a sentence. */
	const char *(*check)(const char *value);
};

struct volume {
	char name[NAME_LEN];
	char uuid[UUID_LEN];
	enum uuid_origin uuid_origin;
	bool complete;		/* false: volume add did not get to its end */
	bool rebuilt;		/* from the kernel, which knows no names */
	int n_sources;
	struct source sources[SOURCES_MAX];
	char settings[VSET_COUNT][VSET_LEN];
	char key_check[KEY_CHECK_LEN];	/* of encrypt=plain:, else empty */
	char formatting[16];	/* the layer that is to be formatted next, or none */
	/* Of this very run, not recorded: --format, and bits of layers. */
	bool format;
	unsigned int new_layers, formatted_layers;
	/* The rest is of nvme+tcp, and found out. */
	char nqn[NQN_LEN];	/* of the subsystem; empty before it is known */
	int n_paths;
	struct path paths[PATHS_MAX];
	uint32_t nsid;		/* 0 before it is known */
	char wwid[ATTR_LEN];	/* of any disk; empty: it has none */
};

/* volume-settings.c */

extern const struct volume_setting volume_settings[VSET_COUNT];

void volume_init(struct volume *vol, const char *name);	/* with all defaults */
/* NULL, or why these sources cannot have these settings. */
const char *volume_check(const struct volume *vol);
/* NULL, or the option in which they differ. */
const char *volume_difference(const struct volume *a, const struct volume *b,
			      int first, int count);
const char *volume_key_check(const char *text);	/* its spelling */
bool volume_is_fabrics(const struct volume *vol);
/* As the table's check, and short enough to be kept. */
const char *volume_setting_check(int setting, const char *value);
json_object *volume_setting_value(const struct volume *vol, int setting);
bool volume_is_set(const struct volume *vol, int setting);	/* not its default */

/* path-json.c */

void path_to_json(const struct path *path, json_object *object);
void path_from_json(json_object *object, struct path *path);

/* keyspec.c: where a key is; the key itself is in no argument and no file of ours. */

#define KEY_LEN 4096

const char *keyspec_check(const char *spec);
int keyspec_read(const char *spec, char key[KEY_LEN], size_t *len);
void keyspec_wipe(char key[KEY_LEN]);

#endif
