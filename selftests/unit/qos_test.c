// SPDX-License-Identifier: GPL-2.0
/* Limits of one device: how much passes, when, and what else is disturbed. */
#include <stdlib.h>

#include <linux/minmax.h>

#include "shop.h"
#include "unit.h"

static struct shop shop;
static struct ipst_qos_node device, queue;

static void open_shop(void)
{
	ipst_qos_node_init(&device, NULL);
	ipst_qos_node_init(&queue, &device);
	shop_open(&shop, &device);
}

/* Runs one busy host at one limit for @seconds, with late timers. */
static void check_limit(enum ipst_qos_dir dir, enum ipst_qos_share share,
			enum ipst_qos_unit unit, u64 rate, u64 bytes, u64 seconds)
{
	double unit_size = unit == IPST_QOS_BPS ? bytes : 1;
	double burst = rate * 0.1, got, want = (double)rate * seconds;
	struct shop_audit *audit;
	struct shop_host *host;

	open_shop();
	shop.late_ns = 2 * MS;
	shop_set(&shop, &device, share, unit, rate, 100);
	host = shop_add_host(&shop, &queue, dir, bytes, 64);
	audit = shop_add_audit(&shop, &device, share, unit);
	shop_run(&shop, seconds * S);
	got = host->done * unit_size;
	/* What is late for one is early for the next. */
	CHECK(audit->worst <= max(burst, unit_size) + rate * 0.002 + 0.001);
	CHECK(got >= want - unit_size);
	CHECK(got <= want + burst + unit_size);
}

static void test_iops(void)
{
	check_limit(IPST_QOS_READ, IPST_QOS_R, IPST_QOS_IOPS, 1, 4096, 100);
	check_limit(IPST_QOS_READ, IPST_QOS_R, IPST_QOS_IOPS, 7, 4096, 100);
	check_limit(IPST_QOS_WRITE, IPST_QOS_W, IPST_QOS_IOPS, 1000, 4096, 10);
	check_limit(IPST_QOS_WRITE, IPST_QOS_RW, IPST_QOS_IOPS, 1001, 4096, 10);
	check_limit(IPST_QOS_READ, IPST_QOS_RW, IPST_QOS_IOPS, 14983, 512, 5);
}

static void test_bps(void)
{
	check_limit(IPST_QOS_READ, IPST_QOS_R, IPST_QOS_BPS, 1, 512, 10000);
	check_limit(IPST_QOS_READ, IPST_QOS_R, IPST_QOS_BPS, 1000000, 4096, 10);
	check_limit(IPST_QOS_WRITE, IPST_QOS_W, IPST_QOS_BPS, 1000000, 65536, 10);
	check_limit(IPST_QOS_WRITE, IPST_QOS_RW, IPST_QOS_BPS, 1000000, 1 << 20,
		    30);
	check_limit(IPST_QOS_READ, IPST_QOS_RW, IPST_QOS_BPS, 100000000, 131072,
		    10);
	check_limit(IPST_QOS_READ, IPST_QOS_R, IPST_QOS_BPS, 100000007, 12800,
		    3);
}

/* 2/3 of a microsecond each: over a second not one too many or too few. */
static void test_fractions(void)
{
	struct ipst_qos_req req = { .queue = &queue, .count = { 1, 0 } };
	u64 start_ns, passed = 0, wake_ns;

	open_shop();
	shop_set(&shop, &device, IPST_QOS_R, IPST_QOS_IOPS, 1500000, 1);
	/* Uses the burst up. */
	while (ipst_qos_try(&req, shop.now_ns))
		;
	start_ns = shop.now_ns;
	while (shop.now_ns < start_ns + S) {
		req.paid = NULL;
		ipst_qos_park(&req, shop.now_ns);
		while (!ipst_qos_next(&device, shop.now_ns, &wake_ns))
			shop.now_ns = wake_ns;
		passed++;
	}
	CHECK(passed >= 1500000 - 1 && passed <= 1500000 + 1);
}

static void test_burst(void)
{
	struct shop_host *host;

	open_shop();
	shop_set(&shop, &device, IPST_QOS_RW, IPST_QOS_IOPS, 1000, 20);
	host = shop_add_host(&shop, &queue, IPST_QOS_READ, 4096, 64);
	shop_run(&shop, 1);
	CHECK(host->done == 20);
	shop_run(&shop, 10 * MS);
	CHECK(host->done == 30);
	/* Idleness earns the burst again, and no more. */
	host->from_ns = shop.now_ns + 10 * S;
	shop_run(&shop, 10 * S);
	host->done = 0;
	shop_run(&shop, 1);
	CHECK(host->done == 20);
}

