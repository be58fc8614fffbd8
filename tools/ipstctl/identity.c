// SPDX-License-Identifier: GPL-2.0
/*
 * The UUID of a volume: given, else the namespace's own, else derived from
 * what names the disk, so that it is the same after a reboot and on another
 * box, else random.
 */
#include <stdio.h>
#include <string.h>

#include <uuid/uuid.h>

#include "ipstctl.h"

/* Only for UUIDs derived here; must never change. */
static const uuid_t ipst_uuid_space = {
	0x5e, 0x0d, 0x7c, 0x1a, 0x5b, 0x5f, 0x4e, 0x0b,
	0x9f, 0x2e, 0x1d, 0x88, 0x3f, 0x60, 0xa4, 0x71,
};

static unsigned char hex_digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* An NGUID is 16 bytes as well: "eui." and 32 hex digits. */
static bool nguid_parse(const char *wwid, uuid_t uuid)
{
	const char *hex = wwid + strlen("eui.");

	if (strncmp(wwid, "eui.", 4) || strspn(hex, "0123456789abcdef") != 32 ||
	    hex[32])
		return false;
	for (int i = 0; i < 16; i++)
		uuid[i] = hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]);
	return !uuid_is_null(uuid);
}

static enum uuid_origin uuid_choose(const char *wwid, uuid_t uuid)
{
	if (!strncmp(wwid, "uuid.", 5) && !uuid_parse(wwid + 5, uuid))
		return UUID_NAMESPACE;
	if (nguid_parse(wwid, uuid))
		return UUID_NAMESPACE;
	if (*wwid) {
		uuid_generate_sha1(uuid, ipst_uuid_space, wwid, strlen(wwid));
		return UUID_DERIVED;
	}
	uuid_generate_random(uuid);
	return UUID_RANDOM;
}

/* Whether it is the UUID, or NGUID, of a namespace. */
bool identity_is(const char *wwid, const char *uuid)
{
	char text[UUID_LEN];
	uuid_t chosen;

	if (uuid_choose(wwid, chosen) != UUID_NAMESPACE)
		return false;
	uuid_unparse_lower(chosen, text);
	return !strcmp(uuid, text);
}

void identity_derive(const char *name, char uuid[UUID_LEN])
{
	uuid_t made;

	uuid_generate_sha1(made, ipst_uuid_space, name, strlen(name));
	uuid_unparse_lower(made, uuid);
}

/* Of a UUID that is there already, and of whose choice nothing is known. */
enum uuid_origin identity_origin(const char *uuid, const char *wwid)
{
	enum uuid_origin origin;
	char text[UUID_LEN];
	uuid_t chosen;

	origin = uuid_choose(wwid, chosen);
	uuid_unparse_lower(chosen, text);
	return strcmp(uuid, text) ? UUID_GIVEN : origin;
}

/* Keeps a UUID that was given, or that an earlier run chose. */
int identity_uuid(struct volume *vol, const struct disk *disk)
{
	struct volume other;
	uuid_t uuid;
	bool found;

	if (vol->uuid_origin == UUID_NONE) {
		vol->uuid_origin = uuid_choose(disk->wwid, uuid);
		uuid_unparse_lower(uuid, vol->uuid);
	}
	snprintf(vol->wwid, sizeof(vol->wwid), "%s", disk->wwid);
	if (record_find_uuid(vol->uuid, vol->name, &other, &found))
		return -1;
	if (found)
		return err("volume %s has the UUID %s already: use that "
			   "volume, or give another --uuid",
			   other.name, vol->uuid);
	return 0;
}
