/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that keep queues busy, one thread for each queue. What they ask for
 * and what they make of the answers is the user's.
 */
#ifndef WORK_H
#define WORK_H

#include <pthread.h>

#include "driver.h"

#define WORK_BUCKETS	(64 * 8)	/* eight for each power of two ns */

struct worker {
	struct work *work;
	struct queue *queue;
	pthread_t thread;
	u64 num_done;
	u64 sum_ns;
	u64 max_ns;
	u32 bucket[WORK_BUCKETS];	/* of latencies */
	char why[128];			/* what is wrong, or empty */
};

/**
 * struct work - what all threads do
 * @drv: the driver
 * @fill: makes @req something to do
 * @done: looks at what came of it; NULL, or what is wrong
 * @ctx: for both
 * @stop: the threads are to end
 * @drain: but not before all is done
 */
struct work {
	struct driver *drv;
	void (*fill)(struct work *work, struct queue *queue, struct request *req);
	const char *(*done)(struct work *work, struct queue *queue,
			    struct request *req);
	void *ctx;
	bool stop;
	bool drain;
	struct worker workers[DRIVER_MAX_QUEUES];
};

void work_start(struct work *work);
void work_stop(struct work *work, bool drain);
const char *work_failure(const struct work *work);
void work_report(const struct work *work, const char *what, u64 time_ns);

#endif
