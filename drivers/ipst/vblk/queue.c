// SPDX-License-Identifier: GPL-2.0
/*
 * A virtqueue at work: kick -> worker -> fetch -> blk.c -> ... -> complete.
 *
 * The worker is a work item on a bound workqueue: the queues of many devices
 * share one thread for each CPU, and one that sleeps in submission only costs
 * itself. Requests are preallocated, as many as the ring has entries.
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/log2.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/vhost_types.h>

#include "vblk.h"
#include "trace.h"

#define VBLK_BATCH	64	/* requests under one plug */
#define VBLK_ROUNDS	8	/* batches before other queues get their turn */
#define VBLK_MIN_SEGS	4	/* large requests that need no memory */
#define VBLK_GAP_WEIGHT	8	/* of what was, against a new gap */
#define VBLK_RETRY_MS	10	/* after a lack of memory */
#define VBLK_DEEP	2	/* requests in flight, see vblk_queue_choose_cpu() */
#define VBLK_DEPTH_WEIGHT 8	/* of what was, against a smaller depth */

struct workqueue_struct *vblk_queue_wq;
struct workqueue_struct *vblk_more_wq;

/* The callback of a local disk takes locks of the block layer, others do not. */
static struct lock_class_key vblk_local_cb_key;

/* This CPU is in a callback, with interrupts off. */
static DEFINE_PER_CPU(bool, vblk_signalling);

/**
 * vblk_queue_kick() - there is something to do
 * @vq: queue; nothing happens unless it is running
 *
 * Context: any. It comes from within an eventfd's wake-up, with its lock held
 * and interrupts off, so there is nothing more here than this.
 */
void vblk_queue_kick(struct vblk_queue *vq)
{
	queue_work_on(READ_ONCE(vq->work_cpu), vblk_queue_wq, &vq->work);
}

static void vblk_queue_signal(struct vblk_queue *vq)
{
	unsigned long flags;

	spin_lock_irqsave(&vq->cb_lock, flags);
	__this_cpu_write(vblk_signalling, true);
	if (vq->cb.callback) {
		vq->cb.callback(vq->cb.private);
		vq->signals++;
	}
	__this_cpu_write(vblk_signalling, false);
	spin_unlock_irqrestore(&vq->cb_lock, flags);
}

/* Signals, if the driver has asked for that. */
static void vblk_queue_look(struct vblk_queue *vq)
{
	bool signal;

	spin_lock_irq(&vq->lock);
	vq->signal_later = false;
	signal = vblk_ring_should_signal(&vq->ring);
	spin_unlock_irq(&vq->lock);
	if (signal)
		vblk_queue_signal(vq);
}

/*
 * The callback of a local disk ends requests of the block layer on the spot. What
 * that takes is held already, though of another device, if the backend ends a
 * flush, or is a disk of ours that is in its own callback.
 */
static bool vblk_req_is_nested(const struct vblk_req *req)
{
	return this_cpu_read(vblk_signalling) ||
	       (req->queue->disk->owner->local &&
		req->req.cmd.common.opcode == nvme_cmd_flush);
}

/*
 * From fetch to completion the pages that a request has found stay. The
 * section ends in another context than it began: sparse cannot follow.
 */
static void vblk_req_hold_memory(struct vblk_req *req)
{
	req->srcu_idx = srcu_down_read(&req->queue->disk->tlb.srcu);
	__release(&req->queue->disk->tlb.srcu);
}

static void vblk_req_release_memory(struct vblk_req *req)
{
	__acquire(&req->queue->disk->tlb.srcu);
	srcu_up_read(&req->queue->disk->tlb.srcu, req->srcu_idx);
}

static void vblk_queue_count(struct vblk_queue *vq, const struct vblk_req *req,
			     bool ok, u64 ns)
{
	struct ipst_op_stats *stats = &vq->op_stats[req->op];

	lockdep_assert_held(&vq->lock);
	stats->count++;
	stats->ns += ns;
	vq->hist[req->op].bucket[ilog2(ns | 1)]++;
	if (ok)
		stats->bytes += req->bytes;
	else
		stats->errors++;
}

/**
 * vblk_queue_add_stats() - what a queue has done
 * @vq: queue
 * @stats: grow by it
 *
 * Context: any; takes no lock, so counts may be apart by what is just ending.
 */
void vblk_queue_add_stats(const struct vblk_queue *vq,
			  struct ipst_queue_stats *stats)
{
	int op;

