/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits of rate, and who goes first at them. A pure library, which is tested in
 * userspace; the model is explained in core/qos.c.
 */
#ifndef _IPST_QOS_H
#define _IPST_QOS_H

#include <linux/list.h>
#include <linux/types.h>

#define IPST_QOS_NEVER		(~0ULL)
#define IPST_QOS_WEIGHT		100	/* default */
#define IPST_QOS_BURST_MS	100	/* default */

enum ipst_qos_dir {
	IPST_QOS_READ,
	IPST_QOS_WRITE,
	IPST_QOS_NUM_DIRS
};

/* Whose a limit is: a direction's, by its number, or that of both together. */
enum ipst_qos_share {
	IPST_QOS_R,
	IPST_QOS_W,
	IPST_QOS_RW,
	IPST_QOS_NUM_SHARES
};

/* What is counted. */
enum ipst_qos_unit {
	IPST_QOS_IOPS,
	IPST_QOS_BPS,
	IPST_QOS_NUM_UNITS
};

struct ipst_qos_node;

/**
 * struct ipst_qos_limits - as the administrator sets them
 * @rate: operations and bytes per second, 0 = no limit
 * @burst_ms: what may be saved while idle: as much as so many milliseconds give
 */
struct ipst_qos_limits {
	u64 rate[IPST_QOS_NUM_SHARES][IPST_QOS_NUM_UNITS];
	u32 burst_ms;
};

/**
 * struct ipst_qos_req - what a request counts as, and where it waits
 * @entry: on &ipst_qos_turn.reqs of its queue
 * @queue: where it came from
 * @paid: the last node, upwards from @queue, at which it is paid for
 * @dir: direction
 * @count: operations and bytes
 * @parked_ns: since when it waits
 */
struct ipst_qos_req {
	struct list_head entry;
	struct ipst_qos_node *queue;
	struct ipst_qos_node *paid;
	enum ipst_qos_dir dir;
	u64 count[IPST_QOS_NUM_UNITS];
	u64 parked_ns;
};

/**
 * struct ipst_qos_bucket - one limit
 * @rate: units per second, 0 = no limit
 * @paid_ns: what has passed, at @rate, would have taken until then
 * @rest: that is exact but for so many billionths of a unit
 */
struct ipst_qos_bucket {
	u64 rate;
	u64 paid_ns;
	u64 rest;
};

/**
 * struct ipst_qos_turn - a direction of a node
 * @reqs: queue: requests that wait here
 * @ready: others: children that have a request for us, the next one first
 * @waiting: children that will, the soonest first
 * @req: taken from a child
 * @at: the limits that it has paid for last: of its direction, then of both
 * @go_ns: when they let it go on
 * @start_ns: the child's &ipst_qos_node.used_ns, of both directions, by then
 * @entry: as a child: on @ready or @waiting of the parent, or empty
 * @wake_ns: on @waiting: until then
 */
struct ipst_qos_turn {
	struct list_head reqs;
	struct list_head ready;
	struct list_head waiting;
	struct ipst_qos_req *req;
	enum ipst_qos_share at;
	u64 go_ns;
	u64 start_ns;
	struct list_head entry;
	u64 wake_ns;
};

/**
 * struct ipst_qos_node - a group, a device or a queue
 * @parent: the group of a device, the device of a queue, or NULL
 * @bucket: limits; a queue has none
 * @burst_ns: how far &ipst_qos_bucket.paid_ns may be ahead of the time
 * @weight: share in what @parent allows
 * @used_ns: how long @parent would have taken for us alone, by weight
 * @round_ns: of a parent: the same of who went last, when he went
 * @turn: what is apart for each direction
 */
struct ipst_qos_node {
	struct ipst_qos_node *parent;
	struct ipst_qos_bucket bucket[IPST_QOS_NUM_SHARES][IPST_QOS_NUM_UNITS];
	u64 burst_ns;
	u32 weight;
	u64 used_ns[IPST_QOS_NUM_SHARES];
	u64 round_ns[IPST_QOS_NUM_SHARES];
	struct ipst_qos_turn turn[IPST_QOS_NUM_DIRS];
};

void ipst_qos_node_init(struct ipst_qos_node *node,
			struct ipst_qos_node *parent);
void ipst_qos_node_set_limits(struct ipst_qos_node *node,
			      const struct ipst_qos_limits *limits, u64 now_ns);
void ipst_qos_node_get_limits(const struct ipst_qos_node *node,
			      struct ipst_qos_limits *limits);
bool ipst_qos_node_has_limits(const struct ipst_qos_node *node);
bool ipst_qos_try(struct ipst_qos_req *req, u64 now_ns);
void ipst_qos_pay(struct ipst_qos_req *req, u64 now_ns);
void ipst_qos_park(struct ipst_qos_req *req, u64 now_ns);
struct ipst_qos_req *ipst_qos_unpark(struct ipst_qos_node *queue, u64 now_ns);
struct ipst_qos_req *ipst_qos_next(struct ipst_qos_node *root, u64 now_ns,
				   u64 *wake_ns);

#endif /* _IPST_QOS_H */
