/* SPDX-License-Identifier: GPL-2.0 */
/*
 * source.c: what people type for volumes: names and SOURCE strings. Pure: no
 * system calls, no allocation, so the unit test and the fuzzer build it alone.
 */
#ifndef IPSTCTL_SOURCE_H
#define IPSTCTL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_LEN 64	/* longest name and its NUL */
#define NQN_LEN 224
#define HOST_LEN 254
#define ADDR_LEN 64	/* of a numeric address and its NUL */
#define SOURCE_LEN 640	/* longest canonical text and its NUL */
#define SOURCES_MAX 8
#define UUID_LEN 37	/* text form and its NUL */
#define DISCOVERY_NQN "nqn.2014-08.org.nvmexpress.discovery"

enum source_kind { SOURCE_BLOCK, SOURCE_NVME_TCP };

struct source {
	enum source_kind kind;
	char path[256];		/* SOURCE_BLOCK, below /dev/ */
	/* the rest is of SOURCE_NVME_TCP */
	char host[HOST_LEN];	/* IPv6 without its brackets */
	uint16_t port;
	char nqn[NQN_LEN];
	uint32_t nsid;		/* 0: by uuid, or the only one there is */
	char uuid[UUID_LEN];	/* of the namespace; empty: any */
	bool hdr_digest, data_digest;
	unsigned int queues;	/* 0: the kernel chooses */
};

/* All return NULL, or what is wrong, as the end of a sentence. */
const char *name_check(const char *name);
const char *nqn_check(const char *nqn);
const char *source_parse(const char *text, struct source *src);
const char *source_parse_service(const char *text, struct source *src);

void source_format(const struct source *src, char text[SOURCE_LEN]);
bool source_is_equal(const struct source *a, const struct source *b);
bool source_is_discovery(const struct source *src);	/* of paths, none itself */
/* Of a discovery service: which namespace is to be found. */
const char *source_set_uuid(struct source *src, const char *uuid);
/* NULL if the sources may be paths to one disk. */
const char *sources_check(const struct source *sources, int n);

#endif
