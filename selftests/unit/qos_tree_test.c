// SPDX-License-Identifier: GPL-2.0
/* Who gets how much of a limit that many share. */
#include <stdlib.h>

#include "shop.h"
#include "unit.h"

#define NUM 3

static struct shop shop;
static struct ipst_qos_node group, device[NUM], queue[NUM];
static struct shop_host *host[NUM];

/* A group of three devices with a queue each. */
static void open_group(void)
{
	int i;

	ipst_qos_node_init(&group, NULL);
	for (i = 0; i < NUM; i++) {
		ipst_qos_node_init(&device[i], &group);
		ipst_qos_node_init(&queue[i], &device[i]);
	}
	shop_open(&shop, &group);
	shop.late_ns = MS;
}

static bool is_share(const struct shop_host *h, double share, double total)
{
	double got = h->done * (double)h->bytes / total;

	return got > share * 0.98 && got < share * 1.02;
}

static void run_weights(const enum ipst_qos_dir *dirs, const u64 *bytes)
{
	int i;

	open_group();
	shop_set(&shop, &group, IPST_QOS_RW, IPST_QOS_BPS, 70000000, 100);
	for (i = 0; i < NUM; i++) {
		device[i].weight = 100 << i;
		host[i] = shop_add_host(&shop, &queue[i], dirs[i], bytes[i], 32);
	}
	/* The burst is for those who come first. */
	shop_run(&shop, S);
	for (i = 0; i < NUM; i++)
		host[i]->done = 0;
	shop_run(&shop, 30 * S);
	for (i = 0; i < NUM; i++)
		CHECK(is_share(host[i], (1 << i) / 7.0, 30 * 70e6));
}

#define R IPST_QOS_READ
#define W IPST_QOS_WRITE

static void test_weights(void)
{
	run_weights((enum ipst_qos_dir[]) { W, W, W },
		    (u64[]) { 65536, 65536, 65536 });
	run_weights((enum ipst_qos_dir[]) { R, R, R },
		    (u64[]) { 524288, 65536, 8192 });
	run_weights((enum ipst_qos_dir[]) { R, R, R },
		    (u64[]) { 8192, 65536, 524288 });
	run_weights((enum ipst_qos_dir[]) { R, W, W },
		    (u64[]) { 65536, 65536, 65536 });
}

/* One has a limit of its own: the others get what it leaves, 1:2. */
static void test_unused(void)
{
	int i;

	open_group();
	shop_set(&shop, &group, IPST_QOS_RW, IPST_QOS_BPS, 70000000, 100);
	shop_set(&shop, &device[2], IPST_QOS_R, IPST_QOS_BPS, 10000000, 100);
	for (i = 0; i < NUM; i++) {
		device[i].weight = 100 << i;
		host[i] = shop_add_host(&shop, &queue[i], IPST_QOS_READ, 65536,
					32);
	}
	shop_run(&shop, 30 * S);
	CHECK(is_share(host[0], 20.0 / 70, 30 * 70e6));
	CHECK(is_share(host[1], 40.0 / 70, 30 * 70e6));
	CHECK(is_share(host[2], 10.0 / 70, 30 * 70e6));
}

/* It was away, and comes back to its share, not to more. */
static void test_returns(void)
{
	int i;

	open_group();
	shop_set(&shop, &group, IPST_QOS_RW, IPST_QOS_IOPS, 3000, 100);
	for (i = 0; i < NUM; i++)
		host[i] = shop_add_host(&shop, &queue[i], IPST_QOS_READ, 4096, 32);
	host[2]->from_ns = shop.now_ns + 10 * S;
	shop_run(&shop, 10 * S);
	CHECK(host[0]->done > 14900 && host[1]->done > 14900);
	for (i = 0; i < NUM; i++)
		host[i]->done = 0;
	shop_run(&shop, S);
	for (i = 0; i < NUM; i++)
		CHECK(host[i]->done > 960 && host[i]->done < 1040);
}

/* Members compete for reads and for writes apart, if the limits are apart. */
static void test_apart(void)
{
	int i;

	open_group();
	shop_set(&shop, &group, IPST_QOS_R, IPST_QOS_IOPS, 1000, 100);
	shop_set(&shop, &group, IPST_QOS_W, IPST_QOS_IOPS, 500, 100);
	host[0] = shop_add_host(&shop, &queue[0], IPST_QOS_READ, 4096, 16);
	host[1] = shop_add_host(&shop, &queue[1], IPST_QOS_READ, 4096, 16);
	host[2] = shop_add_host(&shop, &queue[1], IPST_QOS_WRITE, 4096, 16);
	shop_run(&shop, 10 * S);
	for (i = 0; i < NUM; i++)
		CHECK(host[i]->done > 4950 && host[i]->done < 5110);
}