	for (op = 0; op < IPST_NUM_OPS; op++) {
		stats->op[op].count += READ_ONCE(vq->op_stats[op].count);
		stats->op[op].errors += READ_ONCE(vq->op_stats[op].errors);
		stats->op[op].bytes += READ_ONCE(vq->op_stats[op].bytes);
		stats->op[op].ns += READ_ONCE(vq->op_stats[op].ns);
	}
	stats->runs += READ_ONCE(vq->runs);
	stats->signals += READ_ONCE(vq->signals);
	stats->kicks += atomic64_read(&vq->kicks);
	stats->poll_hits += READ_ONCE(vq->poll_hits);
	stats->poll_misses += READ_ONCE(vq->poll_misses);
	stats->ring_errors += READ_ONCE(vq->ring_errors);
	stats->in_flight += atomic_read(&vq->inflight);
	stats->parked += READ_ONCE(vq->qos.parked);
	stats->throttled += READ_ONCE(vq->qos.throttled);
	stats->throttled_ns += READ_ONCE(vq->qos.throttled_ns);
}

/**
 * vblk_queue_add_hist() - how long requests of a queue have taken
 * @vq: queue
 * @op: those of this kind
 * @hist: grow by it
 *
 * Context: any; takes &vblk_queue.lock.
 */
void vblk_queue_add_hist(struct vblk_queue *vq, enum ipst_op op,
			 struct ipst_hist *hist)
{
	unsigned long flags;
	int i;

	spin_lock_irqsave(&vq->lock, flags);
	for (i = 0; i < IPST_HIST_BUCKETS; i++)
		hist->bucket[i] += vq->hist[op].bucket[i];
	spin_unlock_irqrestore(&vq->lock, flags);
}

/**
 * vblk_queue_reset_hist() - empty all histograms of a queue
 * @vq: queue
 *
 * Context: any; takes &vblk_queue.lock.
 */
void vblk_queue_reset_hist(struct vblk_queue *vq)
{
	unsigned long flags;

	spin_lock_irqsave(&vq->lock, flags);
	memset(vq->hist, 0, sizeof(vq->hist));
	spin_unlock_irqrestore(&vq->lock, flags);
}

/**
 * vblk_queue_complete() - give a request back to the driver
 * @vq: queue
 * @req: request; not the caller's any more
 * @vstatus: VIRTIO_BLK_S_*
 *
 * Context: any. What completes within the worker is signalled by the worker at
 * the end of its batch, what is nested in another completion by more_work.
 */
void vblk_queue_complete(struct vblk_queue *vq, struct vblk_req *req,
			 u8 vstatus)
{
	u64 ns = ktime_get_ns() - req->start_ns;
	bool ok = vstatus == VIRTIO_BLK_S_OK;
	u32 written_bytes = ok ? req->written_bytes : 0;
	bool signal = false, later = vblk_req_is_nested(req);
	u16 id = req->id;
	unsigned long flags;

	trace_vblk_complete(req, vstatus, ns);
	WRITE_ONCE(*req->status, vstatus);
	/*
	 * virtio 1.3, 2.7.8.2: what is reported was written from the first
	 * byte on. So the status, which is the last, counts if all before do.
	 */
	if (written_bytes == req->room_bytes)
		written_bytes++;
	vblk_req_release_memory(req);

	spin_lock_irqsave(&vq->lock, flags);
	vblk_queue_count(vq, req, ok, ns);
	/*
	 * Before the chain is given back: so there is a free request for every
	 * chain that the driver can make available.
	 */
	llist_add(&req->node, &vq->freed);
	vblk_ring_push(&vq->ring, id, written_bytes);
	if (READ_ONCE(vq->worker) == current && !in_interrupt()) {
		vq->signal = true;
		later = false;
	} else if (later) {
		vq->signal_later = true;
	} else {
		signal = vblk_ring_should_signal(&vq->ring);
	}
	spin_unlock_irqrestore(&vq->lock, flags);

	if (signal)
		vblk_queue_signal(vq);
	if (later)
		queue_work_on(vq->cpu, vblk_more_wq, &vq->more_work);
	if (atomic_dec_and_test(&vq->inflight) && wq_has_sleeper(&vq->wait))
		wake_up(&vq->wait);
}

/* The worker's own completions, all together. */
static void vblk_queue_signal_batch(struct vblk_queue *vq)
{
	if (!vq->signal)
		return;
	vq->signal = false;
	vblk_queue_look(vq);
}

