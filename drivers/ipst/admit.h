/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Admission, the part of ipst.h about limits: a front end asks before it submits
 * the first command of a request.
 */
#ifndef _IPST_ADMIT_H
#define _IPST_ADMIT_H

#include "ipst.h"
#include "qos.h"

/**
 * struct ipst_qos_queue - a queue whose requests may have to wait
 * @node: where they do; under the lock of the device's tree, like all below
 * @dev: whose it is
 * @entry: on the list of the device's queues
 * @open: requests have to wait; else they are only counted
 * @parked: see &struct ipst_queue_stats
 * @throttled: likewise
 * @throttled_ns: likewise
 */
struct ipst_qos_queue {
	struct ipst_qos_node node;
	struct ipst_device *dev;
	struct list_head entry;
	bool open;
	u32 parked;
	u64 throttled;
	u64 throttled_ns;
};

/* admit.c */
void ipst_qos_queue_init(struct ipst_qos_queue *queue, struct ipst_device *dev);
void ipst_qos_queue_exit(struct ipst_qos_queue *queue);
void ipst_qos_queue_open(struct ipst_qos_queue *queue);
void ipst_qos_queue_close(struct ipst_qos_queue *queue, bool pay);
bool ipst_qos_queue_admit(struct ipst_qos_queue *queue,
			  struct ipst_qos_req *req);

/**
 * ipst_qos_queue_is_limited() - is there any limit?
 * @queue: queue
 *
 * Return: true if requests have to ask ipst_qos_queue_admit().
 */
static inline bool
ipst_qos_queue_is_limited(const struct ipst_qos_queue *queue)
{
	return READ_ONCE(queue->dev->limited);
}

#endif /* _IPST_ADMIT_H */
