/* SPDX-License-Identifier: GPL-2.0 */
/*
 * export.c, export-state.c: volumes that are handed out over NVMe/TCP. Part of
 * ipstctl.h.
 *
 * What such a device is, or shall be, is an object as in a state document: "name",
 * "listen", an array of addresses, "allow_any", a boolean, "allow_hosts", an array
 * of NQNs, and "volumes", an array of objects with "volume" and "nsid". What is
 * wanted need not have the "nsid"; what there is has "uuid", "disk" and "enabled",
 * and the "volume" only if its UUID is known.
 */
#ifndef IPSTCTL_EXPORT_H
#define IPSTCTL_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

struct volume;

#define EXPORT_TYPE "nvme-tcp"

/* export-state.c: pure. */

/* Puts all into one spelling. NULL, or what is wrong with the value of *key. */
const char *export_check(json_object *device, const char **key,
			 json_object **value);
bool export_has_key(const char *key);
bool export_is_same(const char *key, json_object *have, json_object *want);
/* The volume, at its nsid, is one of those that are wanted. */
bool export_wants(json_object *want, json_object *item);
/* That of a volume, by name; 0: none. */
uint32_t export_nsid(json_object *device, const char *volume);

/* export.c */

bool export_has_rest(const char *name);	/* it, or what is left of it */
bool export_is_there(const char *name);	/* listens, made to the end or not */
bool export_is_made(const char *name);
/* Also what is left of any. */
void export_each(void (*fn)(const char *name, void *arg), void *arg);
json_object *export_load(const char *name);
int export_create(json_object *want);
/* @before: from where volumes that were taken away keep their nsid. */
int export_change(json_object *want, json_object *before);
int export_remove(const char *name);
int export_attach(const char *name, const struct volume *vol, bool *changed);
int export_detach(const char *name, const struct volume *vol, bool *changed);
int export_detach_nsid(const char *name, uint32_t nsid);

/* export-model.c: how it is shown. */

json_object *export_model(const char *name);
/* For people: lists in short, for a row of a table or for all of one device. */
void export_describe(json_object *object, bool is_row);

#endif
