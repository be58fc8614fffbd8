// SPDX-License-Identifier: GPL-2.0
/*
 * Limits of rate, and who goes first at them.
 *
 * Nodes form trees: queues below a device, devices below a group. Groups and
 * devices have limits: of operations and of bytes per second, each for reads, for
 * writes, and for both together. Who calls holds one lock for the whole tree.
 *
 * One limit (a generic cell rate algorithm): what passes is paid for in time, at
 * the limit's rate. paid_ns is the time at which all that has passed would be
 * paid for, and may be ahead of the clock by burst_ns. A request that costs more
 * than the burst goes when all is paid for, and is paid back before the next one.
 * The part of a nanosecond that a division leaves over is carried on, so no rate
 * is ever off.
 *
 *   r_iops=1000, burst_ms=3: a read costs 1 ms. After some idle time, at t = 10 ms,
 *   five reads come at once: paid_ns becomes 11, 12 and 13 ms, so three pass. The
 *   fourth would make it 14 and passes at t = 11 ms, the fifth at 12.
 *
 * A request that cannot go is parked in its queue, each direction by itself. From
 * there it climbs the tree. A node has room for one request in each direction,
 * taken from the child that is next. It first waits for the limits of its
 * direction, and only then for those of both together, for which one at a time
 * pays in advance. So a direction that has to wait for limits of its own takes
 * nothing that the other one could use, and a large request that waits for much
 * is not overtaken for ever by small ones.
 *
 * Which child is next (start-time fair queueing): the one for which the parent
 * has worked least, in time at its limits, by weight. A child that comes back
 * begins where the others are: idleness earns nothing, and what one does not use
 * the others share.
 *
 *   A group with rw_bps=70M and members of weight 100, 200 and 400, all of them
 *   busy: 1 MB takes 14.3 ms, which makes the three 14.3, 7.1 and 3.6 ms poorer.
 *   So they go as 1:2:4, with 10, 20 and 40 MB/s. If the third has 15 MB/s enough
 *   the others share 55, as 18.3 and 36.7.
 */
#include <linux/bits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "../qos.h"

/* A request counts as 16 GiB at most, so that time fits 64 bits. */
#define IPST_QOS_MAX_COUNT	BIT_ULL(34)
/* Nobody owes more than 36 years. */
#define IPST_QOS_MAX_NS		BIT_ULL(60)
/* Nor is a request worth more than 13 days where only fairness counts. */
#define IPST_QOS_MAX_USED_NS	BIT_ULL(50)

static bool ipst_qos_is_before(u64 a_ns, u64 b_ns)
{
	return (s64)(a_ns - b_ns) < 0;
}

/* --- one limit ------------------------------------------------------------ */

static u64 ipst_qos_bucket_cost_ns(const struct ipst_qos_bucket *bucket,
				   u64 count, u64 *rest)
{
	u64 ns;

	count = min(count, IPST_QOS_MAX_COUNT);
	ns = div64_u64_rem(count * NSEC_PER_SEC + bucket->rest, bucket->rate,
			   rest);
	return min(ns, IPST_QOS_MAX_NS);
}

/* When may @count pass? */
static u64 ipst_qos_bucket_opens_ns(const struct ipst_qos_bucket *bucket,
				    u64 burst_ns, u64 count, u64 now_ns)
{
	u64 cost_ns, rest;

	if (!bucket->rate || bucket->paid_ns <= now_ns)
		return now_ns;
	cost_ns = ipst_qos_bucket_cost_ns(bucket, count, &rest);
	cost_ns = min(cost_ns, burst_ns);
	return max(bucket->paid_ns + cost_ns, now_ns + burst_ns) - burst_ns;
}

static void ipst_qos_bucket_pay(struct ipst_qos_bucket *bucket, u64 count,
				u64 now_ns)
{
	u64 cost_ns, paid_ns;

	if (!bucket->rate)
		return;
	cost_ns = ipst_qos_bucket_cost_ns(bucket, count, &bucket->rest);
	paid_ns = min(bucket->paid_ns, now_ns + IPST_QOS_MAX_NS);
	bucket->paid_ns = max(paid_ns, now_ns) + cost_ns;
}

