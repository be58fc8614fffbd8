/* SPDX-License-Identifier: GPL-2.0 */
/*
 * discovery-log.c: from a discovery log page to what it tells. Pure, and for
 * anything that comes from a network: the unit test and the fuzzer build it
 * alone.
 */
#ifndef IPSTCTL_DISCOVERY_LOG_H
#define IPSTCTL_DISCOVERY_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

#define DISCOVERY_LOG_RECORD 1024	/* bytes; the header has as many */
#define DISCOVERY_LOG_RECORDS_MAX 4096

/* Where a subsystem, or another discovery service, is reached by NVMe/TCP. */
struct discovery_port {
	char nqn[NQN_LEN];
	char traddr[ADDR_LEN];	/* numeric, in its one spelling */
	char trsvcid[8];
	bool is_referral;	/* to a discovery service */
	bool is_secure;		/* needs a secure channel */
};

struct discovery_header {
	uint64_t generation;	/* another one: another log */
	uint64_t n_records;
};

bool discovery_log_header(const void *log, size_t len,
			  struct discovery_header *header);
/*
 * How many there are in @ports, which has room for @max. Of other transports
 * there is nothing; *damaged: a record made no sense, or there was no room.
 */
size_t discovery_log_parse(const void *log, size_t len,
			   struct discovery_port *ports, size_t max,
			   bool *damaged);

#endif
