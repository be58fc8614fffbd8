// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a key is the one that a disk was first used with. Plain dm-crypt has
 * no header: another key gives garbage, and what is written by it destroys what
 * was there. So a check value is kept beside the other settings of the volume:
 *
 *   salt, HMAC-SHA256(key, "ipst key check" salt) cut to 16 bytes
 *
 * as hexadecimal digits. It may be public: keys are 64 random bytes, so nobody
 * can try them all, and by the salt nobody sees that two volumes have the same.
 */
#include <linux/if_alg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipstctl.h"
#include "layer.h"

#define LABEL "ipst key check"
#define SALT_BYTES 8
#define MAC_BYTES 16
#define DIGEST_BYTES 32

_Static_assert(KEY_CHECK_LEN == 2 * (SALT_BYTES + MAC_BYTES) + 1,
	       "two digits a byte");

/* By the kernel, which has it anyway. */
static int digest_keyed(const char *key, size_t len, const void *text,
			size_t text_len, unsigned char digest[DIGEST_BYTES])
{
	static const struct sockaddr_alg addr = {
		.salg_family = AF_ALG,
		.salg_type = "hash",
		.salg_name = "hmac(sha256)",
	};
	int tfm = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), op = -1;
	bool done;

	if (tfm >= 0 && !bind(tfm, (const void *)&addr, sizeof(addr)) &&
	    !setsockopt(tfm, SOL_ALG, ALG_SET_KEY, key, len))
		op = accept4(tfm, NULL, NULL, SOCK_CLOEXEC);
	done = op >= 0 && send(op, text, text_len, 0) == (ssize_t)text_len &&
	       recv(op, digest, DIGEST_BYTES, 0) == DIGEST_BYTES;
	if (op >= 0)
		close(op);
	if (tfm >= 0)
		close(tfm);
	return done ? 0 : err("the kernel has no hmac(sha256): modprobe algif_hash");
}

static int check_fill(const char *key, size_t len, const unsigned char *salt,
		      char check[KEY_CHECK_LEN])
{
	unsigned char text[sizeof(LABEL) - 1 + SALT_BYTES];
	unsigned char digest[DIGEST_BYTES];
	int at = 0;

	memcpy(text, LABEL, sizeof(LABEL) - 1);
	memcpy(text + sizeof(LABEL) - 1, salt, SALT_BYTES);
	if (digest_keyed(key, len, text, sizeof(text), digest))
		return -1;
	for (int i = 0; i < SALT_BYTES; i++)
		at += sprintf(check + at, "%02x", salt[i]);
	for (int i = 0; i < MAC_BYTES; i++)
		at += sprintf(check + at, "%02x", digest[i]);
	return 0;
}

int keycheck_make(const char *key, size_t len, char check[KEY_CHECK_LEN])
{
	unsigned char salt[SALT_BYTES];

	if (getrandom(salt, sizeof(salt), 0) != sizeof(salt))
		return err("the kernel gives no random numbers");
	return check_fill(key, len, salt, check);
}

int keycheck_verify(const char *key, size_t len, const char *check, bool *same)
{
	unsigned char salt[SALT_BYTES];
	char now[KEY_CHECK_LEN];

	*same = false;
	for (int i = 0; i < SALT_BYTES; i++)
		if (sscanf(check + 2 * i, "%2hhx", &salt[i]) != 1)
			return err("key_check \"%s\" is none", check);
	if (check_fill(key, len, salt, now))
		return -1;
	*same = !strcmp(now, check);
	return 0;
}