/* What is owed stays the same number of operations or bytes. */
static void ipst_qos_bucket_set_rate(struct ipst_qos_bucket *bucket, u64 rate,
				     u64 now_ns)
{
	u64 owed_ns = 0;

	if (rate == bucket->rate)
		return;
	if (rate && bucket->rate && bucket->paid_ns > now_ns) {
		owed_ns = bucket->paid_ns - now_ns;
		owed_ns = min(owed_ns, div64_u64(IPST_QOS_MAX_NS,
						 bucket->rate / rate + 1));
		owed_ns = mul_u64_u64_div_u64(owed_ns, bucket->rate, rate);
	}
	bucket->rate = rate;
	bucket->paid_ns = now_ns + owed_ns;
	bucket->rest = 0;
}

/* --- the limits of a node ------------------------------------------------- */

static u64 ipst_qos_node_opens_ns(const struct ipst_qos_node *node,
				  enum ipst_qos_share share,
				  const struct ipst_qos_req *req, u64 now_ns)
{
	const struct ipst_qos_bucket *bucket = node->bucket[share];
	u64 opens_ns = now_ns;
	int unit;

	for (unit = 0; unit < IPST_QOS_NUM_UNITS; unit++)
		opens_ns = max(opens_ns,
			       ipst_qos_bucket_opens_ns(&bucket[unit],
							node->burst_ns,
							req->count[unit],
							now_ns));
	return opens_ns;
}

static void ipst_qos_node_pay(struct ipst_qos_node *node,
			      enum ipst_qos_share share,
			      const struct ipst_qos_req *req, u64 now_ns)
{
	int unit;

	for (unit = 0; unit < IPST_QOS_NUM_UNITS; unit++)
		ipst_qos_bucket_pay(&node->bucket[share][unit],
				    req->count[unit], now_ns);
}

/* How long a node takes for a request at the limits of a share. */
static u64 ipst_qos_node_cost_ns(const struct ipst_qos_node *node,
				 enum ipst_qos_share share,
				 const struct ipst_qos_req *req)
{
	const struct ipst_qos_bucket *bucket = node->bucket[share];
	u64 cost_ns, most_ns = 0, rest;
	int unit;

	for (unit = 0; unit < IPST_QOS_NUM_UNITS; unit++) {
		if (!bucket[unit].rate)
			continue;
		cost_ns = ipst_qos_bucket_cost_ns(&bucket[unit],
						  req->count[unit], &rest);
		most_ns = max(most_ns, cost_ns);
	}
	return min(most_ns, IPST_QOS_MAX_USED_NS);
}

/* --- fairness among children ---------------------------------------------- */

/* Who has not competed for a while begins where the others are. */
static void ipst_qos_node_catch_up(struct ipst_qos_node *node)
{
	enum ipst_qos_share share;

	for (share = 0; share < IPST_QOS_NUM_SHARES; share++)
		if (ipst_qos_is_before(node->used_ns[share],
				       node->parent->round_ns[share]))
			node->used_ns[share] = node->parent->round_ns[share];
}

static void ipst_qos_node_use_share(struct ipst_qos_node *node,
				    enum ipst_qos_share share,
				    const struct ipst_qos_req *req)
{
	u64 *used_ns = &node->used_ns[share];
	u64 *round_ns = &node->parent->round_ns[share];

	if (ipst_qos_is_before(*round_ns, *used_ns))
		*round_ns = *used_ns;
	*used_ns += div64_u64(ipst_qos_node_cost_ns(node->parent, share, req) *
			      IPST_QOS_WEIGHT, node->weight);
}

/* How far it is ahead of the others where it has used most. */
static s64 ipst_qos_node_rank_ns(const struct ipst_qos_node *node,
				 enum ipst_qos_dir dir)
{
	const u64 *round_ns = node->parent->round_ns;

	return max((s64)(node->used_ns[dir] - round_ns[dir]),
		   (s64)(node->used_ns[IPST_QOS_RW] - round_ns[IPST_QOS_RW]));
}

static struct ipst_qos_node *ipst_qos_entry_to_node(struct list_head *entry,
						    enum ipst_qos_dir dir)
{
	return container_of(entry, struct ipst_qos_node, turn[dir].entry);
}

static bool ipst_qos_node_is_ready(const struct ipst_qos_node *node,
				   enum ipst_qos_dir dir)
{
	return !list_empty(&node->turn[dir].entry) &&
	       !node->turn[dir].wake_ns;
}

/* From the end: who has just gone is behind most. */
static void ipst_qos_node_sort(struct ipst_qos_node *node,
			       enum ipst_qos_dir dir)
{
	struct list_head *ready = &node->parent->turn[dir].ready;
	struct list_head *at;

