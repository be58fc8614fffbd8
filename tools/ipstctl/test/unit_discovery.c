// SPDX-License-Identifier: GPL-2.0
/* What discovery-log.c makes of logs, good and bad. */
#include <stdlib.h>
#include <string.h>

#include "discovery-log.h"
#include "ktap.h"

#define NQN "nqn.2026-11.org.example:a"
#define RECORD DISCOVERY_LOG_RECORD

enum { TRTYPE, ADRFAM, SUBTYPE, TREQ };
enum { TRSVCID = 32, SUBNQN = 256, TRADDR = 512 };

static uint8_t log_page[8 * RECORD];

static uint8_t *record(int i)
{
	return log_page + (i + 1) * RECORD;
}

static void text_set(int i, int at, const char *text, char pad, size_t len)
{
	memset(record(i) + at, pad, len);
	memcpy(record(i) + at, text, strlen(text));
}

static void record_set(int i, int family, int subtype, const char *traddr)
{
	memset(record(i), 0, RECORD);
	record(i)[TRTYPE] = 3;
	record(i)[ADRFAM] = family;
	record(i)[SUBTYPE] = subtype;
	text_set(i, TRSVCID, "4420", ' ', 32);
	text_set(i, SUBNQN, NQN, '\0', 256);
	text_set(i, TRADDR, traddr, ' ', 256);
}

static size_t parse(uint64_t n_records, size_t len, struct discovery_port *ports,
		    size_t max, bool *damaged)
{
	/* Without one byte more: the sanitizer sees what is read beyond. */
	uint8_t *copy = malloc(len + !len);
	size_t n;

	memset(log_page, 0, RECORD);
	log_page[0] = 7;
	for (int i = 0; i < 8; i++)
		log_page[8 + i] = n_records >> (8 * i);
	memcpy(copy, log_page, len);
	n = discovery_log_parse(copy, len, ports, max, damaged);
	free(copy);
	return n;
}

static void test_good(void)
{
	struct discovery_port ports[4];
	bool damaged;

	record_set(0, 1, 3, "10.0.0.1");	/* the service itself */
	record_set(1, 1, 2, "10.0.0.1");
	record_set(2, 2, 2, "FE80:0::0001");
	record(2)[TREQ] = 5;
	record_set(3, 1, 1, "10.0.0.2");
	ok(parse(4, 5 * RECORD, ports, 4, &damaged) == 3 && !damaged,
	   "takes two subsystems and a referral");
	ok(!strcmp(ports[0].nqn, NQN) && !strcmp(ports[0].traddr, "10.0.0.1") &&
	   !strcmp(ports[0].trsvcid, "4420") && !ports[0].is_secure &&
	   !ports[0].is_referral, "all parts arrive, without their padding");
	ok(!strcmp(ports[1].traddr, "fe80::1") && ports[1].is_secure,
	   "an IPv6 address has one spelling; a secure channel is needed");
	ok(ports[2].is_referral, "a referral is one");
	ok(parse(4, 5 * RECORD, ports, 1, &damaged) == 1 && damaged,
	   "no more than there is room for, and it is told");
}

static void test_others(void)
{
	struct discovery_port ports[4];
	bool damaged;

	record_set(0, 1, 2, "10.0.0.1");
	record(0)[TRTYPE] = 1;
	record_set(1, 1, 9, "10.0.0.1");
	record_set(2, 1, 2, "10.0.0.1");
	text_set(2, SUBNQN, DISCOVERY_NQN, '\0', 256);
	ok(!parse(3, 4 * RECORD, ports, 4, &damaged) && !damaged,
	   "other transports and kinds are nothing, nor is the service itself");
}

static void test_bad_record(const char *what)
{
	struct discovery_port ports[4];
	bool damaged;

	record_set(1, 1, 2, "10.0.0.3");
	ok(parse(2, 3 * RECORD, ports, 4, &damaged) == 1 && damaged &&
	   !strcmp(ports[0].traddr, "10.0.0.3"), "leaves out %s, and only that",
	   what);
}

static void test_bad_records(void)
{
	static const char *const services[] = { "", "0", "65536", "44x", "-1",
						"123456" };
	static const char *const addrs[] = { "", "0.0.0.0", "10.0.0", "a.b",
					     "fe80::1", "10.0.0.1,x" };

	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		record_set(0, 1, 2, "10.0.0.1");
		text_set(0, TRSVCID, services[i], '\0', 32);
		test_bad_record("a bad port");
	}
	for (size_t i = 0; i < sizeof(addrs) / sizeof(addrs[0]); i++) {
		record_set(0, 1, 2, addrs[i]);
		test_bad_record("a bad address");
	}
	record_set(0, 2, 2, "::");
	test_bad_record("the address of no machine");
	record_set(0, 3, 2, "10.0.0.1");
	test_bad_record("an unknown family");
	record_set(0, 1, 2, "10.0.0.1");
	text_set(0, TRADDR, "1", '1', 256);
	test_bad_record("an address without an end");
	record_set(0, 1, 2, "10.0.0.1");
	text_set(0, SUBNQN, "nqn.x", 'x', 256);
	test_bad_record("an NQN without an end");
	record_set(0, 1, 2, "10.0.0.1");
	text_set(0, SUBNQN, "nqn.a/../b", '\0', 256);
	test_bad_record("an NQN that is a path");
}

static void test_bad_log(void)
{
	struct discovery_port ports[4];
	bool damaged;

	record_set(0, 1, 2, "10.0.0.1");
	ok(!parse(1, 0, ports, 4, &damaged) && damaged, "no log");
	ok(!parse(1, RECORD - 1, ports, 4, &damaged) && damaged,
	   "half a header");
	ok(!parse(1, 2 * RECORD - 1, ports, 4, &damaged) && damaged,
	   "half a record");
	ok(parse(UINT64_MAX, 2 * RECORD, ports, 4, &damaged) == 1 && damaged,
	   "more records in the header than there are");
	ok(!parse(0, 2 * RECORD, ports, 4, &damaged) && !damaged,
	   "fewer records in the header than there are");
}

int main(void)
{
	ktap_begin();
	test_good();
	test_others();
	test_bad_records();
	test_bad_log();
	return ktap_end();
}
