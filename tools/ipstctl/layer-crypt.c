// SPDX-License-Identifier: GPL-2.0
/*
 * Encryption by dm-crypt, aes-xts-plain64 with a key of 512 bits: with a LUKS2
 * header, or plain, where the key given is the key itself.
 *
 * dm-crypt gets the description of a key, not the key, so no table shows it: of
 * the administrator's own key if that is in a keyring, else of one which only
 * this process has and which nobody can read (type "logon"). The kernel needs it
 * while the table is loaded, and keeps what it took.
 *
 * Discards go through: a thin disk below stays thin. Whoever sees the disk sees
 * which blocks are not in use.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include <keyutils.h>

#include "ipstctl.h"
#include "layer.h"

#define LUKS2 "luks2:"
#define PLAIN "plain:"
#define KEYRING "keyring:"

static bool is_luks(const struct volume *vol)
{
	return !strncmp(vol->settings[VSET_ENCRYPT], LUKS2, strlen(LUKS2));
}

static const char *keyspec(const struct volume *vol)
{
	_Static_assert(sizeof(LUKS2) == sizeof(PLAIN), "one prefix");
	return vol->settings[VSET_ENCRYPT] + strlen(LUKS2);
}

static bool crypt_is_wanted(const struct volume *vol)
{
	return volume_is_set(vol, VSET_ENCRYPT);
}

static int check_plain(const struct volume *vol, const char *key, size_t len)
{
	bool same;

	if (len != VOLUME_KEY_BYTES)
		return err("the key of volume %s has %zu bytes, and plain dm-crypt "
			   "needs %d: make one by head -c %d /dev/urandom",
			   vol->name, len, VOLUME_KEY_BYTES, VOLUME_KEY_BYTES);
	if (!*vol->key_check)
		return 0;
	if (keycheck_verify(key, len, vol->key_check, &same))
		return -1;
	return same ? 0 : err("the key is not the one that volume %s was encrypted "
			      "with: give the right one", vol->name);
}

/* To be wiped, if that works. */
static int read_key(const struct volume *vol, char key[KEY_LEN], size_t *len)
{
	if (keyspec_read(keyspec(vol), key, len))
		return -1;
	if (is_luks(vol) || !check_plain(vol, key, *len))
		return 0;
	keyspec_wipe(key);
	return -1;
}

static int crypt_check(const struct volume *vol)
{
	char key[KEY_LEN];
	size_t len;

	if (mapper_start("crypt", "dm_crypt") || read_key(vol, key, &len))
		return -1;
	keyspec_wipe(key);
	return 0;
}

/* What has no header is known by the check value alone. */
static int crypt_is_formatted(const struct volume *vol, const struct disk *below)
{
	return is_luks(vol) ? luks_is_there(below->path) : *vol->key_check != 0;
}

static int crypt_format(struct volume *vol, const struct disk *below)
{
	char key[KEY_LEN];
	size_t len;
	int ret;

	if (read_key(vol, key, &len))
		return -1;
	ret = is_luks(vol) ? luks_format(below->path, key, len,
					 below->block_bytes) :
			     keycheck_make(key, len, vol->key_check);
	keyspec_wipe(key);
	return ret;
}

/* For this process and, on its behalf, dm-crypt. */
static int hide_key(const struct volume *vol, const char key[VOLUME_KEY_BYTES],
		    char reference[MAPPER_PARAMS_LEN])
{
	char description[64];

	snprintf(description, sizeof(description), "ipst:%s", vol->uuid);
	if (add_key("logon", description, key, VOLUME_KEY_BYTES,
		    KEY_SPEC_PROCESS_KEYRING) < 0)
		return err("the kernel's keyring does not take the key of volume "
			   "%s: %s", vol->name, strerror(errno));
	snprintf(reference, MAPPER_PARAMS_LEN, "logon:%s", description);
	return 0;
}

/* The kernel looks where keyspec.c does, if it is linked to our own keyring. */
static int link_key(const struct volume *vol, const char *description,
		    char reference[MAPPER_PARAMS_LEN])
{
	static const key_serial_t rings[] = { KEY_SPEC_SESSION_KEYRING,
					      KEY_SPEC_USER_KEYRING };

	snprintf(reference, MAPPER_PARAMS_LEN, "user:%s", description);
	for (size_t i = 0; i < ARRAY_SIZE(rings); i++)
		if (keyctl_search(rings[i], "user", description,
				  KEY_SPEC_PROCESS_KEYRING) >= 0)
			return 0;
	return err("the key of volume %s cannot be linked to a keyring of this "
		   "process: %s", vol->name, strerror(errno));
}

static void fill_table(const struct disk *below, const struct luks *luks,
		       const char *reference, struct mapper_table *table)
{
	uint64_t blocks = below->size_bytes / luks->block_bytes;
	uint32_t block_sectors = luks->block_bytes / SECTOR_BYTES;

	table->target = "crypt";
	table->sectors = blocks * block_sectors - luks->offset_sectors;
	snprintf(table->params, sizeof(table->params),
		 "aes-xts-plain64 :%d:%.512s %llu %u:%u %llu 2 allow_discards sector_size:%u",
		 VOLUME_KEY_BYTES, reference,
		 (unsigned long long)luks->iv_sectors, major(below->rdev),
		 minor(below->rdev), (unsigned long long)luks->offset_sectors,
		 luks->block_bytes);
}

static int luks_reference(const struct volume *vol, const struct disk *below,
			  const char *key, size_t len, struct luks *luks,
			  char reference[MAPPER_PARAMS_LEN])
{
	int ret = luks_open(below->path, key, len, luks) ||
		  hide_key(vol, luks->key, reference) ? -1 : 0;

	explicit_bzero(luks->key, sizeof(luks->key));
	if (!ret && below->size_bytes / SECTOR_BYTES <= luks->offset_sectors)
		return err("%s has no room behind its LUKS2 header", below->path);
	return ret;
}

static int plain_reference(const struct volume *vol, const char *key,
			   char reference[MAPPER_PARAMS_LEN])
{
	const char *spec = keyspec(vol);

	if (!strncmp(spec, KEYRING, strlen(KEYRING)))
		return link_key(vol, spec + strlen(KEYRING), reference);
	return hide_key(vol, key, reference);
}

static int crypt_table(const struct volume *vol, const struct disk *below,
		       struct mapper_table *table)
{
	struct luks luks = { .block_bytes = below->block_bytes };
	char key[KEY_LEN], reference[MAPPER_PARAMS_LEN];
	size_t len;
	int ret;

	if (read_key(vol, key, &len))
		return -1;
	ret = is_luks(vol) ? luks_reference(vol, below, key, len, &luks,
					    reference) :
			     plain_reference(vol, key, reference);
	keyspec_wipe(key);
	if (!ret)
		fill_table(below, &luks, reference, table);
	return ret;
}

static int crypt_grown_table(const struct volume *vol, const char *name,
			     const struct disk *below,
			     struct mapper_table *table)
{
	(void)name;
	if (!crypt_is_wanted(vol))
		return err("nobody knows any more where the key of volume %s is: "
			   "repeat its volume add first", vol->name);
	return crypt_table(vol, below, table);
}

const struct layer layer_crypt = {
	.type = "crypt",
	.is_wanted = crypt_is_wanted,
	.check = crypt_check,
	.is_formatted = crypt_is_formatted,
	.format = crypt_format,
	.table = crypt_table,
	.grown_table = crypt_grown_table,
};