	list_del_init(&node->turn[dir].entry);
	for (at = ready->prev; at != ready; at = at->prev)
		if (ipst_qos_node_rank_ns(ipst_qos_entry_to_node(at, dir), dir) <=
		    ipst_qos_node_rank_ns(node, dir))
			break;
	list_add(&node->turn[dir].entry, at);
	node->turn[dir].wake_ns = 0;
}

static void ipst_qos_node_make_ready(struct ipst_qos_node *node,
				     enum ipst_qos_dir dir)
{
	ipst_qos_node_catch_up(node);
	ipst_qos_node_sort(node, dir);
}

static void ipst_qos_node_make_wait(struct ipst_qos_node *node,
				    enum ipst_qos_dir dir, u64 wake_ns)
{
	struct list_head *waiting = &node->parent->turn[dir].waiting;
	struct list_head *at;

	list_del_init(&node->turn[dir].entry);
	for (at = waiting->prev; at != waiting; at = at->prev)
		if (ipst_qos_entry_to_node(at, dir)->turn[dir].wake_ns <= wake_ns)
			break;
	list_add(&node->turn[dir].entry, at);
	node->turn[dir].wake_ns = wake_ns;
}

/* Its parent takes a request: now others are before it, in both directions. */
static void ipst_qos_node_use(struct ipst_qos_node *node,
			      const struct ipst_qos_req *req)
{
	enum ipst_qos_dir dir;

	ipst_qos_node_use_share(node, (enum ipst_qos_share)req->dir, req);
	ipst_qos_node_use_share(node, IPST_QOS_RW, req);
	for (dir = 0; dir < IPST_QOS_NUM_DIRS; dir++)
		if (ipst_qos_node_is_ready(node, dir))
			ipst_qos_node_sort(node, dir);
}

/* --- up the tree ---------------------------------------------------------- */

static void ipst_qos_node_update(struct ipst_qos_node *node, u64 now_ns);

/* When does the first of the children that wait have something for the node? */
static u64 ipst_qos_node_wakes_ns(const struct ipst_qos_node *node,
				  enum ipst_qos_dir dir)
{
	const struct list_head *waiting = &node->turn[dir].waiting;

	if (list_empty(waiting))
		return IPST_QOS_NEVER;
	return ipst_qos_entry_to_node(waiting->next, dir)->turn[dir].wake_ns;
}

static bool ipst_qos_node_is_queue(const struct ipst_qos_node *node,
				   enum ipst_qos_dir dir)
{
	return !list_empty(&node->turn[dir].reqs);
}

static struct ipst_qos_req *ipst_qos_queue_pop(struct ipst_qos_node *queue,
					       enum ipst_qos_dir dir)
{
	struct ipst_qos_turn *turn = &queue->turn[dir];
	struct ipst_qos_req *req;

	req = list_first_entry(&turn->reqs, struct ipst_qos_req, entry);
	list_del_init(&req->entry);
	if (list_empty(&turn->reqs))
		list_del_init(&turn->entry);
	return req;
}

/* The request of a node leaves it. */
static struct ipst_qos_req *ipst_qos_node_leave(struct ipst_qos_node *node,
						enum ipst_qos_dir dir,
						u64 now_ns)
{
	struct ipst_qos_turn *turn = &node->turn[dir];
	struct ipst_qos_req *req = turn->req;

	if (turn->at != IPST_QOS_RW)
		ipst_qos_node_pay(node, IPST_QOS_RW, req, now_ns);
	req->paid = node;
	turn->req = NULL;
	return req;
}

/* A request of a node comes to its limits of one direction, or of both. */
static void ipst_qos_node_enter(struct ipst_qos_node *node,
				enum ipst_qos_share share,
				struct ipst_qos_req *req, u64 now_ns)
{
	struct ipst_qos_turn *turn = &node->turn[req->dir];

	turn->go_ns = ipst_qos_node_opens_ns(node, share, req, now_ns);
	ipst_qos_node_pay(node, share, req, now_ns);
	turn->req = req;
	turn->at = share;
}

/* Takes the next request from a child, if there is room for it. */
static void ipst_qos_node_take(struct ipst_qos_node *node,
			       enum ipst_qos_dir dir, u64 now_ns)
{
	struct ipst_qos_turn *turn = &node->turn[dir];
	struct ipst_qos_node *child;
	struct ipst_qos_req *req;

	if (turn->req)
		return;
	while (ipst_qos_node_wakes_ns(node, dir) <= now_ns)
		ipst_qos_node_update(ipst_qos_entry_to_node(turn->waiting.next,
							    dir), now_ns);
	if (list_empty(&turn->ready))
		return;

