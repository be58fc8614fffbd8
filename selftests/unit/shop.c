// SPDX-License-Identifier: GPL-2.0
/* The world of shop.h, which goes from event to event. */
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "driver.h"
#include "shop.h"

void shop_open(struct shop *shop, struct ipst_qos_node *root)
{
	memset(shop, 0, sizeof(*shop));
	shop->root = root;
	shop->now_ns = 1000 * S;
	shop->wake_ns = IPST_QOS_NEVER;
}

struct shop_host *shop_add_host(struct shop *shop, struct ipst_qos_node *queue,
				enum ipst_qos_dir dir, u64 bytes, u32 depth)
{
	struct shop_host *host = &shop->host[shop->num_hosts++];
	u32 i;

	*host = (struct shop_host) {
		.queue = queue,
		.dir = dir,
		.bytes = bytes,
		.depth = depth,
		.pause_ns = 100 * US,
	};
	for (i = 0; i < depth; i++)
		host->reqs[i] = (struct shop_req) {
			.host = host,
			.send_ns = shop->now_ns,
		};
	return host;
}

struct shop_audit *shop_add_audit(struct shop *shop,
				  const struct ipst_qos_node *node,
				  enum ipst_qos_share share,
				  enum ipst_qos_unit unit)
{
	struct shop_audit *audit = &shop->audit[shop->num_audits++];

	*audit = (struct shop_audit) {
		.node = node,
		.share = share,
		.unit = unit,
		.level_ns = shop->now_ns,
	};
	return audit;
}

static bool is_below(const struct ipst_qos_node *node,
		     const struct ipst_qos_node *above)
{
	while (node && node != above)
		node = node->parent;
	return node;
}

static void audit_pass(struct shop_audit *audit, const struct ipst_qos_req *req,
		       u64 now_ns)
{
	u64 rate = audit->node->bucket[audit->share][audit->unit].rate;

	if (!is_below(req->queue, audit->node) ||
	    (audit->share != IPST_QOS_RW &&
	     audit->share != (enum ipst_qos_share)req->dir))
		return;
	audit->level -= (double)(now_ns - audit->level_ns) / S * rate;
	audit->level = max(audit->level, 0.0) + req->count[audit->unit];
	audit->level_ns = now_ns;
	audit->worst = max(audit->worst, audit->level);
}

static void pass(struct shop *shop, struct ipst_qos_req *req)
{
	struct shop_req *sreq = container_of(req, struct shop_req, req);
	u32 i;

	for (i = 0; i < shop->num_audits; i++)
		audit_pass(&shop->audit[i], req, shop->now_ns);
	sreq->host->done++;
	sreq->send_ns = shop->now_ns + sreq->host->pause_ns;
}

/* All that may go, goes. */
void shop_settle(struct shop *shop)
{
	struct ipst_qos_req *req;

	while ((req = ipst_qos_next(shop->root, shop->now_ns, &shop->wake_ns)))
		pass(shop, req);
	if (shop->wake_ns != IPST_QOS_NEVER && shop->late_ns)
		shop->wake_ns += random_below(shop->late_ns);
}

static void send(struct shop *shop, struct shop_req *sreq)
{
	struct shop_host *host = sreq->host;

	sreq->req = (struct ipst_qos_req) {
		.queue = host->queue,
		.dir = host->dir,
		.count = { [IPST_QOS_IOPS] = 1, [IPST_QOS_BPS] = host->bytes },
	};
	sreq->send_ns = IPST_QOS_NEVER;
	if (ipst_qos_try(&sreq->req, shop->now_ns)) {
		pass(shop, &sreq->req);
		return;
	}
	ipst_qos_park(&sreq->req, shop->now_ns);
	shop_settle(shop);
}

static u64 next_send_ns(const struct shop_req *sreq)
{
	const struct shop_host *host = sreq->host;
	u64 send_ns = max(sreq->send_ns, host->from_ns);

	return host->until_ns && send_ns >= host->until_ns ? IPST_QOS_NEVER :
							     send_ns;
}

static struct shop_req *find_next(struct shop *shop)
{
	struct shop_req *next = NULL;
	u32 h, i;

	for (h = 0; h < shop->num_hosts; h++)
		for (i = 0; i < shop->host[h].depth; i++)
			if (!next || next_send_ns(&shop->host[h].reqs[i]) <
				     next_send_ns(next))
				next = &shop->host[h].reqs[i];
	return next;
}

void shop_run(struct shop *shop, u64 len_ns)
{
	u64 end_ns = shop->now_ns + len_ns, send_ns;
	struct shop_req *sreq;

	for (;;) {
		sreq = find_next(shop);
		send_ns = next_send_ns(sreq);
		shop->now_ns = max(shop->now_ns, min(send_ns, shop->wake_ns));
		if (shop->now_ns >= end_ns)
			break;
		if (shop->wake_ns <= send_ns)
			shop_settle(shop);
		else
			send(shop, sreq);
	}
	shop->now_ns = end_ns;
}

/* Changes one limit and keeps the others. */
void shop_set(struct shop *shop, struct ipst_qos_node *node,
	      enum ipst_qos_share share, enum ipst_qos_unit unit, u64 rate,
	      u32 burst_ms)
{
	struct ipst_qos_limits limits;

	ipst_qos_node_get_limits(node, &limits);
	limits.rate[share][unit] = rate;
	limits.burst_ms = burst_ms;
	ipst_qos_node_set_limits(node, &limits, shop->now_ns);
	shop_settle(shop);
}
