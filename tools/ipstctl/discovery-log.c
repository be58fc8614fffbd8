// SPDX-License-Identifier: GPL-2.0
/*
 * The discovery log page (NVMe over Fabrics, "Discovery Log Page"): a header
 * and records of 1024 bytes each. Strings are padded with NULs or blanks, and
 * need not end.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "discovery-log.h"

struct header {
	uint64_t genctr, numrec;
	uint16_t recfmt;
	uint8_t rsvd18[1006];
};

struct record {
	uint8_t trtype, adrfam, subtype, treq;
	uint16_t portid, cntlid, asqsz, eflags;
	uint8_t rsvd12[20];
	char trsvcid[32];
	uint8_t rsvd64[192];
	char subnqn[256];
	char traddr[256];
	uint8_t tsas[256];
};

_Static_assert(sizeof(struct header) == DISCOVERY_LOG_RECORD, "as specified");
_Static_assert(sizeof(struct record) == DISCOVERY_LOG_RECORD, "as specified");

enum { TRTYPE_TCP = 3 };
enum { ADRFAM_IPV4 = 1, ADRFAM_IPV6 = 2 };
enum { SUBTYPE_REFERRAL = 1, SUBTYPE_NVM = 2 };	/* 3: the service itself */
enum { TREQ_SECURE_MASK = 3, TREQ_SECURE_REQUIRED = 1 };

/* False: it does not fit. */
static bool text_copy(char *to, size_t size, const char *from, size_t len)
{
	len = strnlen(from, len);
	while (len && from[len - 1] == ' ')
		len--;
	if (len >= size)
		return false;
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

/* The address of no machine is what a target listens at, no way to reach it. */
static bool addr_parse(const struct record *record, struct discovery_port *port)
{
	int family = record->adrfam == ADRFAM_IPV4 ? AF_INET :
		     record->adrfam == ADRFAM_IPV6 ? AF_INET6 : -1;
	static const struct in6_addr any;
	struct in6_addr addr = { };
	char text[ADDR_LEN];

	return family >= 0 &&
	       text_copy(text, sizeof(text), record->traddr,
			 sizeof(record->traddr)) &&
	       inet_pton(family, text, &addr) == 1 &&
	       memcmp(&addr, &any, sizeof(any)) &&
	       inet_ntop(family, &addr, port->traddr, sizeof(port->traddr));
}

static bool service_parse(const struct record *record,
			  struct discovery_port *port)
{
	char text[sizeof(record->trsvcid) + 1];
	unsigned int n = 0;

	if (!text_copy(text, sizeof(text), record->trsvcid,
		       sizeof(record->trsvcid)) || !*text || strlen(text) > 5)
		return false;
	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9')
			return false;
		n = n * 10 + (*c - '0');
	}
	if (!n || n > UINT16_MAX)
		return false;
	snprintf(port->trsvcid, sizeof(port->trsvcid), "%u", n);
	return true;
}

/* Some services tell of themselves as of a subsystem; it has no namespace. */
static bool is_itself(const struct discovery_port *port)
{
	return !port->is_referral && !strcmp(port->nqn, DISCOVERY_NQN);
}

/* A referral's NQN may be one of its own; it is asked by the well-known one. */
static bool record_parse(const struct record *record,
			 struct discovery_port *port)
{
	memset(port, 0, sizeof(*port));
	port->is_referral = record->subtype == SUBTYPE_REFERRAL;
	port->is_secure = (record->treq & TREQ_SECURE_MASK) ==
			  TREQ_SECURE_REQUIRED;
	return text_copy(port->nqn, sizeof(port->nqn), record->subnqn,
			 sizeof(record->subnqn)) &&
	       !nqn_check(port->nqn) && addr_parse(record, port) &&
	       service_parse(record, port);
}

static bool is_for_us(const struct record *record)
{
	return record->trtype == TRTYPE_TCP &&
	       (record->subtype == SUBTYPE_NVM ||
		record->subtype == SUBTYPE_REFERRAL);
}

bool discovery_log_header(const void *log, size_t len,
			  struct discovery_header *header)
{
	struct header raw;

	if (len < sizeof(raw))
		return false;
	memcpy(&raw, log, sizeof(raw));
	header->generation = le64toh(raw.genctr);
	header->n_records = le64toh(raw.numrec);
	return !raw.recfmt;
}

size_t discovery_log_parse(const void *log, size_t len,
			   struct discovery_port *ports, size_t max,
			   bool *damaged)
{
	struct discovery_header header;
	size_t n = 0, n_records;

	*damaged = !discovery_log_header(log, len, &header);
	if (*damaged)
		return 0;
	n_records = len / DISCOVERY_LOG_RECORD - 1;
	if (header.n_records < n_records)
		n_records = header.n_records;
	*damaged = header.n_records > n_records;
	for (size_t i = 0; i < n_records; i++) {
		struct record record;

		memcpy(&record, (const char *)log + (i + 1) * sizeof(record),
		       sizeof(record));
		if (!is_for_us(&record))
			continue;
		if (n == max || !record_parse(&record, &ports[n]))
			*damaged = true;
		else if (!is_itself(&ports[n]))
			n++;
	}
	return n;
}