	child = ipst_qos_entry_to_node(turn->ready.next, dir);
	turn->start_ns = child->used_ns[IPST_QOS_RW];
	if (ipst_qos_node_is_queue(child, dir)) {
		req = ipst_qos_queue_pop(child, dir);
		ipst_qos_node_use(child, req);
	} else {
		req = ipst_qos_node_leave(child, dir, now_ns);
		ipst_qos_node_use(child, req);
		ipst_qos_node_update(child, now_ns);
	}
	ipst_qos_node_enter(node, (enum ipst_qos_share)dir, req, now_ns);
}

/* Does it wait for what both directions share, and not for its own limits? */
static bool ipst_qos_turn_is_pending(const struct ipst_qos_turn *turn,
				     u64 now_ns)
{
	return turn->req && turn->at != IPST_QOS_RW && turn->go_ns <= now_ns;
}

/*
 * One at a time comes to the limits of both directions: the one whose child has
 * used less of them.
 */
static void ipst_qos_node_share(struct ipst_qos_node *node, u64 now_ns)
{
	struct ipst_qos_turn *turn, *next = NULL;
	enum ipst_qos_dir dir;

	for (dir = 0; dir < IPST_QOS_NUM_DIRS; dir++) {
		turn = &node->turn[dir];
		if (turn->req && turn->at == IPST_QOS_RW &&
		    turn->go_ns > now_ns)
			return;
		if (ipst_qos_turn_is_pending(turn, now_ns) &&
		    (!next || ipst_qos_is_before(turn->start_ns, next->start_ns)))
			next = turn;
	}
	if (next)
		ipst_qos_node_enter(node, IPST_QOS_RW, next->req, now_ns);
}

static void ipst_qos_node_fill(struct ipst_qos_node *node, u64 now_ns)
{
	enum ipst_qos_dir dir;

	for (dir = 0; dir < IPST_QOS_NUM_DIRS; dir++)
		ipst_qos_node_take(node, dir, now_ns);
	/* The other one as well, if the first may go at once. */
	for (dir = 0; dir < IPST_QOS_NUM_DIRS; dir++)
		ipst_qos_node_share(node, now_ns);
}

/*
 * When may the request of a node that has been filled go on, or when does it get
 * one? Never, if it waits for the other direction: then that is what changes.
 */
static u64 ipst_qos_node_go_ns(const struct ipst_qos_node *node,
			       enum ipst_qos_dir dir, u64 now_ns)
{
	const struct ipst_qos_turn *turn = &node->turn[dir];

	if (!turn->req)
		return ipst_qos_node_wakes_ns(node, dir);
	if (ipst_qos_turn_is_pending(turn, now_ns))
		return IPST_QOS_NEVER;
	return turn->go_ns;
}

/* Finds a node its place with its parent, after something has changed below. */
static void ipst_qos_node_update(struct ipst_qos_node *node, u64 now_ns)
{
	enum ipst_qos_dir dir;
	u64 go_ns;

	ipst_qos_node_fill(node, now_ns);
	for (dir = 0; dir < IPST_QOS_NUM_DIRS; dir++) {
		go_ns = ipst_qos_node_go_ns(node, dir, now_ns);
		if (go_ns == IPST_QOS_NEVER)
			list_del_init(&node->turn[dir].entry);
		else if (go_ns > now_ns)
			ipst_qos_node_make_wait(node, dir, go_ns);
		else if (!ipst_qos_node_is_ready(node, dir))
			ipst_qos_node_make_ready(node, dir);
	}
}

/* The same for all between a node and the root. */
static void ipst_qos_node_update_up(struct ipst_qos_node *node, u64 now_ns)
{
	for (; node->parent; node = node->parent)
		ipst_qos_node_update(node, now_ns);
}

static struct ipst_qos_req *ipst_qos_root_pop(struct ipst_qos_node *root,
					      u64 now_ns)
{
	enum ipst_qos_dir dir;

	for (dir = 0; dir < IPST_QOS_NUM_DIRS; dir++)
		if (root->turn[dir].req &&
		    ipst_qos_node_go_ns(root, dir, now_ns) <= now_ns)
			return ipst_qos_node_leave(root, dir, now_ns);
	return NULL;
}

/**
 * ipst_qos_next() - the next request that may go
 * @root: of the tree
 * @now_ns: the time
 * @wake_ns: set, if there is none, to when there will be, or to
 *	IPST_QOS_NEVER
 *
 * Return: request, not parked any more, or NULL.
 */