/**
 * vblk_queue_more() - have the next part of a request sent
 * @vq: queue
 * @req: request of which a command has completed
 *
 * Context: any; also while the queue is being stopped.
 */
void vblk_queue_more(struct vblk_queue *vq, struct vblk_req *req)
{
	llist_add(&req->node, &vq->more);
	queue_work_on(vq->cpu, vblk_more_wq, &vq->more_work);
}

static void vblk_queue_more_work(struct work_struct *work)
{
	struct vblk_queue *vq = container_of(work, struct vblk_queue, more_work);
	unsigned int noio = memalloc_noio_save();
	struct vblk_req *req, *next;
	struct blk_plug plug;

	blk_start_plug(&plug);
	llist_for_each_entry_safe(req, next, llist_del_all(&vq->more), node)
		vblk_req_continue(req);
	blk_finish_plug(&plug);
	memalloc_noio_restore(noio);
	if (READ_ONCE(vq->signal_later))
		vblk_queue_look(vq);
}

/* What was used last is used first: it is still in the CPU's cache. */
static void vblk_queue_take_freed(struct vblk_queue *vq)
{
	struct llist_node *last, *freed;

	if (llist_empty(&vq->freed))
		return;
	freed = llist_del_all(&vq->freed);
	for (last = freed; last->next; last = last->next)
		;
	last->next = vq->free;
	vq->free = freed;
}

static struct vblk_req *vblk_queue_get_req(struct vblk_queue *vq)
{
	struct vblk_req *req;

	if (!vq->free)
		vblk_queue_take_freed(vq);
	if (WARN_ON_ONCE(!vq->free))
		return NULL;
	req = llist_entry(vq->free, struct vblk_req, node);
	vq->free = vq->free->next;
	return req;
}

static void vblk_queue_put_req(struct vblk_queue *vq, struct vblk_req *req)
{
	req->node.next = vq->free;
	vq->free = &req->node;
}

/* The ring makes no sense: stop here, and tell the driver to reset. */
static void vblk_queue_break(struct vblk_queue *vq, int error)
{
	struct vblk_disk *disk = vq->disk;

	trace_vblk_broken(vq, error);
	vq->ring_errors++;
	WRITE_ONCE(vq->broken, true);
	WRITE_ONCE(disk->needs_reset, true);
	vblk_disk_config_changed(disk);
	ipst_event_state(&disk->owner->dev);
}

/*
 * Fetches and starts one request, which waits since @now_ns: 1, 0 if there is
 * none, or an errno.
 */
static int vblk_queue_fetch(struct vblk_queue *vq, u64 now_ns)
{
	struct vblk_req *req;
	int ret;

	ret = vblk_ring_fetch(&vq->ring, vq->chain);
	if (ret <= 0)
		return ret;
	req = vblk_queue_get_req(vq);
	if (!req)
		return -EINVAL;

	atomic_inc(&vq->inflight);
	vblk_req_hold_memory(req);
	req->id = vq->chain->id;
	req->start_ns = now_ns;
	ret = vblk_req_start(req, vq->chain);
	if (!ret)
		return 1;

	vblk_req_release_memory(req);
	vblk_queue_put_req(vq, req);
	atomic_dec(&vq->inflight);
	return ret;
}

/* One plug's worth of requests; true if the batch was full. */
static bool vblk_queue_run_batch(struct vblk_queue *vq)
{
	u64 now_ns = ktime_get_ns();
	struct blk_plug plug;
	int i, ret = 1;

	vblk_queue_take_freed(vq);
	blk_start_plug(&plug);
	for (i = 0; i < VBLK_BATCH && ret > 0 && READ_ONCE(vq->running); i++)
		ret = vblk_queue_fetch(vq, now_ns);
	blk_finish_plug(&plug);

	vblk_queue_signal_batch(vq);
	if (ret < 0)
		vblk_queue_break(vq, ret);
	return ret > 0;
}

static u64 vblk_queue_poll_most_ns(const struct vblk_queue *vq)
{
	return READ_ONCE(vq->disk->owner->dev.busy_poll_us) * (u64)NSEC_PER_USEC;
}

/* There is no more work, from now until vblk_queue_end_gap(). */
static void vblk_queue_begin_gap(struct vblk_queue *vq)
{
	vq->idle_ns = vblk_queue_poll_most_ns(vq) ? local_clock() : 0;
}

/*
 * Has the gap counted in a moving average. A long one counts for no more than what
 * ends polling, so that a pause does not hide for long that requests have begun to
 * come quickly again.
 */
