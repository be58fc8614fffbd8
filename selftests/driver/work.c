// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that keep queues busy. A request that does not end, and an interrupt
 * that does not come, are failures: nothing here looks again in case of doubt.
 */
#include <stdio.h>
#include <string.h>

#include "work.h"

#define DOUBT_MS	1000		/* between completion and interrupt */

static bool worker_has_requests(const struct worker *worker)
{
	return worker->queue->num_idle < worker->queue->depth;
}

static void worker_fail(struct worker *worker, const char *why)
{
	if (!worker->why[0])
		snprintf(worker->why, sizeof(worker->why), "queue %u: %s",
			 worker->queue->index, why);
}

/* Adds all that there is room for. A request once filled in keeps its turn. */
static void worker_submit(struct worker *worker)
{
	struct work *work = worker->work;
	struct queue *queue = worker->queue;
	struct request *req;

	while ((req = queue->pending) || (!work->drain && (req = queue_get(queue)))) {
		if (!queue->pending)
			work->fill(work, queue, req);
		queue->pending = queue_add(queue, req) ? req : NULL;
		if (queue->pending)
			break;
	}
	queue_publish(queue);
}

static void worker_count(struct worker *worker, const struct request *req)
{
	u64 ns = now_ns() - req->start_ns;
	int log = 63 - __builtin_clzll(ns | 8);

	worker->num_done++;
	worker->sum_ns += ns;
	worker->max_ns = max_u64(worker->max_ns, ns);
	/* The three bits below the first one choose among the eight. */
	worker->bucket[log * 8 + (ns >> (log - 3) & 7)]++;
}

/* Takes back what is done; returns how many. */
static int worker_reap(struct worker *worker)
{
	struct request *req;
	const char *why;
	u32 len_bytes;
	int ret, num = 0;

	while ((ret = queue_take(worker->queue, &req, &len_bytes)) > 0) {
		worker_count(worker, req);
		why = worker->work->done(worker->work, worker->queue, req);
		if (why)
			worker_fail(worker, why);
		if (len_bytes > request_written_bytes(req))
			worker_fail(worker, "more was written than there was room");
		queue_put(worker->queue, req);
		num++;
	}
	if (ret < 0)
		worker_fail(worker, "the used ring makes no sense");
	return num;
}

/* Waits for an interrupt, in short steps, as the end may come meanwhile. */
static void worker_wait(struct worker *worker)
{
	struct queue *queue = worker->queue;
	u64 end_ns = now_ns() + DRIVER_WAIT_MS * 1000000ULL;
	bool used;

	if (ring_listen(&queue->ring))
		return;
	while (!__atomic_load_n(&worker->work->stop, __ATOMIC_ACQUIRE) ||
	       worker->work->drain) {
		if (poll_fd(queue->call_fd, 50))
			break;
		used = ring_has_used(&queue->ring);
		if (used && !poll_fd(queue->call_fd, DOUBT_MS))
			worker_fail(worker, "no interrupt for what is done");
		if (used)
			break;
		if (now_ns() > end_ns) {
			worker_fail(worker, "a request never ends");
			break;
		}
	}
	ring_mute(&queue->ring);
}

static void *worker_run(void *arg)
{
	struct worker *worker = arg;
	struct work *work = worker->work;

	while (!worker->why[0]) {
		if (__atomic_load_n(&work->stop, __ATOMIC_ACQUIRE) &&
		    (!work->drain || !worker_has_requests(worker)))
			break;
		worker_submit(worker);
		if (!worker_reap(worker))
			worker_wait(worker);
	}
	return NULL;
}

/* Begins, or goes on after a stop that has left requests in flight. */
void work_start(struct work *work)
{
	u32 i;

	work->stop = false;
	work->drain = false;
	for (i = 0; i < work->drv->config.num_queues; i++) {
		struct worker *worker = &work->workers[i];

		worker->work = work;
		worker->queue = &work->drv->queues[i];
		if (pthread_create(&worker->thread, NULL, worker_run, worker))
			die("no thread");
	}
}

/* Requests stay in flight unless @drain. */
void work_stop(struct work *work, bool drain)
{
	u32 i;

	work->drain = drain;
	__atomic_store_n(&work->stop, true, __ATOMIC_RELEASE);
	for (i = 0; i < work->drv->config.num_queues; i++)
		pthread_join(work->workers[i].thread, NULL);
}

/* NULL, or what is wrong. */
const char *work_failure(const struct work *work)
{
	u32 i;

	for (i = 0; i < work->drv->config.num_queues; i++)
		if (work->workers[i].why[0])
			return work->workers[i].why;
	return NULL;
}

/* The latency that all but one in @one_in requests stay below. */
static u64 work_latency_ns(const struct work *work, u64 total, u32 one_in)
{
	u64 seen = 0;
	u32 i, log;
	int b;

	for (b = 0; b < WORK_BUCKETS; b++) {
		for (i = 0; i < work->drv->config.num_queues; i++)
			seen += work->workers[i].bucket[b];
		if (seen >= total - total / one_in)
			break;
	}
	log = b / 8;
	return log < 3 ? 8 : (8ULL + b % 8 + 1) << (log - 3);
}

void work_report(const struct work *work, const char *what, u64 time_ns)
{
	u64 total = 0, sum_ns = 0, max_ns = 0;
	u32 i;

	for (i = 0; i < work->drv->config.num_queues; i++) {
		total += work->workers[i].num_done;
		sum_ns += work->workers[i].sum_ns;
		max_ns = max_u64(max_ns, work->workers[i].max_ns);
	}
	if (!total)
		die("%s: nothing was done", what);
	printf("%s: requests=%llu iops=%llu avg_us=%.1f", what,
	       (unsigned long long)total,
	       (unsigned long long)(total * NSEC_PER_SEC / time_ns),
	       sum_ns / 1e3 / total);
	printf(" p50_us=%.1f p99_us=%.1f p99.9_us=%.1f max_us=%.1f\n",
	       work_latency_ns(work, total, 2) / 1e3,
	       work_latency_ns(work, total, 100) / 1e3,
	       work_latency_ns(work, total, 1000) / 1e3, max_ns / 1e3);
}
