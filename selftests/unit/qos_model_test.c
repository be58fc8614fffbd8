// SPDX-License-Identifier: GPL-2.0
/*
 * Random trees, requests, limits, stops and late timers: no request is lost or
 * goes twice, somebody always knows when the next one goes, and without limits
 * all of them do.
 */
#include <stdlib.h>

#include "driver.h"
#include "shop.h"
#include "unit.h"

#define NUM_DEVICES 3
#define NUM_QUEUES 6
#define NUM_REQS 48

enum state { IDLE, PARKED };

static struct ipst_qos_node group, device[NUM_DEVICES], queue[NUM_QUEUES];
static struct ipst_qos_req reqs[NUM_REQS];
static enum state state[NUM_REQS];
static u32 num_parked;
static u64 now_ns;

static void went(struct ipst_qos_req *req)
{
	CHECK(state[req - reqs] == PARKED);
	state[req - reqs] = IDLE;
	num_parked--;
}

static void settle(void)
{
	struct ipst_qos_req *req;
	u64 wake_ns;

	while ((req = ipst_qos_next(&group, now_ns, &wake_ns)))
		went(req);
	CHECK(wake_ns > now_ns);
	CHECK((wake_ns == IPST_QOS_NEVER) == !num_parked);
	/* Now and then the timer, which is late. */
	if (num_parked && wake_ns < now_ns + 10 * S && random_below(4))
		now_ns = wake_ns + random_below(2 * MS);
}

static void send_one(void)
{
	u32 i = random_below(NUM_REQS);
	struct ipst_qos_req *req = &reqs[i];

	if (state[i] != IDLE)
		return;
	*req = (struct ipst_qos_req) {
		.queue = &queue[random_below(NUM_QUEUES)],
		.dir = random_below(2),
		.count = { 1 + random_below(3), random_below(1 << 20) },
	};
	if (ipst_qos_try(req, now_ns))
		return;
	ipst_qos_park(req, now_ns);
	state[i] = PARKED;
	num_parked++;
}

static void stop_one(void)
{
	struct ipst_qos_node *stopped = &queue[random_below(NUM_QUEUES)];
	struct ipst_qos_req *req;
	u32 i;

	while ((req = ipst_qos_unpark(stopped, now_ns))) {
		went(req);
		if (random_below(2))
			ipst_qos_pay(req, now_ns);
	}
	for (i = 0; i < NUM_REQS; i++)
		CHECK(state[i] == IDLE || reqs[i].queue != stopped);
}

static void change_one(void)
{
	u32 i = random_below(NUM_DEVICES + 1);
	struct ipst_qos_node *node = i ? &device[i - 1] : &group;
	struct ipst_qos_limits limits;
	u64 *rate;

	ipst_qos_node_get_limits(node, &limits);
	limits.burst_ms = 1 + random_below(200);
	rate = &limits.rate[random_below(IPST_QOS_NUM_SHARES)]
			   [random_below(IPST_QOS_NUM_UNITS)];
	*rate = random_below(3) ? 1ULL << random_below(36) : 0;
	ipst_qos_node_set_limits(node, &limits, now_ns);
	if (i)
		node->weight = 1 + random_below(1000);
}

static void release_all(void)
{
	struct ipst_qos_limits limits = { .burst_ms = 1 };
	u32 i;

	ipst_qos_node_set_limits(&group, &limits, now_ns);
	for (i = 0; i < NUM_DEVICES; i++)
		ipst_qos_node_set_limits(&device[i], &limits, now_ns);
	settle();
	CHECK(!num_parked);
}

static void test_random(void)
{
	u32 i, round;

	for (round = 0; round < 300; round++) {
		now_ns = 1000 * S;
		ipst_qos_node_init(&group, NULL);
		for (i = 0; i < NUM_DEVICES; i++)
			ipst_qos_node_init(&device[i], &group);
		for (i = 0; i < NUM_QUEUES; i++)
			ipst_qos_node_init(&queue[i], &device[i % NUM_DEVICES]);
		for (i = 0; i < 1000; i++) {
			now_ns += random_below(300) * US;
			if (!random_below(100))
				stop_one();
			else if (!random_below(30))
				change_one();
			else
				send_one();
			settle();
			if (unit_failed)
				return;
		}
		release_all();
	}
}

const struct unit_case qos_model_cases[] = {
	{ "requests, limits and stops at random", test_random },
	{ }
};
