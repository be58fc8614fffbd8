/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What nl.c and the nl-NOUN.c share: how answers of the ipst netlink family
 * become JSON objects. Nobody else knows libnl.
 */
#ifndef IPSTCTL_NL_H
#define IPSTCTL_NL_H

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "ipstctl.h"

struct nl_words {
	const char *const *word;	/* by number; NULL: none */
	size_t n;
};

struct nl_fields {
	const struct nl_field *field;	/* by attribute; no key: not shown */
	size_t n;
};

struct nl_field {
	const char *key;
	enum { NL_STRING, NL_NUMBER, NL_FLAG, NL_UUID, NL_ENUM, NL_NEST } form;
	const struct nl_words *words;	/* of NL_ENUM */
	const struct nl_fields *nest;	/* of NL_NEST, which may come often */
};

#define NL_WORDS(_words) { .word = _words, .n = ARRAY_SIZE(_words) }
#define NL_FIELDS(_fields) { .field = _fields, .n = ARRAY_SIZE(_fields) }

struct nl_request {
	uint8_t cmd;
	int name_attr;
	const char *name;	/* of the device; NULL: a dump */
	int number_attr;	/* 0: none */
	uint32_t number;
	int (*put)(struct nl_msg *msg, const void *arg);	/* more, or NULL */
	const void *put_arg;
	const struct nl_fields *fields;	/* of the answers */
};

json_object *nl_object(const struct nl_fields *fields, struct nl_msg *msg);
struct nl_sock *nl_open(int *family);	/* quiet: the kernel may not have it */

/*
 * Sends a request, appends the answers to @array. 0 or -errno; all has been
 * told but -ENODEV, it does not have the device, -ENOENT, nor the group, and
 * -ENOTCONN, nor the family.
 */
int nl_ask(const struct nl_request *request, json_object *array);

#endif
