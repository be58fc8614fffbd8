// SPDX-License-Identifier: GPL-2.0
/*
 * Where a key is.
 *
 *   file:/PATH           a file that only root can read
 *   keyring:DESCRIPTION  a key of type "user" in a keyring of the caller's
 *
 * What is recorded, shown and saved is this text; the key is read when it is
 * used, and wiped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <keyutils.h>

#include "ipstctl.h"

#define FILE_WORD "file:"
#define KEYRING_WORD "keyring:"

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

const char *keyspec_check(const char *spec)
{
	if (strlen(spec) >= VSET_LEN - sizeof("luks2:"))
		return "is too long";
	if (!is_printable(spec))
		return "may not hold blanks or control characters";
	if (!strncmp(spec, FILE_WORD "/", strlen(FILE_WORD "/")) ||
	    (!strncmp(spec, KEYRING_WORD, strlen(KEYRING_WORD)) &&
	     spec[strlen(KEYRING_WORD)]))
		return NULL;
	return "says no place of a key: use file:/PATH or keyring:DESCRIPTION";
}

static int check_file(int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st))
		return err("key file %s cannot be read: %s", path,
			   strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err("key file %s is no file", path);
	if (st.st_mode & 0077)
		return err("key file %s can be read by others: chmod 600 it, "
			   "and think of the key as known", path);
	return 0;
}

static int read_file(const char *path, char key[KEY_LEN], size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return err("key file %s cannot be read: %s", path,
			   strerror(errno));
	n = check_file(fd, path) ? -1 : read(fd, key, KEY_LEN);
	if (n == 0 || n == KEY_LEN)
		err("key file %s is %s", path, n ? "too long" : "empty");
	close(fd);
	if (n <= 0 || n == KEY_LEN)
		return -1;
	*len = n;
	return 0;
}

static int read_keyring(const char *description, char key[KEY_LEN], size_t *len)
{
	static const key_serial_t rings[] = { KEY_SPEC_SESSION_KEYRING,
					      KEY_SPEC_USER_KEYRING };
	long id = -1, n;

	for (size_t i = 0; id < 0 && i < ARRAY_SIZE(rings); i++)
		id = keyctl_search(rings[i], "user", description, 0);
	if (id < 0)
		return err("keyring: there is no key \"%s\" in the session's "
			   "or the user's keyring: keyctl add user %s first",
			   description, description);
	n = keyctl_read(id, key, KEY_LEN - 1);
	if (n < 0)
		return err("keyring: key \"%s\" cannot be read: %s",
			   description, strerror(errno));
	if (!n || n > KEY_LEN - 1)
		return err("keyring: key \"%s\" is %s", description,
			   n ? "too long" : "empty");
	*len = n;
	return 0;
}

/* A NUL follows the key. */
int keyspec_read(const char *spec, char key[KEY_LEN], size_t *len)
{
	int ret;

	memset(key, 0, KEY_LEN);
	ret = !strncmp(spec, FILE_WORD, strlen(FILE_WORD)) ?
		      read_file(spec + strlen(FILE_WORD), key, len) :
		      read_keyring(spec + strlen(KEYRING_WORD), key, len);
	if (ret)
		keyspec_wipe(key);
	return ret;
}

void keyspec_wipe(char key[KEY_LEN])
{
	explicit_bzero(key, KEY_LEN);
}
