// SPDX-License-Identifier: GPL-2.0
/*
 * Admission: qos.c at work. Requests of devices without limits pass here without
 * a look at anything that somebody writes to. Others are admitted or parked under
 * the lock of their tree, which is the device's own or that of its group; a timer
 * lets go what was parked. Parked requests have not come to nvmet yet, so they
 * hold nothing of it.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "core.h"

#define IPST_ADMIT_BATCH	64	/* with bottom halves off */
#define IPST_THROTTLE_JIFFIES	HZ	/* without waiting end throttling */
/* Being late costs no throughput, see qos.c, and saves interrupts. */
#define IPST_ADMIT_SLACK_NS	(500 * NSEC_PER_USEC)

/* Serialises changes of limits and of groups. Outside of all trees' locks. */
static DEFINE_MUTEX(ipst_limits_lock);

static struct ipst_qos_queue *to_qos_queue(struct ipst_qos_node *node)
{
	return container_of(node, struct ipst_qos_queue, node);
}

/* A parked request goes. */
static void ipst_tree_release(struct ipst_qos_req *req, u64 now_ns)
{
	struct ipst_qos_queue *queue = to_qos_queue(req->queue);

	queue->parked--;
	queue->throttled_ns += now_ns - req->parked_ns;
	queue->dev->frontend->admitted(req);
}

/* Lets go what may, and sees to the rest later. */
static void ipst_tree_run(struct ipst_tree *tree, u64 now_ns)
{
	struct ipst_qos_req *req;
	u64 wake_ns = now_ns;
	int i;

	lockdep_assert_held(&tree->lock);
	for (i = 0; i < IPST_ADMIT_BATCH; i++) {
		req = ipst_qos_next(tree->root, now_ns, &wake_ns);
		if (!req)
			break;
		ipst_tree_release(req, now_ns);
	}
	if (wake_ns == tree->wake_ns && hrtimer_is_queued(&tree->timer))
		return;
	tree->wake_ns = wake_ns;
	if (wake_ns != IPST_QOS_NEVER)
		hrtimer_start_range_ns(&tree->timer, ns_to_ktime(wake_ns),
				       IPST_ADMIT_SLACK_NS,
				       HRTIMER_MODE_ABS_SOFT);
}

static enum hrtimer_restart ipst_tree_timer(struct hrtimer *timer)
{
	struct ipst_tree *tree = container_of(timer, struct ipst_tree, timer);

	spin_lock(&tree->lock);
	ipst_tree_run(tree, ktime_get_ns());
	spin_unlock(&tree->lock);
	return HRTIMER_NORESTART;
}

/**
 * ipst_tree_init() - a tree that is a root without children
 * @tree: tree
 * @root: initialised
 */