static void vblk_queue_end_gap(struct vblk_queue *vq)
{
	u64 gap_ns, most_ns = vblk_queue_poll_most_ns(vq);

	if (!most_ns || !vq->idle_ns)
		return;
	gap_ns = min(local_clock() - vq->idle_ns, 2 * most_ns);
	vq->gap_ns += (s64)(gap_ns - vq->gap_ns) / VBLK_GAP_WEIGHT;
	vq->idle_ns = 0;
}

/*
 * Looks for work a little longer, if so configured, and if it is likely to come
 * within that time; true if some came.
 */
static bool vblk_queue_poll(struct vblk_queue *vq)
{
	u64 end_ns, most_ns = vblk_queue_poll_most_ns(vq);

	if (!most_ns || vq->gap_ns > most_ns)
		return false;
	end_ns = vq->idle_ns + min(most_ns, 2 * vq->gap_ns + NSEC_PER_USEC);
	do {
		if (vblk_ring_has_more(&vq->ring)) {
			vq->poll_hits++;
			return true;
		}
		cpu_relax();
	} while (!need_resched() && local_clock() < end_ns);
	vq->poll_misses++;
	return false;
}

/* Runs until idle, or for long enough; true if there is more to do. */
static bool vblk_queue_run(struct vblk_queue *vq)
{
	int round;

	vq->runs++;
	vblk_queue_end_gap(vq);
	vblk_ring_disable_kicks(&vq->ring);
	for (round = 0; round < VBLK_ROUNDS; round++) {
		cond_resched();
		if (vblk_queue_run_batch(vq))
			continue;
		/* One that is being stopped starts with a look at the ring. */
		if (vq->broken || !READ_ONCE(vq->running))
			return false;
		vblk_queue_begin_gap(vq);
		if (vblk_queue_poll(vq)) {
			vblk_queue_end_gap(vq);
			continue;
		}
		if (!vblk_ring_enable_kicks(&vq->ring))
			return false;
		vblk_ring_disable_kicks(&vq->ring);
	}
	return true;
}

static void vblk_queue_close_windows(struct vblk_window *window)
{
	int i;

	for (i = 0; i < VBLK_NUM_AREAS; i++)
		vblk_window_close(&window[i]);
}

static int vblk_queue_open_windows(struct vblk_queue *vq,
				   struct vblk_window *window)
{
	const u32 perm[] = {
		[VBLK_AREA_DESC]   = vq->ring.packed ? VHOST_ACCESS_RW :
						       VHOST_ACCESS_RO,
		[VBLK_AREA_DRIVER] = VHOST_ACCESS_RO,
		[VBLK_AREA_DEVICE] = VHOST_ACCESS_WO,
	};
	int i, ret;