struct ipst_qos_req *ipst_qos_next(struct ipst_qos_node *root, u64 now_ns,
				   u64 *wake_ns)
{
	struct ipst_qos_req *req;
	enum ipst_qos_dir dir;

	/* Before others are filled in, so that the next of its kind competes. */
	req = ipst_qos_root_pop(root, now_ns);
	if (req)
		return req;
	ipst_qos_node_fill(root, now_ns);
	req = ipst_qos_root_pop(root, now_ns);
	if (req)
		return req;

	*wake_ns = IPST_QOS_NEVER;
	for (dir = 0; dir < IPST_QOS_NUM_DIRS; dir++)
		*wake_ns = min(*wake_ns, ipst_qos_node_go_ns(root, dir, now_ns));
	return NULL;
}

/* --- for front ends ------------------------------------------------------- */

/* Children that are ready have been looked at: somebody would be in @turn. */
static bool ipst_qos_node_is_open(const struct ipst_qos_node *node,
				  const struct ipst_qos_req *req, u64 now_ns)
{
	const struct ipst_qos_turn *turn = &node->turn[req->dir];
	enum ipst_qos_share share = (enum ipst_qos_share)req->dir;

	return !turn->req &&
	       !ipst_qos_turn_is_pending(&node->turn[!req->dir], now_ns) &&
	       ipst_qos_node_opens_ns(node, share, req, now_ns) <= now_ns &&
	       ipst_qos_node_opens_ns(node, IPST_QOS_RW, req, now_ns) <= now_ns;
}

/**
 * ipst_qos_try() - may a request go now?
 * @req: new request, filled in
 * @now_ns: the time
 *
 * Return: true, and it is paid for; else it has to be parked.
 */
bool ipst_qos_try(struct ipst_qos_req *req, u64 now_ns)
{
	const struct ipst_qos_node *node = req->queue;

	req->paid = NULL;
	if (ipst_qos_node_is_queue(node, req->dir))
		return false;
	while ((node = node->parent))
		if (!ipst_qos_node_is_open(node, req, now_ns))
			return false;
	ipst_qos_pay(req, now_ns);
	return true;
}

/**
 * ipst_qos_pay() - let a request go, whatever the limits are
 * @req: request that is not parked; paid for by those that come later
 * @now_ns: the time
 */
void ipst_qos_pay(struct ipst_qos_req *req, u64 now_ns)
{
	struct ipst_qos_node *node = req->paid ?: req->queue;

	for (; node->parent; node = node->parent) {
		ipst_qos_node_catch_up(node);
		ipst_qos_node_use(node, req);
		ipst_qos_node_pay(node->parent, (enum ipst_qos_share)req->dir,
				  req, now_ns);
		ipst_qos_node_pay(node->parent, IPST_QOS_RW, req, now_ns);
	}
}

/**
 * ipst_qos_park() - have a request wait for its turn
 * @req: new request; until it comes out of ipst_qos_next() or ipst_qos_unpark()
 * @now_ns: the time
 */
void ipst_qos_park(struct ipst_qos_req *req, u64 now_ns)
{
	struct ipst_qos_turn *turn = &req->queue->turn[req->dir];
	bool first = list_empty(&turn->reqs);

	req->parked_ns = now_ns;
	list_add_tail(&req->entry, &turn->reqs);
	if (!first)
		return;
	ipst_qos_node_make_ready(req->queue, req->dir);
	ipst_qos_node_update_up(req->queue->parent, now_ns);
}

/* A request of a queue that is on its way up, the furthest first. */
static struct ipst_qos_req *ipst_qos_recall(struct ipst_qos_node *queue,
					    enum ipst_qos_dir dir, u64 now_ns)
{
	struct ipst_qos_node *node, *found = NULL;
	struct ipst_qos_req *req;

	for (node = queue->parent; node; node = node->parent) {
		req = node->turn[dir].req;
		if (req && req->queue == queue)
			found = node;
	}
	if (!found)
		return NULL;
	req = ipst_qos_node_leave(found, dir, now_ns);
	ipst_qos_node_update_up(found, now_ns);
	return req;
}

/**
 * ipst_qos_unpark() - take a request back that is parked
 * @queue: where it was
 * @now_ns: the time
 *
 * Those that are on their way up come last, so that no other ones follow them,
 * to be paid for.
 *
 * Return: one of them, or NULL if there is none. What ipst_qos_pay() would do is
 * not done.
 */