void ipst_tree_init(struct ipst_tree *tree, struct ipst_qos_node *root)
{
	spin_lock_init(&tree->lock);
	tree->root = root;
	tree->wake_ns = IPST_QOS_NEVER;
	hrtimer_init(&tree->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	tree->timer.function = ipst_tree_timer;
}

/* Nothing is parked; who has looked the tree up may still be at its lock. */
void ipst_tree_exit(struct ipst_tree *tree)
{
	hrtimer_cancel(&tree->timer);
	synchronize_rcu();
}

/* The tree of a device stays the same while it is locked. */
static struct ipst_tree *ipst_limiter_lock(struct ipst_limiter *limiter)
	__acquires(&limiter->tree->lock)
{
	struct ipst_tree *tree;

	rcu_read_lock();
	for (;;) {
		tree = READ_ONCE(limiter->tree);
		spin_lock_bh(&tree->lock);
		if (tree == limiter->tree)
			break;
		spin_unlock_bh(&tree->lock);
	}
	rcu_read_unlock();
	return tree;
}

static void ipst_tree_unlock(struct ipst_tree *tree)
	__releases(&tree->lock)
{
	spin_unlock_bh(&tree->lock);
}

/* Has no request waited for a while? Then throttling has ended. */
static bool ipst_limiter_relax(struct ipst_limiter *limiter)
{
	struct ipst_tree *tree = ipst_limiter_lock(limiter);
	struct ipst_qos_queue *queue;
	bool ended;

	ended = time_after(jiffies, limiter->parked_jiffies +
				    IPST_THROTTLE_JIFFIES);
	list_for_each_entry(queue, &limiter->queues, entry)
		ended &= !queue->parked;
	limiter->throttling = !ended;
	ipst_tree_unlock(tree);
	return ended;
}

/* Tells when throttling begins, and when it has ended: twice a second at most. */
static void ipst_limiter_event_work(struct work_struct *work)
{
	struct ipst_limiter *limiter = container_of(to_delayed_work(work),
						    struct ipst_limiter,
						    event_work);

	if (!limiter->told) {
		limiter->told = true;
		ipst_event(limiter->dev, IPST_DEVICE_EVENT_THROTTLING_BEGAN);
	} else if (ipst_limiter_relax(limiter)) {
		limiter->told = false;
		ipst_event(limiter->dev, IPST_DEVICE_EVENT_THROTTLING_ENDED);
		return;
	}
	queue_delayed_work(system_wq, &limiter->event_work,
			   IPST_THROTTLE_JIFFIES);
}

static void ipst_qos_queue_park(struct ipst_qos_queue *queue,
				struct ipst_qos_req *req, u64 now_ns)
{
	struct ipst_limiter *limiter = queue->dev->limiter;

	queue->parked++;
	queue->throttled++;
	ipst_qos_park(req, now_ns);

	limiter->parked_jiffies = jiffies;
	if (limiter->throttling)
		return;
	limiter->throttling = true;
	queue_delayed_work(system_wq, &limiter->event_work, 0);
}

/**
 * ipst_qos_queue_admit() - may a request be submitted?
 * @queue: queue of a device with limits
 * @req: what it counts as; the core's until the request is admitted
 *
 * Context: any but hard interrupt.
 * Return: true: now; false: later, when &ipst_frontend.admitted is called, which
 * may be before this returns.
 */
bool ipst_qos_queue_admit(struct ipst_qos_queue *queue,
			  struct ipst_qos_req *req)
{
	u64 now_ns = ktime_get_ns();
	struct ipst_tree *tree;
	bool admitted;

	req->queue = &queue->node;
	tree = ipst_limiter_lock(queue->dev->limiter);
	admitted = ipst_qos_try(req, now_ns);
	if (!admitted && !queue->open) {
		ipst_qos_pay(req, now_ns);
		admitted = true;
	}
	if (!admitted) {
		ipst_qos_queue_park(queue, req, now_ns);
		ipst_tree_run(tree, now_ns);
	}
	ipst_tree_unlock(tree);
	return admitted;
}
EXPORT_SYMBOL_NS_GPL(ipst_qos_queue_admit, IPST);

/**
 * ipst_qos_queue_init() - a closed queue
 * @queue: queue
 * @dev: whose it is
 *
 * Context: process.
 */
void ipst_qos_queue_init(struct ipst_qos_queue *queue, struct ipst_device *dev)
{
	struct ipst_limiter *limiter = dev->limiter;
	struct ipst_tree *tree;

	memset(queue, 0, sizeof(*queue));
	queue->dev = dev;
	ipst_qos_node_init(&queue->node, &limiter->node);
	tree = ipst_limiter_lock(limiter);
	list_add_tail(&queue->entry, &limiter->queues);
	ipst_tree_unlock(tree);
}
EXPORT_SYMBOL_NS_GPL(ipst_qos_queue_init, IPST);

/**
 * ipst_qos_queue_exit() - undo ipst_qos_queue_init()
 * @queue: closed queue
 *
 * Context: process.
 */
void ipst_qos_queue_exit(struct ipst_qos_queue *queue)
{
	struct ipst_tree *tree = ipst_limiter_lock(queue->dev->limiter);

	list_del(&queue->entry);
	ipst_tree_unlock(tree);
}
EXPORT_SYMBOL_NS_GPL(ipst_qos_queue_exit, IPST);

/* Lets all go that a queue has parked. */
static void ipst_qos_queue_drain(struct ipst_qos_queue *queue, bool pay,
				 u64 now_ns)
{
	struct ipst_qos_req *req;

	while ((req = ipst_qos_unpark(&queue->node, now_ns))) {
		if (pay)
			ipst_qos_pay(req, now_ns);
		ipst_tree_release(req, now_ns);
	}
}

/**
 * ipst_qos_queue_open() - have requests wait at limits
 * @queue: queue
 *
 * Context: process.
 */
void ipst_qos_queue_open(struct ipst_qos_queue *queue)
{
	struct ipst_tree *tree = ipst_limiter_lock(queue->dev->limiter);

	queue->open = true;
	ipst_tree_unlock(tree);
}
EXPORT_SYMBOL_NS_GPL(ipst_qos_queue_open, IPST);

/**
 * ipst_qos_queue_close() - have no request wait any more
 * @queue: queue
 * @pay: what is parked will be submitted, else it will not
 *
 * For whoever waits for its requests. What is parked goes at once; what is
 * submitted is paid back by those that come later.
 *
 * Context: process.
 */
void ipst_qos_queue_close(struct ipst_qos_queue *queue, bool pay)
{
	struct ipst_tree *tree = ipst_limiter_lock(queue->dev->limiter);

	queue->open = false;
	ipst_qos_queue_drain(queue, pay, ktime_get_ns());
	ipst_tree_unlock(tree);
}
EXPORT_SYMBOL_NS_GPL(ipst_qos_queue_close, IPST);

static void ipst_limiter_update(struct ipst_limiter *limiter)
{
	struct ipst_group *group = limiter->group;

	lockdep_assert_held(&ipst_limits_lock);
	WRITE_ONCE(limiter->dev->limited,
		   ipst_qos_node_has_limits(&limiter->node) ||
		   (group && ipst_qos_node_has_limits(&group->node)));
}

static void ipst_group_update(struct ipst_group *group)
{
	struct ipst_limiter *limiter;

	list_for_each_entry(limiter, &group->members, entry)
		ipst_limiter_update(limiter);
}

/* Another tree: what is parked goes, so that the device leaves nothing behind. */
static void ipst_limiter_move(struct ipst_limiter *limiter,
			      struct ipst_group *group)
{
	struct ipst_tree *to = group ? &group->tree : &limiter->own;
	struct ipst_tree *from = ipst_limiter_lock(limiter);
	u64 now_ns = ktime_get_ns();
	struct ipst_qos_queue *queue;

	spin_lock_nested(&to->lock, SINGLE_DEPTH_NESTING);
	list_for_each_entry(queue, &limiter->queues, entry)
		ipst_qos_queue_drain(queue, true, now_ns);
	limiter->node.parent = group ? &group->node : NULL;
	WRITE_ONCE(limiter->tree, to);
	spin_unlock(&to->lock);
	ipst_tree_unlock(from);
}

/* Makes a device a member of @group, to which the caller gives a pin, or NULL. */
static void ipst_limiter_join(struct ipst_limiter *limiter,
			      struct ipst_group *group)
{
	struct ipst_group *old = limiter->group;

	lockdep_assert_held(&ipst_limits_lock);
	if (group != old)
		ipst_limiter_move(limiter, group);
	if (old) {
		list_del(&limiter->entry);
		ipst_group_unpin(old);
	}
	if (group)
		list_add_tail(&limiter->entry, &group->members);
	limiter->group = group;
}

/* Fills in those of @change that it names. */
static void ipst_limits_merge(struct ipst_qos_limits *limits,
			      const struct ipst_limits_change *change)
{
	enum ipst_qos_share share;
	int unit;

	for (share = 0; share < IPST_QOS_NUM_SHARES; share++)
		for (unit = 0; unit < IPST_QOS_NUM_UNITS; unit++)
			if (change->has_rate[share][unit])
				limits->rate[share][unit] =
					change->limits.rate[share][unit];
	if (change->limits.burst_ms)
		limits->burst_ms = change->limits.burst_ms;
}

static void ipst_tree_change(struct ipst_tree *tree, struct ipst_qos_node *node,
			     const struct ipst_limits_change *change)
{
	struct ipst_qos_limits limits;
	u64 now_ns = ktime_get_ns();

	lockdep_assert_held(&tree->lock);
	ipst_qos_node_get_limits(node, &limits);
	ipst_limits_merge(&limits, change);
	if (change->weight)
		node->weight = change->weight;
	ipst_qos_node_set_limits(node, &limits, now_ns);
	ipst_tree_run(tree, now_ns);
}

/**
 * ipst_device_change_limits() - change limits, group and weight of a device
 * @dev: device that cannot be removed just now
 * @change: what; if there is a group in it, it comes with a pin for us
 *
 * Context: process.
 */
void ipst_device_change_limits(struct ipst_device *dev,
			       const struct ipst_limits_change *change)
{
	struct ipst_limiter *limiter = dev->limiter;
	struct ipst_tree *tree;

	guard(mutex)(&ipst_limits_lock);
	if (change->has_group)
		ipst_limiter_join(limiter, change->group);
	tree = ipst_limiter_lock(limiter);
	ipst_tree_change(tree, &limiter->node, change);
	ipst_tree_unlock(tree);
	ipst_limiter_update(limiter);
}

/**
 * ipst_group_change_limits() - change limits of a group
 * @group: group
 * @change: what
 *
 * Context: process.
 */
void ipst_group_change_limits(struct ipst_group *group,
			      const struct ipst_limits_change *change)
{
	guard(mutex)(&ipst_limits_lock);
	spin_lock_bh(&group->tree.lock);
	ipst_tree_change(&group->tree, &group->node, change);
	spin_unlock_bh(&group->tree.lock);
	ipst_group_update(group);
}

/**
 * ipst_device_get_limits() - what limits a device
 * @dev: device
 * @limits: filled in
 * @weight: set
 * @group: set to the name of its group, IPST_NAME_LEN bytes; empty if none
 *
 * Context: process.
 */
void ipst_device_get_limits(struct ipst_device *dev,
			    struct ipst_qos_limits *limits, u32 *weight,
			    char *group)
{
	struct ipst_limiter *limiter = dev->limiter;

	guard(mutex)(&ipst_limits_lock);
	ipst_qos_node_get_limits(&limiter->node, limits);
	*weight = limiter->node.weight;
	strscpy(group, limiter->group ? ipst_group_name(limiter->group) : "",
		IPST_NAME_LEN);
}

void ipst_group_get_limits(struct ipst_group *group,
			   struct ipst_qos_limits *limits)
{
	guard(mutex)(&ipst_limits_lock);
	ipst_qos_node_get_limits(&group->node, limits);
}

/**
 * ipst_limiter_create() - a device's part of admission
 * @dev: new device
 *
 * Context: process.
 * Return: 0 with &ipst_device.limiter set, or -ENOMEM.
 */
int ipst_limiter_create(struct ipst_device *dev)
{
	struct ipst_limiter *limiter = kzalloc(sizeof(*limiter), GFP_KERNEL);

	if (!limiter)
		return -ENOMEM;
	limiter->dev = dev;
	INIT_LIST_HEAD(&limiter->queues);
	ipst_qos_node_init(&limiter->node, NULL);
	ipst_tree_init(&limiter->own, &limiter->node);
	limiter->tree = &limiter->own;
	INIT_DELAYED_WORK(&limiter->event_work, ipst_limiter_event_work);
	dev->limiter = limiter;
	return 0;
}

/* The device is going, has no queues, and nobody finds it any more. */
void ipst_limiter_leave(struct ipst_limiter *limiter)
{
	cancel_delayed_work_sync(&limiter->event_work);
	guard(mutex)(&ipst_limits_lock);
	if (limiter->group)
		ipst_limiter_join(limiter, NULL);
}

void ipst_limiter_destroy(struct ipst_limiter *limiter)
{
	if (!limiter)
		return;
	ipst_tree_exit(&limiter->own);
	kfree(limiter);
}