/* 1 MB with a burst of 100 kB: at once, and then one each second. */
static void test_larger_than_burst(void)
{
	struct shop_host *host;

	open_shop();
	shop_set(&shop, &device, IPST_QOS_W, IPST_QOS_BPS, 1000000, 100);
	host = shop_add_host(&shop, &queue, IPST_QOS_WRITE, 1000000, 8);
	shop_run(&shop, 1);
	CHECK(host->done == 1);
	shop_run(&shop, S - 2);
	CHECK(host->done == 1);
	shop_run(&shop, 2);
	CHECK(host->done == 2);
	shop_run(&shop, 10 * S);
	CHECK(host->done == 12);
}

static u64 reads_beside_writes(u64 w_iops, u64 rw_iops)
{
	struct shop_host *reader, *writer;

	open_shop();
	shop_set(&shop, &device, IPST_QOS_W, IPST_QOS_IOPS, w_iops, 100);
	shop_set(&shop, &device, IPST_QOS_RW, IPST_QOS_IOPS, rw_iops, 100);
	writer = shop_add_host(&shop, &queue, IPST_QOS_WRITE, 4096, 32);
	reader = shop_add_host(&shop, &queue, IPST_QOS_READ, 4096, 1);
	shop_run(&shop, 5 * S);
	if (w_iops)
		CHECK(writer->done >= 5 * w_iops &&
		      writer->done <= 5 * w_iops + w_iops / 10 + 1);
	return reader->done;
}

static void test_other_direction(void)
{
	u64 alone = reads_beside_writes(0, 0);

	CHECK(reads_beside_writes(10, 0) == alone);
	/* Nor if there is a limit for both that is not reached. */
	CHECK(reads_beside_writes(10, 100000) == alone);
}

/* Large writes wait for the burst to fill up: small reads must not eat it. */
static void test_both_directions(void)
{
	struct shop_host *reader, *writer;

	open_shop();
	shop_set(&shop, &device, IPST_QOS_RW, IPST_QOS_BPS, 10000000, 100);
	reader = shop_add_host(&shop, &queue, IPST_QOS_READ, 4096, 32);
	writer = shop_add_host(&shop, &queue, IPST_QOS_WRITE, 1 << 20, 4);
	shop_run(&shop, 10 * S);
	CHECK(writer->done >= 90 && writer->done <= 96);
	CHECK(reader->done >= writer->done);
}

/*
 * A write may go by its own limit, but the timer that would see to it is late: a
 * read that comes now does not take the turn at the limit of both away from it.
 */
static void test_newcomer(void)
{
	struct ipst_qos_req req[3];
	u64 wake_ns, now_ns;
	int i;

	open_shop();
	now_ns = shop.now_ns;
	shop_set(&shop, &device, IPST_QOS_W, IPST_QOS_IOPS, 500, 1);
	shop_set(&shop, &device, IPST_QOS_RW, IPST_QOS_IOPS, 1000, 1);
	for (i = 0; i < 3; i++)
		req[i] = (struct ipst_qos_req) {
			.queue = &queue,
			.dir = i < 2 ? IPST_QOS_WRITE : IPST_QOS_READ,
			.count = { [IPST_QOS_IOPS] = 1 },
		};
	CHECK(ipst_qos_try(&req[0], now_ns));
	CHECK(!ipst_qos_try(&req[1], now_ns));
	ipst_qos_park(&req[1], now_ns);
	CHECK(!ipst_qos_next(&device, now_ns, &wake_ns));
	CHECK(wake_ns == now_ns + 2 * MS);

	now_ns += 3 * MS;
	CHECK(!ipst_qos_try(&req[2], now_ns));
	ipst_qos_park(&req[2], now_ns);
	CHECK(ipst_qos_next(&device, now_ns, &wake_ns) == &req[1]);
	CHECK(!ipst_qos_next(&device, now_ns, &wake_ns));
	CHECK(wake_ns == now_ns + 1 * MS);
	CHECK(ipst_qos_next(&device, wake_ns, &wake_ns) == &req[2]);
}

