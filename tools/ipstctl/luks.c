// SPDX-License-Identifier: GPL-2.0
/*
 * LUKS2 headers: the volume key, encrypted by what the administrator gives. The
 * header is the library's; the device on it is made by layer-crypt.c, as that of
 * plain dm-crypt is, so that both have names, UUIDs and tables of one kind.
 *
 * What makes guessing slow (a PBKDF) is of use only for what can be guessed:
 * random keys get the least there is, so that a box with many volumes starts
 * soon. Passphrases get argon2id with 64 MiB and 4 passes, which is what any box
 * can spare, also while it starts, and not what this one happens to have today.
 */
#include <stdio.h>
#include <string.h>

#include <libcryptsetup.h>

#include "ipstctl.h"
#include "layer.h"

#define RANDOM_KEY_MIN 32

static const struct crypt_pbkdf_type for_random = {
	.type = CRYPT_KDF_PBKDF2,
	.hash = "sha256",
	.iterations = 1000,	/* the library's least */
	.flags = CRYPT_PBKDF_NO_BENCHMARK,
};

static const struct crypt_pbkdf_type for_typed = {
	.type = CRYPT_KDF_ARGON2ID,
	.hash = "sha256",
	.iterations = 4,
	.max_memory_kb = 64 << 10,
	.parallel_threads = 1,
	.flags = CRYPT_PBKDF_NO_BENCHMARK,
};

/* People type no control characters, in no language; 11 % of random bytes are. */
static bool is_random(const char *key, size_t len)
{
	size_t controls = 0;

	for (size_t i = 0; i < len; i++)
		controls += (unsigned char)key[i] < ' ' && key[i] != '\n' &&
			    key[i] != '\r' && key[i] != '\t';
	return len >= RANDOM_KEY_MIN && controls;
}

static void no_log(int level, const char *msg, void *arg)
{
	(void)level, (void)msg, (void)arg;
}

static struct crypt_device *device_open(const char *path)
{
	struct crypt_device *cd;

	crypt_set_log_callback(NULL, no_log, NULL);
	if (crypt_init(&cd, path))
		return NULL;
	crypt_set_log_callback(cd, no_log, NULL);
	return cd;
}

bool luks_is_there(const char *path)
{
	struct crypt_device *cd = device_open(path);
	bool is = cd && !crypt_load(cd, CRYPT_LUKS2, NULL);

	crypt_free(cd);
	return is;
}

int luks_format(const char *path, const char *key, size_t len,
		uint32_t block_bytes)
{
	struct crypt_params_luks2 params = { .sector_size = block_bytes };
	struct crypt_device *cd = device_open(path);
	int ret = -1;

	if (cd)
		ret = crypt_set_pbkdf_type(cd, is_random(key, len) ?
					       &for_random : &for_typed);
	if (!ret)
		ret = crypt_format(cd, CRYPT_LUKS2, "aes", "xts-plain64", NULL,
				   NULL, VOLUME_KEY_BYTES, &params);
	if (!ret && crypt_keyslot_add_by_volume_key(cd, CRYPT_ANY_SLOT, NULL, 0,
						    key, len) < 0)
		ret = -1;
	crypt_free(cd);
	return ret ? err("%s cannot be formatted as LUKS2: see that it has more "
			 "than 16 MiB, and that the kernel has aes-xts", path) : 0;
}

static bool has_our_cipher(struct crypt_device *cd)
{
	return !strcmp(crypt_get_cipher(cd) ?: "", "aes") &&
	       !strcmp(crypt_get_cipher_mode(cd) ?: "", "xts-plain64") &&
	       crypt_get_volume_key_size(cd) == VOLUME_KEY_BYTES;
}

static int open_loaded(struct crypt_device *cd, const char *path,
		       const char *key, size_t len, struct luks *luks)
{
	size_t size = sizeof(luks->key);

	if (!has_our_cipher(cd))
		return err("the LUKS2 on %s is not aes-xts-plain64 with a key of "
			   "512 bits: only that is used", path);
	if (crypt_volume_key_get(cd, CRYPT_ANY_SLOT, luks->key, &size, key, len) < 0)
		return err("the key opens no key slot of the LUKS2 on %s: give the "
			   "right one", path);
	luks->offset_sectors = crypt_get_data_offset(cd);
	luks->iv_sectors = crypt_get_iv_offset(cd);
	luks->block_bytes = crypt_get_sector_size(cd);
	return 0;
}

int luks_open(const char *path, const char *key, size_t len, struct luks *luks)
{
	struct crypt_device *cd = device_open(path);
	int ret;

	ret = !cd || crypt_load(cd, CRYPT_LUKS2, NULL) ?
		      err("%s has no LUKS2 header", path) :
		      open_loaded(cd, path, key, len, luks);
	crypt_free(cd);
	return ret;
}
