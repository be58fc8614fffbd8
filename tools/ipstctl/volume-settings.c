// SPDX-License-Identifier: GPL-2.0
/*
 * The settings of a volume, with what values each may have: one table for the
 * command line, for state files and for the records.
 *
 * The defaults of connections suit the disks of running VMs. A storage node
 * that reboots, or a network that is repaired, costs time and no I/O error:
 * paths are tried again for ever, and I/O waits. Who would rather have an error
 * after a while, as a cluster that fails over by itself, sets a limit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipstctl.h"

#define TMO_MAX_S 86400

/* Seconds, or -1. */
static const char *tmo_check(const char *value, long min, const char *why)
{
	char *end;
	long n;

	if (!strcmp(value, "-1"))
		return NULL;
	if (*value < '0' || *value > '9')
		return why;
	n = strtol(value, &end, 10);
	return *end || n < min || n > TMO_MAX_S ? why : NULL;
}

static const char *ctrl_loss_check(const char *value)
{
	return tmo_check(value, 1, "is not 1 to 86400 seconds, or -1 for ever");
}

static const char *fast_io_fail_check(const char *value)
{
	return tmo_check(value, 0, "is not 0 to 86400 seconds, or -1 for never");
}

static const char *io_policy_check(const char *value)
{
	return strcmp(value, "numa") && strcmp(value, "round-robin") &&
	       strcmp(value, "queue-depth") ?
		       "is not numa, round-robin or queue-depth" : NULL;
}

static const char *host_nqn_check(const char *value)
{
	return *value ? nqn_check(value) : NULL;
}

static const char *key_check(const char *value)
{
	return *value ? keyspec_check(value) : NULL;
}

static const char *encrypt_check(const char *value)
{
	if (!strncmp(value, "luks2:", 6))
		return keyspec_check(value + 6);
	if (!strncmp(value, "plain:", 6))
		return keyspec_check(value + 6);
	return *value ? "is not luks2:KEYSPEC or plain:KEYSPEC" : NULL;
}

static const char *integrity_check(const char *value)
{
	return *value && strcmp(value, "crc32c") ? "is not crc32c" : NULL;
}

static const char *flag_check(const char *value)
{
	return strcmp(value, "0") && strcmp(value, "1") ? "is not 0 or 1" : NULL;
}

const struct volume_setting volume_settings[VSET_COUNT] = {
	[VSET_HOST_NQN] = {
		"host-nqn", "host_nqn", VSET_STRING, "", host_nqn_check },
	[VSET_CTRL_LOSS] = {
		"ctrl-loss", "ctrl_loss_tmo", VSET_INT, "-1", ctrl_loss_check },
	[VSET_FAST_IO_FAIL] = {
		"fast-io-fail", "fast_io_fail_tmo", VSET_INT, "-1", fast_io_fail_check },
	[VSET_IO_POLICY] = {
		"io-policy", "io_policy", VSET_STRING, "numa", io_policy_check },
	[VSET_DHCHAP] = {
		"dhchap-key", "dhchap_key", VSET_STRING, "", key_check },
	[VSET_DHCHAP_CTRL] = {
		"dhchap-ctrl-key", "dhchap_ctrl_key", VSET_STRING, "", key_check },
	[VSET_TLS] = {
		"tls", "tls", VSET_BOOLEAN, "0", flag_check },
	[VSET_INTEGRITY] = {
		"integrity", "integrity", VSET_STRING, "", integrity_check },
	[VSET_ENCRYPT] = {
		"encrypt", "encrypt", VSET_STRING, "", encrypt_check },
	[VSET_COMPRESS] = {
		"compress", "compress", VSET_BOOLEAN, "0", flag_check },
	[VSET_DEDUPLICATE] = {
		"deduplicate", "deduplicate", VSET_BOOLEAN, "0", flag_check },
};

void volume_init(struct volume *vol, const char *name)
{
	memset(vol, 0, sizeof(*vol));
	snprintf(vol->name, sizeof(vol->name), "%s", name);
	for (int i = 0; i < VSET_COUNT; i++)
		strcpy(vol->settings[i], volume_settings[i].otherwise);
}

const char *volume_key_check(const char *text)
{
	return strlen(text) != KEY_CHECK_LEN - 1 ||
	       strspn(text, "0123456789abcdef") != KEY_CHECK_LEN - 1 ?
		       "is not what ipstctl save has written there" : NULL;
}

bool volume_is_fabrics(const struct volume *vol)
{
	return vol->sources[0].kind == SOURCE_NVME_TCP;
}

bool volume_is_set(const struct volume *vol, int setting)
{
	return strcmp(vol->settings[setting],
		      volume_settings[setting].otherwise);
}

const char *volume_setting_check(int setting, const char *value)
{
	return strlen(value) < VSET_LEN ? volume_settings[setting].check(value) :
					  "is too long";
}

json_object *volume_setting_value(const struct volume *vol, int setting)
{
	const char *text = vol->settings[setting];

	switch (volume_settings[setting].type) {
	case VSET_BOOLEAN:
		return json_object_new_boolean(*text == '1');
	case VSET_INT:
		return json_object_new_int64(strtoll(text, NULL, 10));
	default:
		return json_object_new_string(text);
	}
}

const char *volume_check(const struct volume *vol)
{
	for (int i = 0; i < VSET_FABRICS_COUNT; i++)
		if (volume_is_set(vol, i) && !volume_is_fabrics(vol))
			return "a source below /dev has no connection: leave out its options";
	if (volume_is_set(vol, VSET_DHCHAP_CTRL) &&
	    !volume_is_set(vol, VSET_DHCHAP))
		return "a target is authenticated after the host only: give a dhchap-key too";
	return NULL;
}

const char *volume_difference(const struct volume *a, const struct volume *b,
			      int first, int count)
{
	for (int i = first; i < first + count; i++)
		if (strcmp(a->settings[i], b->settings[i]))
			return volume_settings[i].option;
	return NULL;
}
