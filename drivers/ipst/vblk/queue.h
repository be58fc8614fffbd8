/* SPDX-License-Identifier: GPL-2.0 */
/* A virtqueue, its worker and its requests: the data path's header. */
#ifndef _IPST_VBLK_QUEUE_H
#define _IPST_VBLK_QUEUE_H

#include <linux/llist.h>
#include <linux/mempool.h>
#include <linux/scatterlist.h>
#include <linux/vdpa.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../admit.h"
#include "../ipst.h"
#include "iotlb.h"
#include "vring.h"

struct vblk_disk;
struct vblk_queue;

#define VBLK_MAX_NLB		65536U	/* NLB is a 0's based 16-bit field */
#define VBLK_MAX_SEGS		126	/* of data; a table is one 4 KiB page */
#define VBLK_INLINE_SEGS	8
#define VBLK_MAX_RANGES		NVME_DSM_MAX_RANGES
#define VBLK_BOUNCE_ORDER	3
#define VBLK_BOUNCE_BYTES	(PAGE_SIZE << VBLK_BOUNCE_ORDER)

/* Lookups that are likely to be near each other. */
enum vblk_hits {
	VBLK_HIT_TABLE,		/* indirect tables */
	VBLK_HIT_HEADER,	/* and the status, for drivers keep them together */
	VBLK_HIT_DATA,		/* by the worker, like those before */
	VBLK_HIT_MORE,		/* data, by &vblk_queue.more_work */
	VBLK_NUM_HITS,
};

/**
 * struct vblk_cursor - a position in a list of buffers
 * @iov: current buffer
 * @num_iov: buffers from there on
 * @offset_bytes: into the current one
 */
struct vblk_cursor {
	const struct vblk_iov *iov;
	u16 num_iov;
	u32 offset_bytes;
};

/**
 * struct vblk_segs - room for a request that has many segments, or ranges
 * @iov: copy of the buffers, since the worker's chain is used for the next one
 * @sg: where they are in memory
 * @range: what to discard, make zero or erase
 * @bounce: describes @bounce_page, or @range
 * @bounce_page: stands in for buffers that the backend could not address, or
 *	NULL
 */
struct vblk_segs {
	union {
		struct {
			struct vblk_iov iov[VBLK_MAX_SEGS];
			struct scatterlist sg[VBLK_MAX_SEGS];
		};
		struct nvme_dsm_range range[VBLK_MAX_RANGES];
	};
	struct scatterlist bounce;
	struct page *bounce_page;
};

/**
 * struct vblk_req - one virtio-blk request
 * @req: the NVMe command that does (the next part of) it
 * @qos: what it counts as at limits
 * @node: on &vblk_queue.freed or &vblk_queue.more
 * @queue: where it came from
 * @status: address of the status byte
 * @srcu_idx: keeps all memory of the request, until it is completed
 * @id: names its chain
 * @op: what it asks for
 * @bytes: how much of it, data or ranges
 * @start_ns: when the batch began that fetched it
 * @room_bytes: writable bytes before the status
 * @written_bytes: how many of them are written if all goes well
 * @left: data that no command has covered yet
 * @left_bytes: its length
 * @lba: where it goes
 * @range: next of the ranges that no command has covered yet
 * @left_ranges: how many there are
 * @num_ranges: how many there were
 * @sync: a Flush has to follow, since the driver will not ask for one
 * @admitted: it has been through admission, or is waiting there
 * @held: it was waiting; its first command is still to be sent
 * @segs: extra room, or NULL
 * @sg: room that does for most
 */
struct vblk_req {
	struct ipst_req req;
	struct ipst_qos_req qos;
	struct llist_node node;
	struct vblk_queue *queue;
	u8 *status;
	int srcu_idx;
	u16 id;
	enum ipst_op op;
	u64 bytes;
	u64 start_ns;
	u64 room_bytes;
	u32 written_bytes;
	struct vblk_cursor left;
	u32 left_bytes;
	u64 lba;
	struct nvme_dsm_range *range;
	u16 left_ranges;
	u16 num_ranges;
	bool sync;
	bool admitted;
	bool held;
	struct vblk_segs *segs;
	struct scatterlist sg[VBLK_INLINE_SEGS];
};

/**
 * struct vblk_queue - one virtqueue, its worker and its requests
 * @disk: whose it is
 * @index: which of them
 * @cpu: where @work runs
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
 * @bounce_pool: of pages for &vblk_segs.bounce_page
 * @worker: the task running @work, to see who completes a request
 * @signal: the worker owes the driver a look at whether to interrupt it
 * @signal_later: so does @more_work; under @lock
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
	mempool_t *bounce_pool;
	struct task_struct *worker;
	bool signal;
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

/* blk.c */
u64 vblk_cursor_bytes(const struct vblk_cursor *cur);
int vblk_cursor_read(struct vblk_cursor *cur, struct vblk_queue *vq, void *buf,
		     u32 len_bytes);
void vblk_req_init_cmd(struct vblk_req *req, u8 opcode);
int vblk_req_start(struct vblk_req *req, struct vblk_chain *chain);
void vblk_req_submit(struct vblk_req *req);
void vblk_req_continue(struct vblk_req *req);
void vblk_req_end(struct vblk_req *req, u8 vstatus);
void vblk_req_admitted(struct ipst_qos_req *qos);
void vblk_req_done(struct ipst_req *req);

/* range.c */
u8 vblk_req_start_ranges(struct vblk_req *req, u32 type,
			 struct vblk_cursor *data);
void vblk_req_continue_ranges(struct vblk_req *req);

#endif /* _IPST_VBLK_QUEUE_H */
