/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Services under a volume: layers of device-mapper between its disk and what is
 * presented. layer.c has the order of things and calls one of the files
 * layer-*.c for each layer; these come from the bottom to the top.
 */
#ifndef IPSTCTL_LAYER_H
#define IPSTCTL_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "mapper.h"
#include "volume.h"

struct disk;

#define SECTOR_BYTES 512

enum { LAYER_INTEGRITY, LAYER_CRYPT, LAYER_VDO, LAYER_COUNT };

/* 0 or -1, and then it has been told; @below is what the layer lies on. */
struct layer {
	const char *type;	/* in names, in the records and in JSON */
	bool (*is_wanted)(const struct volume *vol);
	/* Is all there that it needs, before anything is changed? */
	int (*check)(const struct volume *vol);
	/* 1: formatted as wanted. 0: not. */
	int (*is_formatted)(const struct volume *vol, const struct disk *below);
	int (*format)(struct volume *vol, const struct disk *below);
	int (*table)(const struct volume *vol, const struct disk *below,
		     struct mapper_table *table);
	/* The same, as large as @below now allows. */
	int (*grown_table)(const struct volume *vol, const char *name,
			   const struct disk *below,
			   struct mapper_table *table);
	/* Adds what the status line has to tell. */
	void (*show)(const char *status, json_object *object);
};

extern const struct layer layer_integrity;
extern const struct layer layer_crypt;
extern const struct layer layer_vdo;

/* layer.c */

bool layers_are_wanted(const struct volume *vol);
/* From the disk to what lies on top of it; undone by layers_undo(). */
int layers_attach(struct volume *vol, struct disk *disk);
/* What this run has done; @path is the disk below all, or empty. */
void layers_undo(struct volume *vol, const char *path);
int layers_detach(const struct volume *vol);
bool layers_are_there(const struct volume *vol);	/* at least one */
/* Likewise. False: not all that are wanted are there. */
bool layers_find(const struct volume *vol, char *path, size_t len);
json_object *layers_model(const struct volume *vol);
int layers_resize(const struct volume *vol, struct disk *disk, bool *changed);

/* luks.c: nobody else knows libcryptsetup. */

#define VOLUME_KEY_BYTES 64	/* of aes-xts with 256 bits */

struct luks {
	char key[VOLUME_KEY_BYTES];
	uint64_t offset_sectors;
	uint64_t iv_sectors;
	uint32_t block_bytes;
};

bool luks_is_there(const char *path);
int luks_format(const char *path, const char *key, size_t len,
		uint32_t block_bytes);
int luks_open(const char *path, const char *key, size_t len, struct luks *luks);

/* keycheck.c: whether a key is the same as before, without having it. */

int keycheck_make(const char *key, size_t len, char check[KEY_CHECK_LEN]);
int keycheck_verify(const char *key, size_t len, const char *check, bool *same);

/* signature.c: what a disk has on it; nobody else knows libblkid. */

int signature_check_blank(const char *path);
void signature_wipe(const char *path);

/* resize.c: after the disk below has grown. */

int resize_volume(const struct volume *vol, bool *changed);

#endif
