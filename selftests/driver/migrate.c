// SPDX-License-Identifier: GPL-2.0
/*
 * migrate DEVICE DEVICE: verified I/O that moves between two devices on one
 * volume, as a virtual machine does that is moved between hosts.
 *
 * For each move the threads stop where they are, with requests in flight. The
 * device is suspended: from then on it has to leave memory alone, whatever is
 * kicked. The positions of its queues are asked for, memory is written to a
 * file, the device is reset and closed. The other device gets what the file
 * says, in other pages at the same addresses, and has to go on by itself:
 * nobody kicks for what was made available before.
 *
 * With --save the first half, with --restore the second half is for another
 * process: migrate DEVICE --save FILE, then migrate DEVICE --restore FILE.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"
#include "verify.h"

#define STILL_MS	20		/* is how long memory is watched */

static u64 migrate_sum(const struct area *area)
{
	const u64 *word = (const u64 *)area->addr;
	u64 sum = 0;
	size_t i;

	for (i = 0; i < area->bytes / sizeof(*word); i++)
		sum = sum * 31 + word[i];
	return sum;
}

/* A suspended device has no request left that it has begun. */
static void migrate_check_base(const struct queue *queue)
{
	const struct ring *ring = &queue->ring;
	u16 avail = queue->base, used = queue->base >> 16;

	if (ring->packed && avail != used)
		die("queue %u is suspended at %#x, but has used up to %#x",
		    queue->index, avail, used);
	if (!ring->packed && avail != ring->used->idx)
		die("queue %u is suspended at %u, but has used up to %u",
		    queue->index, avail, ring->used->idx);
}

/* Stops the device, asks where it is, and takes it down. */
static void migrate_leave(struct driver *drv, const char *path)
{
	u64 sum;
	u32 i;

	must(vdpa_suspend(&drv->dev), "suspend");
	sum = migrate_sum(&drv->shared);
	for (i = 0; i < drv->config.num_queues; i++) {
		struct queue *queue = &drv->queues[i];

		queue_kick(queue);
		must(vdpa_get_vq_base(&drv->dev, i, &queue->base), "vring base");
		migrate_check_base(queue);
	}
	sleep_ms(STILL_MS);
	if (migrate_sum(&drv->shared) != sum)
		die("a suspended device has written to memory");
	image_save(drv, path);
	must(vdpa_reset(&drv->dev), "reset");
	if (migrate_sum(&drv->shared) != sum)
		die("a device that was reset has written to memory");
	driver_destroy(drv);
}

static struct driver *migrate_arrive(const char *device, const char *path)
{
	struct driver *drv = image_load(path);
	struct virtio_blk_config disk;

	must(vdpa_open(&drv->dev, device), device);
	driver_start(drv);
	must(vdpa_get_config(&drv->dev, 0, &disk, sizeof(disk)), "config");
	if (disk.capacity != drv->disk.capacity)
		die("%s is not the same volume", device);
	return drv;
}

static void migrate_check(const struct work *work)
{
	if (work_failure(work))
		die("%s", work_failure(work));
}

/* Requests in flight: those that the rings say are with the device. */
static u32 migrate_num_busy(const struct driver *drv)
{
	u32 i, num = 0;

	for (i = 0; i < drv->config.num_queues; i++)
		num += drv->queues[i].depth - drv->queues[i].num_idle;
	return num;
}

static void migrate_run(struct work *work, struct driver *drv, u32 seconds)
{
	struct worker *worker;
	u32 i;

	work->drv = drv;
	for (i = 0; i < drv->config.num_queues; i++) {
		worker = &work->workers[i];
		worker->queue = &drv->queues[i];
	}
	work_start(work);
	sleep_ms(seconds * 1000);
}

/* Back and forth in one process; ends with all of the I/O done. */
static struct driver *migrate_rounds(struct work *work, struct driver *drv,
				     const struct options *opts)
{
	char path[] = "/tmp/vdpa-blk.XXXXXX";
	int fd = mkstemp(path);
	u64 busy = 0;
	u32 round;

	if (fd < 0)
		die("no temporary file");
	close(fd);
	for (round = 0; round < opts->rounds; round++) {
		migrate_run(work, drv, opts->seconds);
		work_stop(work, false);
		migrate_check(work);
		busy += migrate_num_busy(drv);
		migrate_leave(drv, path);
		drv = migrate_arrive(opts->words[(round + 1) % 2], path);
	}
	unlink(path);
	printf("migrate: %u moves, with %llu requests in flight\n", opts->rounds,
	       (unsigned long long)busy);
	return drv;
}

int migrate_main(const struct options *opts)
{
	static struct work work;
	struct driver *drv;
	u64 start_ns = now_ns();

	if (opts->restore) {
		drv = migrate_arrive(opts->words[0], opts->restore);
	} else {
		drv = verify_create(opts->words[0], opts);
		driver_start(drv);
	}
	verify_init_work(&work, drv);
	if (opts->num_words > 1)
		drv = migrate_rounds(&work, drv, opts);

	migrate_run(&work, drv, opts->seconds);
	work_stop(&work, !opts->save);
	migrate_check(&work);
	work_report(&work, "migrate", now_ns() - start_ns);
	if (opts->save)
		migrate_leave(drv, opts->save);
	else
		driver_destroy(drv);
	return EXIT_OK;
}