/* A reader beside a reader and writer: half, not a quarter. */
static void test_together(void)
{
	open_group();
	shop_set(&shop, &group, IPST_QOS_RW, IPST_QOS_IOPS, 1000, 100);
	host[0] = shop_add_host(&shop, &queue[0], IPST_QOS_READ, 4096, 16);
	host[1] = shop_add_host(&shop, &queue[1], IPST_QOS_READ, 4096, 16);
	host[2] = shop_add_host(&shop, &queue[1], IPST_QOS_WRITE, 4096, 16);
	shop_run(&shop, 10 * S);
	CHECK(host[0]->done > 4800 && host[0]->done < 5300);
}

/* Queues of one device: 4 KiB beside 64 KiB get the same bytes. */
static void test_queues(void)
{
	struct ipst_qos_node pair[2];

	ipst_qos_node_init(&device[0], NULL);
	ipst_qos_node_init(&pair[0], &device[0]);
	ipst_qos_node_init(&pair[1], &device[0]);
	shop_open(&shop, &device[0]);
	shop_set(&shop, &device[0], IPST_QOS_W, IPST_QOS_BPS, 20000000, 100);
	host[0] = shop_add_host(&shop, &pair[0], IPST_QOS_WRITE, 4096, 64);
	host[1] = shop_add_host(&shop, &pair[1], IPST_QOS_WRITE, 65536, 4);
	shop_run(&shop, 20 * S);
	CHECK(is_share(host[0], 0.5, 20 * 20e6));
	CHECK(is_share(host[1], 0.5, 20 * 20e6));
}

/* Nobody exceeds the group's limit, nor its own, whatever the mix. */
static void test_both_levels(void)
{
	struct shop_audit *of_group, *of_device;

	open_group();
	shop_set(&shop, &group, IPST_QOS_RW, IPST_QOS_BPS, 10000000, 50);
	shop_set(&shop, &device[0], IPST_QOS_RW, IPST_QOS_IOPS, 100, 20);
	host[0] = shop_add_host(&shop, &queue[0], IPST_QOS_WRITE, 16384, 32);
	host[1] = shop_add_host(&shop, &queue[1], IPST_QOS_READ, 16384, 32);
	of_group = shop_add_audit(&shop, &group, IPST_QOS_RW, IPST_QOS_BPS);
	of_device = shop_add_audit(&shop, &device[0], IPST_QOS_RW, IPST_QOS_IOPS);
	shop_run(&shop, 20 * S);
	CHECK(of_group->worst <= 500000 + 20);
	/* It passes the group a little later than its own device. */
	CHECK(of_device->worst <= 2 + 1.001);
	CHECK(host[0]->done >= 1995 && host[0]->done <= 2003);
	CHECK((host[0]->done + host[1]->done) * 16384 >= 20 * 10000000ULL - 16384);
}

/* A member leaves, or is stopped, in the midst of it: the others go on. */
static void test_stop_one(void)
{
	struct ipst_qos_req *req;
	u64 num = 0;
	int i;

	open_group();
	shop_set(&shop, &group, IPST_QOS_RW, IPST_QOS_IOPS, 30, 100);
	for (i = 0; i < NUM; i++)
		host[i] = shop_add_host(&shop, &queue[i], IPST_QOS_READ, 4096, 16);
	shop_run(&shop, S);
	for (i = 0; i < NUM; i++) {
		num = 0;
		while ((req = ipst_qos_unpark(&queue[i], shop.now_ns)))
			num++;
		CHECK(num >= 14 && num <= 16);
		host[i]->until_ns = 1;
		shop_run(&shop, 500 * MS);
	}
	shop_settle(&shop);
	CHECK(shop.wake_ns == IPST_QOS_NEVER);
}

const struct unit_case qos_tree_cases[] = {
	{ "weights decide, whatever the sizes", test_weights },
	{ "what one does not use flows to the others", test_unused },
	{ "idleness earns no share", test_returns },
	{ "limits apart are shared apart", test_apart },
	{ "a limit of both directions is shared by all", test_together },
	{ "queues of a device are equal", test_queues },
	{ "limits hold at both levels", test_both_levels },
	{ "one stops and the others go on", test_stop_one },
	{ }
};