struct ipst_qos_req *ipst_qos_unpark(struct ipst_qos_node *queue, u64 now_ns)
{
	struct ipst_qos_req *req;
	enum ipst_qos_dir dir;

	for (dir = 0; dir < IPST_QOS_NUM_DIRS; dir++) {
		if (!ipst_qos_node_is_queue(queue, dir)) {
			req = ipst_qos_recall(queue, dir, now_ns);
			if (req)
				return req;
			continue;
		}
		req = ipst_qos_queue_pop(queue, dir);
		if (!ipst_qos_node_is_queue(queue, dir))
			ipst_qos_node_update_up(queue->parent, now_ns);
		return req;
	}
	return NULL;
}

/**
 * ipst_qos_node_init() - a node without limits
 * @node: node without children
 * @parent: to be below, or NULL
 */
void ipst_qos_node_init(struct ipst_qos_node *node,
			struct ipst_qos_node *parent)
{
	enum ipst_qos_dir dir;

	memset(node, 0, sizeof(*node));
	node->parent = parent;
	node->burst_ns = IPST_QOS_BURST_MS * NSEC_PER_MSEC;
	node->weight = IPST_QOS_WEIGHT;
	for (dir = 0; dir < IPST_QOS_NUM_DIRS; dir++) {
		INIT_LIST_HEAD(&node->turn[dir].reqs);
		INIT_LIST_HEAD(&node->turn[dir].ready);
		INIT_LIST_HEAD(&node->turn[dir].waiting);
		INIT_LIST_HEAD(&node->turn[dir].entry);
	}
}

/* The same that it was when it was paid for, with the limits of now. */
static u64 ipst_qos_turn_went_ns(const struct ipst_qos_node *node,
				 const struct ipst_qos_turn *turn)
{
	const struct ipst_qos_bucket *bucket = node->bucket[turn->at];
	const struct ipst_qos_req *req = turn->req;
	u64 ahead_ns, rest, go_ns = 0;
	int unit;

	for (unit = 0; unit < IPST_QOS_NUM_UNITS; unit++) {
		if (!bucket[unit].rate)
			continue;
		ahead_ns = max(node->burst_ns,
			       ipst_qos_bucket_cost_ns(&bucket[unit],
						       req->count[unit], &rest));
		go_ns = max(go_ns, max(bucket[unit].paid_ns, ahead_ns) -
			    ahead_ns);
	}
	return go_ns;
}

/**
 * ipst_qos_node_set_limits() - change the limits of a group or device
 * @node: node
 * @limits: what they become
 * @now_ns: the time
 *
 * They apply to parked requests as well: look at ipst_qos_next() afterwards.
 */
void ipst_qos_node_set_limits(struct ipst_qos_node *node,
			      const struct ipst_qos_limits *limits, u64 now_ns)
{
	struct ipst_qos_turn *turn;
	enum ipst_qos_share share;
	enum ipst_qos_dir dir;
	int unit;

	node->burst_ns = limits->burst_ms * NSEC_PER_MSEC;
	for (share = 0; share < IPST_QOS_NUM_SHARES; share++)
		for (unit = 0; unit < IPST_QOS_NUM_UNITS; unit++)
			ipst_qos_bucket_set_rate(&node->bucket[share][unit],
						 limits->rate[share][unit],
						 now_ns);
	for (dir = 0; dir < IPST_QOS_NUM_DIRS; dir++) {
		turn = &node->turn[dir];
		if (turn->req)
			turn->go_ns = ipst_qos_turn_went_ns(node, turn);
	}
	ipst_qos_node_update_up(node, now_ns);
}

void ipst_qos_node_get_limits(const struct ipst_qos_node *node,
			      struct ipst_qos_limits *limits)
{
	enum ipst_qos_share share;
	int unit;

	limits->burst_ms = div64_u64(node->burst_ns, NSEC_PER_MSEC);
	for (share = 0; share < IPST_QOS_NUM_SHARES; share++)
		for (unit = 0; unit < IPST_QOS_NUM_UNITS; unit++)
			limits->rate[share][unit] =
				node->bucket[share][unit].rate;
}

bool ipst_qos_node_has_limits(const struct ipst_qos_node *node)
{
	enum ipst_qos_share share;
	int unit;

	for (share = 0; share < IPST_QOS_NUM_SHARES; share++)
		for (unit = 0; unit < IPST_QOS_NUM_UNITS; unit++)
			if (node->bucket[share][unit].rate)
				return true;
	return false;
}
