// SPDX-License-Identifier: GPL-2.0
/*
 * Making devices: their settings, and the steps from nothing to a device that
 * has its volume. device.c asks for it from the command line, apply.c from a
 * state file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"

#define QUEUES_DEFAULT_MAX 4

static bool is_number(const char *text, unsigned long min, unsigned long max)
{
	unsigned long n;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	n = strtoul(text, &end, 10);
	return !*end && n >= min && n <= max;
}

static const char *mode_check(const char *value)
{
	return strcmp(value, "local") && strcmp(value, "vhost") ?
		       "is not vhost or local" : NULL;
}

static const char *queues_check(const char *value)
{
	return is_number(value, 1, 64) ? NULL : "is not 1 to 64";
}

static const char *queue_size_check(const char *value)
{
	unsigned long n = strtoul(value, NULL, 10);

	return is_number(value, 2, 1024) && !(n & (n - 1)) ? NULL :
		       "is no power of two from 2 to 1024";
}

static const char *flag_check(const char *value)
{
	return strcmp(value, "0") && strcmp(value, "1") ? "is not 0 or 1" : NULL;
}

static const char *serial_check(const char *value)
{
	size_t len = strlen(value);
	bool is_printable = true;

	for (const char *c = value; *c; c++)
		is_printable &= *c >= ' ' && *c <= '~';
	return len && len <= IPST_SERIAL_MAX_LEN && is_printable ? NULL :
		       "is not 1 to 20 printable ASCII characters";
}

static const char *busy_poll_check(const char *value)
{
	return is_number(value, 0, 1000) ? NULL : "is not 0 to 1000";
}

const struct setting device_settings[SET_COUNT] = {
	[SET_MODE] = { "local", "local", "mode", "mode", "vhost", mode_check },
	[SET_QUEUES] = { "queues", NULL, "queues", "num_queues", NULL,
			 queues_check },
	[SET_QUEUE_SIZE] = { "queue-size", NULL, "queue_size", "queue_size",
			     "256", queue_size_check },
	[SET_READ_ONLY] = { "read-only", "1", "read_only", "read_only", "0",
			    flag_check },
	[SET_SERIAL] = { "serial", NULL, "serial", "serial", NULL,
			 serial_check },
	[SET_HOST_NQN] = { "host-nqn", NULL, "host_nqn", "host_nqn", NULL,
			   nqn_check },
	[SET_BUSY_POLL] = { "busy-poll-us", NULL, "busy_poll_us",
			    "busy_poll_us", "0", busy_poll_check },
	[SET_CPUS] = { "cpus", NULL, "cpus", "cpus", NULL, cpus_check },
};

_Static_assert(IPST_SERIAL_MAX_LEN == 20, "serial_check() tells another");

/* As the kernel chooses, so that a repeated add can be compared. */
const char *device_queues_default(void)
{
	static const char *const texts[] = { "1", "2", "3", "4" };
	unsigned int cpus = cpus_online();

	return texts[(cpus < QUEUES_DEFAULT_MAX ? cpus : QUEUES_DEFAULT_MAX) - 1];
}

void device_wish(struct device_wish *wish, const char *name)
{
	*wish = (struct device_wish){ .name = name };
	for (int i = 0; i < SET_COUNT; i++)
		wish->values[i] = device_settings[i].otherwise;
	wish->values[SET_QUEUES] = device_queues_default();
}

/* @want NULL: any will do. */
bool device_has_setting(int i, const char *have, const char *want)
{
	char possible[CPUS_LEN];

	if (!want || !strcmp(have, want))
		return true;
	if (i != SET_CPUS ||
	    file_read("/sys/devices/system/cpu/possible", possible,
		      sizeof(possible)))
		return false;
	return cpus_is_equal(have, want, possible);
}

static int check_same(const struct device_wish *wish)
{
	char have[ATTR_LEN];

	for (int i = 0; i < SET_COUNT; i++) {
		const struct setting *set = &device_settings[i];

		if (!configfs_device_get(wish->name, set->attr, have) ||
		    device_has_setting(i, have, wish->values[i]))
			continue;
		return err("device %s exists, but --%s differs (%s is \"%s\", "
			   "not \"%s\"): device del it first, or choose "
			   "another name", wish->name, set->option, set->attr,
			   have, wish->values[i]);
	}
	return 0;
}

/* Until the mark is gone the attributes may not be what was asked for. */
int device_create(const struct device_wish *wish)
{
	if (record_mark(wish->name) || record_replacing_remove(wish->name) ||
	    configfs_device_create(wish->name))
		return -1;
	for (int i = 0; i < SET_COUNT; i++) {
		if (wish->is_given[i] &&
		    configfs_device_set(wish->name, device_settings[i].attr,
					wish->values[i])) {
			configfs_device_remove(wish->name);
			record_unmark(wish->name);
			return -1;
		}
	}
	record_unmark(wish->name);
	return 0;
}

/*
 * A device that is enabled has its volume; one that is not may have the
 * remains of an attach that was killed, which attach_volume() clears away.
 */
int device_attach_volume(const char *device, const struct volume *vol,
			 bool *changed)
{
	char value[ATTR_LEN], uuid[ATTR_LEN];
	struct volume other;
	bool found;

	*changed = true;
	if (attach_check_own(device) || replace_check_done(device))
		return -1;
	if (configfs_device_get(device, "enable", value) && *value == '1') {
		attach_uuid(device, uuid);
		*changed = strcmp(uuid, vol->uuid);
		if (!*changed)
			return attach_wait(device);
		if (record_find_uuid(uuid, NULL, &other, &found))
			return -1;
		return err("device %s has %s%s behind it: ipstctl device "
			   "detach %s first, or attach with --replace",
			   device, found ? "volume " : "another namespace",
			   found ? other.name : "", device);
	}
	attach_warn_shared(device, vol);
	return attach_volume(device, vol);
}

/* True: it is there, and was made to the end. */
bool device_is_made(const char *name)
{
	if (!configfs_device_exists(name))
		return false;
	/* Of a killed add, or reused by hand: then it stays, and is compared. */
	return !record_is_marked(name) || configfs_device_remove(name);
}

int device_make(const struct device_wish *wish, bool *changed)
{
	bool exists, attached = false;
	struct volume vol;

	if (wish->volume && volume_find(wish->volume, &vol))
		return -1;
	exists = device_is_made(wish->name);
	if (exists ? check_same(wish) : device_create(wish))
		return -1;
	if (wish->volume &&
	    device_attach_volume(wish->name, &vol, &attached)) {
		if (!exists)
			configfs_device_remove(wish->name);
		return -1;
	}
	*changed = !exists || attached;
	return 0;
}

int device_remove(const char *name)
{
	return attach_undo(name) || configfs_device_remove(name) ? -1 : 0;
}
