// SPDX-License-Identifier: GPL-2.0
/* The tree of qos_model.h, and what has to hold whatever is done to it. */
#include "qos_model.h"
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
static u32 (*pick)(u32 limit);

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
	if (num_parked && wake_ns < now_ns + 10 * S && pick(4))
		now_ns = wake_ns + pick(2 * MS);
}

static void send_one(void)
{
	u32 i = pick(NUM_REQS);
	struct ipst_qos_req *req = &reqs[i];

	if (state[i] != IDLE)
		return;
	*req = (struct ipst_qos_req) {
		.queue = &queue[pick(NUM_QUEUES)],
		.dir = pick(2),
		.count = { 1 + pick(3), pick(1 << 20) },
	};
	if (ipst_qos_try(req, now_ns))
		return;
	ipst_qos_park(req, now_ns);
	state[i] = PARKED;
	num_parked++;
}

static void stop_one(void)
{
	struct ipst_qos_node *stopped = &queue[pick(NUM_QUEUES)];
	struct ipst_qos_req *req;
	u32 i;

	while ((req = ipst_qos_unpark(stopped, now_ns))) {
		went(req);
		if (pick(2))
			ipst_qos_pay(req, now_ns);
	}
	for (i = 0; i < NUM_REQS; i++)
		CHECK(state[i] == IDLE || reqs[i].queue != stopped);
}

static void change_one(void)
{
	u32 i = pick(NUM_DEVICES + 1);
	struct ipst_qos_node *node = i ? &device[i - 1] : &group;
	struct ipst_qos_limits limits;
	u64 *rate;

	ipst_qos_node_get_limits(node, &limits);
	limits.burst_ms = 1 + pick(200);
	rate = &limits.rate[pick(IPST_QOS_NUM_SHARES)]
			   [pick(IPST_QOS_NUM_UNITS)];
	*rate = pick(3) ? 1ULL << pick(36) : 0;
	ipst_qos_node_set_limits(node, &limits, now_ns);
	if (i)
		node->weight = 1 + pick(1000);
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

static void open_model(void)
{
	u32 i;

	now_ns = 1000 * S;
	num_parked = 0;
	ipst_qos_node_init(&group, NULL);
	for (i = 0; i < NUM_DEVICES; i++)
		ipst_qos_node_init(&device[i], &group);
	for (i = 0; i < NUM_QUEUES; i++)
		ipst_qos_node_init(&queue[i], &device[i % NUM_DEVICES]);
	for (i = 0; i < NUM_REQS; i++)
		state[i] = IDLE;
}

void qos_model_run(u32 (*below)(u32 limit), u32 num_steps)
{
	pick = below;
	open_model();
	while (num_steps-- && !unit_failed) {
		now_ns += pick(300) * US;
		if (!pick(100))
			stop_one();
		else if (!pick(30))
			change_one();
		else
			send_one();
		settle();
	}
	if (!unit_failed)
		release_all();
}
