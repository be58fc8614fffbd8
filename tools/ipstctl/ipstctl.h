/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of ipstctl know of each other. Each section below is the
 * table of contents of one file; a file includes this and system headers.
 *
 * Functions returning int give 0 or -1, and have then told why by err().
 * Objects shown to people or programs are json-c objects; out.c prints them.
 */
#ifndef IPSTCTL_H
#define IPSTCTL_H

#include <glob.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <json-c/json.h>
#include <linux/ipst.h>

#include "cmd.h"
#include "configfs.h"
#include "device.h"
#include "discovery.h"
#include "export.h"
#include "listen.h"
#include "nvme.h"
#include "out.h"
#include "record.h"
#include "size.h"
#include "source.h"
#include "volume.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* volume.c, device.c, group.c, qos.c: the nouns, and what their verbs do. */

extern const struct cmd_verb volume_verbs[];
extern const struct cmd_verb device_verbs[];
extern const struct cmd_verb group_verbs[];
extern const struct cmd_verb qos_verbs[];

/* apply.c: commands. */

extern const struct cmd_verb save_command;
extern const struct cmd_verb apply_command;
extern const struct cmd_verb clear_command;

int volume_find(const char *name, struct volume *vol);
int volume_put(const struct volume *want, struct volume *have,
	       const char **result);
int volume_remove(const struct volume *vol);
/* A volume that was rebuilt, without a name, is the one that is wanted. */
bool volume_is_nameless(const struct volume *have, const struct volume *want);
int volume_name(struct volume *have, const struct volume *want,
		bool is_dry_run);

/* paths.c */

int paths_show(struct cmd_call *call);		/* an EXIT_ code */
json_object *paths_model(const struct volume *vol, int i);

/* stats.c, hist.c, top.c, monitor.c: commands. */

extern const struct cmd_verb stats_command;
extern const struct cmd_verb hist_command;
extern const struct cmd_verb top_command;
extern const struct cmd_verb monitor_command;

int stats_read(const char *name, bool queues, json_object **array);
void stats_subtract(json_object *now, json_object *before);
int stats_interval(struct cmd_call *call, double *seconds);

/* prometheus.c: text for its collectors. */

int prometheus_print(const char *name, json_object *stats);
int device_check_name(struct cmd_call *call);	/* the first word; an EXIT_ code */
int device_check_io(struct cmd_call *call);	/* likewise, of a virtio-blk device */

/* msg.c: one sentence on stderr, beginning with the program's name. */

int err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* sysfs.c: what the kernel says of block devices, and small file helpers. */

struct disk {
	char path[ATTR_LEN];	/* /dev/... */
	char wwid[ATTR_LEN];	/* empty: none */
	dev_t rdev;
	uint64_t size_bytes;
	uint32_t block_bytes;
	bool read_only;
	bool is_special;	/* zoned, or with metadata: no front end takes it */
};

/* The paths that match a pattern, in the order of their names. */
struct matches {
	glob_t found;
	size_t next;
};

/* Declares them; they are freed where @name goes out of scope. */
#define MATCHES(name, pattern) struct matches name \
	__attribute__((cleanup(matches_free))) = matches_find(pattern)

struct matches matches_find(const char *pattern);
const char *matches_next(struct matches *matches);	/* NULL: no more */
void matches_free(struct matches *matches);
bool matches_first(const char *pattern, char *path, size_t len);
bool matches_any(const char *pattern);

int file_read(const char *path, char *buf, size_t len);	/* quiet, -errno */
int file_write(const char *path, const char *text);	/* quiet, -errno */
int names_list(const char *dir, char (**names)[NAME_LEN]); /* count, to free */
int disk_probe(const char *path, struct disk *disk);
bool disk_is_ready(const char *path);	/* a whole one, just made */
bool disk_is_claimed(const char *path);
int disk_of_vdpa(const char *device, char *path, size_t len);	/* quiet */
bool wait_for(bool (*is_there)(void *arg), void *arg, int seconds,
	      const char *what);
int module_load(const char *module, const char *option);
bool module_is_loaded(const char *module);
unsigned int cpus_online(void);

