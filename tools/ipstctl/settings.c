// SPDX-License-Identifier: GPL-2.0
/*
 * The settings of a device, with what values each may have: one table for the
 * command line, for state files and for configfs.
 */
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
	[SET_DEEP_CPUS] = { "deep-cpus", NULL, "deep_cpus", "deep_cpus", NULL,
			    cpus_check },
};

_Static_assert(IPST_SERIAL_MAX_LEN == 20, "serial_check() tells another");

/* As the kernel chooses, so that a repeated add can be compared. */
static const char *queues_default(void)
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
	wish->values[SET_QUEUES] = queues_default();
}

/* @want NULL: any will do. */
bool device_has_setting(int i, const char *have, const char *want)
{
	char possible[CPUS_LEN];

	if (!want || !strcmp(have, want))
		return true;
	if (device_settings[i].check != cpus_check ||
	    file_read("/sys/devices/system/cpu/possible", possible,
		      sizeof(possible)))
		return false;
	return cpus_is_equal(have, want, possible);
}