	for (i = 0; i < VBLK_NUM_AREAS; i++) {
		ret = vblk_window_open(&window[i], &vq->disk->tlb, vq->addr[i],
				       vblk_ring_area_bytes(&vq->ring, i),
				       perm[i]);
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * Finds the ring in memory, at the first run and whenever the mappings have
 * changed since: a ring that was mapped anew may lie in other pages.
 */
static int vblk_queue_find_ring(struct vblk_queue *vq)
{
	u64 seq = atomic64_read_acquire(&vq->disk->tlb.seq);
	struct vblk_window window[VBLK_NUM_AREAS] = {};
	int i, ret;

	if (vq->found && seq == vq->tlb_seq)
		return 0;

	ret = vblk_queue_open_windows(vq, window);
	if (ret) {
		vblk_queue_close_windows(window);
		return ret;
	}

	spin_lock_irq(&vq->lock);
	for (i = 0; i < VBLK_NUM_AREAS; i++) {
		swap(vq->window[i], window[i]);
		vq->ring.area[i] = vq->window[i].addr;
	}
	spin_unlock_irq(&vq->lock);

	vq->found = true;
	vq->tlb_seq = seq;
	vblk_queue_close_windows(window);
	return 0;
}

/*
 * One request leaves at once, and costs least, from the CPU on which the backend
 * does its own work; many leave together, and cost less, from another one. (So
 * does nvme-tcp: it sends within submission on its io_cpu, each command by itself.)
 */
static void vblk_queue_choose_cpu(struct vblk_queue *vq)
{
	unsigned int depth = atomic_read(&vq->inflight);

	if (vq->deep_cpu == vq->cpu)
		return;
	vq->depth = max(depth, vq->depth - DIV_ROUND_UP(vq->depth,
							VBLK_DEPTH_WEIGHT));
	WRITE_ONCE(vq->work_cpu, vq->depth < VBLK_DEEP ? vq->cpu : vq->deep_cpu);
}

static void vblk_queue_work(struct work_struct *work)
{
	struct vblk_queue *vq = container_of(work, struct vblk_queue, work);
	struct vblk_iotlb *tlb = &vq->disk->tlb;
	unsigned int noio;
	bool more = false;
	int idx, ret;

	if (vq->broken)
		return;

	/* Reclaim must not wait for a disk that we are about to serve. */
	noio = memalloc_noio_save();
	WRITE_ONCE(vq->worker, current);
	idx = srcu_read_lock(&tlb->srcu);
	ret = vblk_queue_find_ring(vq);
	if (!ret)
		more = vblk_queue_run(vq);
	else if (ret != -ENOMEM)
		vblk_queue_break(vq, ret);
	vblk_queue_choose_cpu(vq);
	srcu_read_unlock(&tlb->srcu, idx);
	WRITE_ONCE(vq->worker, NULL);
	memalloc_noio_restore(noio);

	/* Short of memory is not broken: try again, but leave others room. */
	if (ret == -ENOMEM)
		msleep(VBLK_RETRY_MS);
	if (more || ret == -ENOMEM)
		vblk_queue_kick(vq);
}

/* Who waits for its last requests, to leave, is not to wait for limits. */
static void vblk_queue_run_on(struct vblk_queue *vq)
{
	if (!vq->disk->leaving)
		ipst_qos_queue_open(&vq->qos);
	WRITE_ONCE(vq->running, true);
	enable_work(&vq->work);
}

/**
 * vblk_queue_start() - let a queue run
 * @vq: stopped queue
 *
 * Context: process, under &vblk_disk.lock.
 */
void vblk_queue_start(struct vblk_queue *vq)
{
	struct vblk_disk *disk = vq->disk;
	struct ipst_ctrl *ctrl = disk->owner->dev.ctrl;
	unsigned int i;

	lockdep_assert_held(&disk->lock);
	vq->nvme = ctrl ? ipst_ctrl_queue(ctrl, vq->index) : NULL;
	for (i = 0; i < disk->owner->dev.queue_size; i++)
		vq->reqs[i].req.queue = vq->nvme;

	vq->ring.indirect = vblk_disk_has_feature(disk,
						  VIRTIO_RING_F_INDIRECT_DESC);
	vq->ring.event_idx = vblk_disk_has_feature(disk,
						   VIRTIO_RING_F_EVENT_IDX);
	if (!vblk_ring_is_valid(&vq->ring))
		vblk_queue_break(vq, -EINVAL);
	vblk_queue_run_on(vq);
	/* Whatever was made available before counts as kicked. */
	vblk_queue_kick(vq);
}

/**
 * vblk_queue_stop() - stop fetching, and wait for what is in flight
 * @vq: running queue
 * @state: in which to wait: TASK_UNINTERRUPTIBLE or TASK_KILLABLE
 *
 * Context: process, under &vblk_disk.lock; waits for the backend.
 * Return: 0, or -EINTR if the waiting task is being killed: the queue runs on.
 */
int vblk_queue_stop(struct vblk_queue *vq, unsigned int state)
{
	lockdep_assert_held(&vq->disk->lock);
	/* Now, so that the worker leaves what it has not fetched. */
	WRITE_ONCE(vq->running, false);
	ipst_qos_queue_close(&vq->qos, !atomic_read(&vq->disk->cutting));
	disable_work_sync(&vq->work);
	if (wait_event_state(vq->wait, !atomic_read(&vq->inflight), state)) {
		vblk_queue_run_on(vq);
		vblk_queue_kick(vq);
		return -EINTR;
	}
	/* It may not have returned yet, or owe the driver an interrupt. */
	flush_work(&vq->more_work);
	return 0;
}

/**
 * vblk_queue_reset() - forget what the driver has set up
 * @vq: stopped queue
 *
 * Context: process, under &vblk_disk.lock.
 */
void vblk_queue_reset(struct vblk_queue *vq)
{
	lockdep_assert_held(&vq->disk->lock);
	vq->ready = false;
	vq->placed = false;
	vq->broken = false;
	memset(vq->addr, 0, sizeof(vq->addr));
	vblk_queue_close_windows(vq->window);
	vq->found = false;
	vq->ring.num = vq->disk->owner->dev.queue_size;
	vblk_ring_init(&vq->ring, false);

	spin_lock_irq(&vq->cb_lock);
	vq->cb = (struct vdpa_callback) {};
	spin_unlock_irq(&vq->cb_lock);
}

static int vblk_queue_copy(void *ctx, u64 addr, void *buf, size_t len_bytes)
{
	struct vblk_queue *vq = ctx;

	return vblk_iotlb_read(&vq->disk->tlb, &vq->hit[VBLK_HIT_TABLE], addr,
			       buf, len_bytes);
}

static int vblk_queue_alloc(struct vblk_queue *vq, unsigned int num_reqs)
{
	unsigned int i;

	vq->chain = kvmalloc(sizeof(*vq->chain), GFP_KERNEL);
	vq->reqs = kvcalloc(num_reqs, sizeof(*vq->reqs), GFP_KERNEL);
	vq->segs_pool = mempool_create(VBLK_MIN_SEGS, vblk_segs_alloc,
				       vblk_segs_free, vq);
	vq->bounce_pool = mempool_create_page_pool(1, VBLK_BOUNCE_ORDER);
	if (!vq->chain || !vq->reqs || !vq->segs_pool || !vq->bounce_pool)
		return -ENOMEM;

	for (i = 0; i < num_reqs; i++) {
		vq->reqs[i].queue = vq;
		vq->reqs[i].req.tag = i;
		sg_init_table(vq->reqs[i].sg, VBLK_INLINE_SEGS);
		llist_add(&vq->reqs[i].node, &vq->freed);
	}
	return 0;
}

/* Queue n works on the n-th of the CPUs that the workers may use. */
static int vblk_queue_pick_cpu(const struct cpumask *cpus, unsigned int index)
{
	unsigned int cpu, num = cpumask_weight_and(cpus, cpu_online_mask);

	if (!num)
		return WORK_CPU_UNBOUND;
	cpu = cpumask_nth_and(index % num, cpus, cpu_online_mask);
	/* It may have gone offline meanwhile. */
	return cpu < nr_cpu_ids ? cpu : WORK_CPU_UNBOUND;
}

/**
 * vblk_queue_init() - a stopped queue
 * @vq: zeroed
 * @disk: whose it is
 * @index: which of them
 *
 * Return: 0 or -ENOMEM; vblk_queue_exit() is right after both.
 */
int vblk_queue_init(struct vblk_queue *vq, struct vblk_disk *disk,
		    unsigned int index)
{
	const struct ipst_device *dev = &disk->owner->dev;

	vq->disk = disk;
	vq->index = index;
	vq->cpu = vblk_queue_pick_cpu(&dev->cpus, index);
	vq->deep_cpu = cpumask_empty(&dev->deep_cpus) ? vq->cpu :
		       vblk_queue_pick_cpu(&dev->deep_cpus, index);
	vq->work_cpu = vq->cpu;
	vq->ring.num = dev->queue_size;
	INIT_WORK(&vq->work, vblk_queue_work);
	disable_work(&vq->work);
	INIT_WORK(&vq->more_work, vblk_queue_more_work);
	init_llist_head(&vq->freed);
	init_llist_head(&vq->more);
	spin_lock_init(&vq->lock);
	spin_lock_init(&vq->cb_lock);
	if (disk->owner->local)
		lockdep_set_class(&vq->cb_lock, &vblk_local_cb_key);
	init_waitqueue_head(&vq->wait);
	ipst_qos_queue_init(&vq->qos, &disk->owner->dev);
	vq->ring.copy = vblk_queue_copy;
	vq->ring.copy_ctx = vq;
	return vblk_queue_alloc(vq, dev->queue_size);
}

/**
 * vblk_queue_exit() - free a queue
 * @vq: stopped, and its controller gone: only that proves that the last
 *	completion has left our code
 */
void vblk_queue_exit(struct vblk_queue *vq)
{
	int i;

	/*
	 * A completion puts its request on the list before it queues the work,
	 * which may have run for another one in between, and been cancelled.
	 */
	cancel_work_sync(&vq->more_work);
	ipst_qos_queue_exit(&vq->qos);
	vblk_queue_close_windows(vq->window);
	mempool_destroy(vq->bounce_pool);
	mempool_destroy(vq->segs_pool);
	for (i = 0; i < VBLK_SPARE_SEGS; i++)
		kfree(vq->spare_segs[i]);
	kvfree(vq->reqs);
	kvfree(vq->chain);
}