/* A limit of one request an hour goes: what waits goes at once. */
static void test_changes(void)
{
	struct shop_host *host;

	open_shop();
	shop_set(&shop, &device, IPST_QOS_R, IPST_QOS_BPS, 1, 1);
	host = shop_add_host(&shop, &queue, IPST_QOS_READ, 4096, 32);
	shop_run(&shop, 10 * S);
	CHECK(host->done == 1);
	/* 4096 bytes are owed, which now take 4.096 ms. */
	shop_set(&shop, &device, IPST_QOS_R, IPST_QOS_BPS, 1000000, 1);
	shop_run(&shop, 4 * MS);
	CHECK(host->done == 1);
	shop_run(&shop, 1 * MS);
	CHECK(host->done == 2);
	shop_run(&shop, S);
	CHECK(host->done >= 245 && host->done <= 247);
	shop_set(&shop, &device, IPST_QOS_RW, IPST_QOS_IOPS, 1, 1);
	shop_run(&shop, 10 * S);
	CHECK(host->done >= 255 && host->done <= 258);
	shop_set(&shop, &device, IPST_QOS_R, IPST_QOS_BPS, 0, 100);
	shop_set(&shop, &device, IPST_QOS_RW, IPST_QOS_IOPS, 0, 100);
	CHECK(!ipst_qos_node_has_limits(&device));
	CHECK(host->done >= 255 + 32);
}

/* A queue stops: all of it comes back, is paid for, and does not go again. */
static void test_unpark(void)
{
	struct ipst_qos_req *req;
	struct shop_host *host;
	u64 num = 0;

	open_shop();
	shop_set(&shop, &device, IPST_QOS_RW, IPST_QOS_IOPS, 10, 100);
	host = shop_add_host(&shop, &queue, IPST_QOS_READ, 4096, 32);
	shop_run(&shop, 1);
	CHECK(host->done == 1);
	while ((req = ipst_qos_unpark(&queue, shop.now_ns))) {
		ipst_qos_pay(req, shop.now_ns);
		num++;
	}
	CHECK(num == 31);
	shop_settle(&shop);
	CHECK(host->done == 1 && shop.wake_ns == IPST_QOS_NEVER);
	/* 32 in all at 10 a second: the next one may go after 3.2 seconds. */
	shop.host[0].reqs[0].send_ns = shop.now_ns;
	shop_run(&shop, 3199 * MS);
	CHECK(host->done == 1);
	shop_run(&shop, 2 * MS);
	CHECK(host->done == 2);
}

/* What is taken back and not sent, as by a reset, costs the one that was next. */
static void test_unpark_unpaid(void)
{
	struct shop_host *host;
	u64 num = 0;

	open_shop();
	shop_set(&shop, &device, IPST_QOS_RW, IPST_QOS_IOPS, 10, 100);
	host = shop_add_host(&shop, &queue, IPST_QOS_READ, 4096, 32);
	shop_run(&shop, 1);
	while (ipst_qos_unpark(&queue, shop.now_ns))
		num++;
	CHECK(num == 31);
	shop.host[0].reqs[0].send_ns = shop.now_ns;
	shop_run(&shop, 201 * MS);
	CHECK(host->done == 2);
}

/* Whatever anybody asks for, time does not wrap. */
static void test_extremes(void)
{
	struct ipst_qos_req req = { .queue = &queue };
	u64 rates[] = { 1, 1000000000000, 3, 999999999999, 1, 0, 1 };
	u64 wake_ns;
	int i, n;

	open_shop();
	for (i = 0; i < 7; i++) {
		shop_set(&shop, &device, IPST_QOS_RW, IPST_QOS_BPS, rates[i],
			 i % 2 ? 1 : 60000);
		for (n = 0; n < 40; n++) {
			req.paid = NULL;
			req.count[IPST_QOS_BPS] = ~0ULL >> n;
			ipst_qos_pay(&req, shop.now_ns);
		}
		CHECK(device.bucket[IPST_QOS_RW][IPST_QOS_BPS].paid_ns <
		      1ULL << 62);
	}
	req.paid = NULL;
	CHECK(!ipst_qos_try(&req, shop.now_ns));
	ipst_qos_park(&req, shop.now_ns);
	CHECK(!ipst_qos_next(&device, shop.now_ns, &wake_ns));
	CHECK(wake_ns > shop.now_ns && wake_ns < 1ULL << 62);
	CHECK(ipst_qos_next(&device, wake_ns, &wake_ns) == &req);
}

const struct unit_case qos_cases[] = {
	{ "limits of operations are kept and reached", test_iops },
	{ "limits of bytes are kept and reached", test_bps },
	{ "fractions of a nanosecond are not lost", test_fractions },
	{ "idle time earns a burst", test_burst },
	{ "a request larger than the burst is paid back", test_larger_than_burst },
	{ "the other direction is as fast as ever", test_other_direction },
	{ "directions share a limit of both", test_both_directions },
	{ "a late timer is no chance for newcomers", test_newcomer },
	{ "changes apply to what waits", test_changes },
	{ "what is taken back can be paid for", test_unpark },
	{ "what is taken back need not be paid for", test_unpark_unpaid },
	{ "extreme values do no harm", test_extremes },
	{ }
};