/* identity.c: the UUID of a volume. */

int identity_uuid(struct volume *vol, const struct disk *disk);
enum uuid_origin identity_origin(const char *uuid, const char *wwid);
bool identity_is(const char *wwid, const char *uuid);
void identity_derive(const char *name, char uuid[UUID_LEN]);	/* always the same */

/* backing.c: from a volume's sources to its disk, and back. */

bool backing_is_shared(const struct volume *vol, const struct path *path,
		       bool *owned);	/* with another; owned: made by ipstctl */
int backing_attach(struct volume *vol, struct disk *disk);
bool backing_is_changed(const struct volume *vol);	/* by this run */
void backing_undo(struct volume *vol);			/* of this run */
bool backing_has_ours(const struct volume *vol);
int backing_detach(const struct volume *vol);
bool backing_find(const struct volume *vol, char *path, size_t len);
bool backing_find_base(const struct volume *vol, char *path, size_t len);
int backing_open(const struct volume *vol, struct disk *disk);
int backing_open_base(const struct volume *vol, struct disk *disk);

/* attach.c: a volume behind a device, all steps or none. */

void attach_nqn(const char *device, char nqn[NQN_LEN]);
const char *attach_device(const char *nqn);	/* its name; NULL: not ours */
uint32_t attach_nsid(const char *device);
int attach_check_own(const char *device);
bool attach_uuid(const char *device, char uuid[ATTR_LEN]);
int attach_volume(const char *device, const struct volume *vol);
int attach_wait(const char *device);
int attach_check_unused(const char *device);
int attach_undo(const char *device);
json_object *attach_users(const struct volume *vol);	/* devices' names */
bool attach_find_subsys(const struct volume *vol, const char *except,
			char nqn[NQN_LEN]);
int attach_check_free(const char *device, const struct volume *vol);
int attach_revalidate(const struct volume *vol);	/* its size */
void attach_warn_shared(const char *device, const struct volume *vol);

/* replace.c: another volume behind a device in use, all steps or none. */

int replace_volume(const char *device, const struct volume *vol, bool *changed);
int replace_check_done(const char *device);	/* an earlier one, if any */

/* model.c: the JSON objects of volumes and devices. */

json_object *model_volume(const struct volume *vol);
json_object *model_device(const char *name);	/* NULL: there is none */
json_object *model_devices(void);

/* qos.c: limits as the kernel has them. NULL: it failed, and has told why. */

json_object *qos_get(const char *device, const char *group);
json_object *qos_list(const char *device, const char *group);	/* NULL: all */
int qos_put(const char *device, const char *group, const struct limits *limits,
	    bool *changed);
/* Those of a state document. */
int qos_put_state(const char *device, const char *group, json_object *item);

/*
 * nl*.c: the ipst netlink family; nobody else knows libnl. Answers are appended
 * to @array; name NULL: of all devices.
 */

/* Of a kernel that does not have the family. */
#define NL_NO_FAMILY "the kernel does not answer: modprobe ipst_vblk first"

/* nl-device.c */

/* *is_there: the kernel has the family. */
int nl_device_get(const char *name, json_object *array, bool *is_there);

struct nl_events;

/* NULL: the kernel does not have them. @fn gets the event to keep. */
struct nl_events *nl_events_open(void (*fn)(json_object *event, void *arg),
				 void *arg);
void nl_events_close(struct nl_events *events);
int nl_events_fd(const struct nl_events *events);
int nl_events_read(struct nl_events *events, bool *lost);

/* nl-qos.c */

/* Of a device, else of a group; in nl_qos_get() else of all. */
int nl_qos_get(const char *device, const char *group, json_object *array);
int nl_qos_set(const char *device, const char *group,
	       const struct limits *limits);

/* nl-stats.c */

int nl_op_find(const char *word);	/* -1: there is no such kind of request */
/* By name the sum of all queues; of all devices the sum, then each queue. */
int nl_stats_get(const char *name, json_object *array);
int nl_hist_get(const char *name, int op, json_object *array);
int nl_hist_reset(const char *name);

#endif
