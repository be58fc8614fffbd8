/* SPDX-License-Identifier: GPL-2.0 */
/* A virtqueue and its worker. */
#ifndef _IPST_VBLK_QUEUE_H
#define _IPST_VBLK_QUEUE_H

#include <linux/llist.h>
#include <linux/mempool.h>
#include <linux/vdpa.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../admit.h"
#include "../ipst.h"
#include "iotlb.h"
#include "req.h"
#include "vring.h"

struct vblk_disk;

/* Lookups that are likely to be near each other. */
enum vblk_hits {
	VBLK_HIT_TABLE,		/* indirect tables */
	VBLK_HIT_HEADER,	/* and the status, for drivers keep them together */
	VBLK_HIT_DATA,		/* by the worker, like those before */
	VBLK_HIT_MORE,		/* data, by &vblk_queue.more_work */
	VBLK_NUM_HITS,
};

/**
 * struct vblk_queue - one virtqueue, its worker and its requests
 * @disk: whose it is
 * @index: which of them
 * @cpu: where @work runs, and @more_work,
 * @deep_cpu: but @work here, if many requests are in flight
 * @work_cpu: which of both is next
 * @depth: how many have been in flight, lately; the worker's
 * @work: the worker; disabled unless @running
 * @kicks: see &struct ipst_queue_stats. Several CPUs may kick at once: atomic, and
 *	beside @work, which each of them writes to as well
 * @running: requests are fetched; changed under &vblk_disk.lock
 * @ready: the driver set it ready; under &vblk_disk.lock
 * @placed: the driver said where it is; under &vblk_disk.lock
 * @addr: driver's addresses of the ring's parts; under &vblk_disk.lock and
 *	constant while @running, like @ring's size, format and options
 * @broken: the ring makes no sense; until reset
 * @ring: consumer's side of the worker, producer's side under @lock
 * @window: the ring's memory; replaced by the worker, under @lock
 * @found: @window is where the ring is, by @addr and by
 * @tlb_seq: &vblk_iotlb.seq of then
 * @chain: the worker's, for the chain at hand
 * @hit: by enum vblk_hits
 * @qos: admission of requests
 * @nvme: where requests go, NULL if the subsystem was pulled; constant while
 *	@running
 * @reqs: all requests, one for each tag
 * @free: those at the worker's hand
 * @freed: those given back by completions
 * @more: those of which a part is done, or that were held back
 * @more_work: sends their next parts, and signals late. Not the job of @work,
 *	which may be waiting for what they hold.
 * @segs_pool: of struct vblk_segs
 * @spare_segs: those used last
 * @bounce_pool: of pages for &vblk_segs.bounce_page
 * @worker: the task running @work, to see who completes a request
 * @signal: the worker owes the driver a look at whether to interrupt it
 * @signal_later: so does @more_work; under @lock
 * @gap_ns: how long it takes until there is more work, on average; the worker's
 * @idle_ns: when it last ran out of work; likewise
 * @runs: see &struct ipst_queue_stats; the worker's, like the next three
 * @poll_hits: likewise
 * @poll_misses: likewise
 * @ring_errors: likewise
 * @signals: likewise; under @cb_lock
 * @lock: guards the used ring and @op_stats; taken with interrupts off
 * @op_stats: see &struct ipst_queue_stats. A completion has @lock and its cache
 *	line anyway, so counters for each CPU would cost more than these do.
 * @inflight: requests fetched and not completed
 * @wait: for @inflight to become 0
 * @cb_lock: guards @cb, and is held across the callback, so that the driver's
 *	side can be sure of having seen its last
 * @cb: the driver's interrupt
 * @hist: latency of requests by kind; under @lock. At the end, as it is large and
 *	of it a queue uses but a few lines.
 */
struct vblk_queue {
	struct vblk_disk *disk;
	unsigned int index;
	int cpu;
	int deep_cpu;
	int work_cpu;
	unsigned int depth;
	struct work_struct work;
	atomic64_t kicks;
	bool running;
	bool ready;
	bool placed;
	u64 addr[VBLK_NUM_AREAS];
	bool broken;

	struct vblk_ring ring;
	struct vblk_window window[VBLK_NUM_AREAS];
	bool found;
	u64 tlb_seq;
	struct vblk_chain *chain;
	struct vblk_hit hit[VBLK_NUM_HITS];
	struct ipst_qos_queue qos;
	struct ipst_queue *nvme;

	struct vblk_req *reqs;
	struct llist_node *free;
	struct llist_head freed;
	struct llist_head more;
	struct work_struct more_work;
	mempool_t *segs_pool;
	struct vblk_segs *spare_segs[VBLK_SPARE_SEGS];
	mempool_t *bounce_pool;
	struct task_struct *worker;
	bool signal;
	u64 gap_ns;
	u64 idle_ns;
	u64 runs;
	u64 poll_hits;
	u64 poll_misses;
	u64 ring_errors;

	/* used ring */
	spinlock_t lock ____cacheline_aligned_in_smp;
	struct ipst_op_stats op_stats[IPST_NUM_OPS];
	bool signal_later;
	atomic_t inflight;
	wait_queue_head_t wait;
	spinlock_t cb_lock;	/* cb, and its callback */
	struct vdpa_callback cb;
	u64 signals;
	struct ipst_hist hist[IPST_NUM_OPS];
};

/* queue.c */
extern struct workqueue_struct *vblk_queue_wq;
extern struct workqueue_struct *vblk_more_wq;
int vblk_queue_init(struct vblk_queue *vq, struct vblk_disk *disk,
		    unsigned int index);
void vblk_queue_exit(struct vblk_queue *vq);
void vblk_queue_start(struct vblk_queue *vq);
int vblk_queue_stop(struct vblk_queue *vq, unsigned int state);
void vblk_queue_reset(struct vblk_queue *vq);
void vblk_queue_kick(struct vblk_queue *vq);
void vblk_queue_complete(struct vblk_queue *vq, struct vblk_req *req,
			 u8 vstatus);
void vblk_queue_more(struct vblk_queue *vq, struct vblk_req *req);
void vblk_queue_add_stats(const struct vblk_queue *vq,
			  struct ipst_queue_stats *stats);
void vblk_queue_add_hist(struct vblk_queue *vq, enum ipst_op op,
			 struct ipst_hist *hist);
void vblk_queue_reset_hist(struct vblk_queue *vq);

#endif /* _IPST_VBLK_QUEUE_H */
