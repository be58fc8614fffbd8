// SPDX-License-Identifier: GPL-2.0
/* load DEVICE: random I/O as fast as it goes. Prints IOPS and latencies. */
#include <stdio.h>

#include "command.h"
#include "work.h"

static void load_fill(struct work *work, struct queue *queue, struct request *req)
{
	const struct options *opts = work->ctx;
	u64 size_bytes = work->drv->num_sectors * SECTOR_BYTES;
	bool write = random_below(&queue->seed, 100) < opts->write_percent;
	u64 block;

	if (opts->size_bytes)
		size_bytes = min_u64(size_bytes, opts->size_bytes);
	block = random_next(&queue->seed) % (size_bytes / opts->block_bytes);
	request_set(req, write ? VIRTIO_BLK_T_OUT : VIRTIO_BLK_T_IN,
		    block * (opts->block_bytes / SECTOR_BYTES), opts->block_bytes);
}

static const char *load_done(struct work *work, struct queue *queue,
			     struct request *req)
{
	return *request_status(req) == VIRTIO_BLK_S_OK ? NULL : "a request fails";
}

int load_main(const struct options *opts)
{
	static struct work work = { .fill = load_fill, .done = load_done };
	struct options copy = *opts;
	u64 start_ns;

	copy.config.room_bytes = max_u64(copy.config.room_bytes, copy.block_bytes);
	work.ctx = &copy;
	work.drv = driver_create(opts->words[0], &copy.config);
	driver_start(work.drv);
	start_ns = now_ns();
	work_start(&work);
	sleep_ms(opts->seconds * 1000);
	work_stop(&work, true);
	if (work_failure(&work))
		die("%s", work_failure(&work));
	work_report(&work, "load", now_ns() - start_ns);
	driver_destroy(work.drv);
	return EXIT_OK;
}
