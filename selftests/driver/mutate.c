// SPDX-License-Identifier: GPL-2.0
/*
 * mutate DEVICE: break rules at random while the device is at work.
 *
 * One thread is a plausible driver: it submits requests of all sorts, takes
 * back what comes, and resets the device when it asks for that, when it returns
 * nonsense, or when nothing happens. The other races the device: it writes into
 * rings, tables, headers and events, and maps, unmaps, suspends, resets and
 * swaps eventfds. What each of them chooses follows from the seed; what comes
 * of it depends on the race as well.
 *
 * Nothing has to work meanwhile. But memory that is not mapped for writing must
 * never change, and in the end a reset has to make everything work again.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command.h"
#include "trial.h"

#define STALL_NS	(200 * 1000000ULL)	/* then a reset is due */
#define IOCTL_ONE_IN	50			/* the rest are writes to memory */
#define RESET_ONE_IN	64			/* of the ioctls */
#define BURST		16			/* writes, then some calm */
#define CALM_US		5000
#define MAX_TARGETS	256
#define TARGET_WEIGHT	6			/* of a ring against a header */

struct target {
	u8 *addr;
	size_t bytes;
};

struct mutator {
	struct trial trial;
	u64 offered;			/* features */
	u64 wanted;			/* ring features to choose from */
	bool stop;
	pthread_t thread;
	pthread_mutex_t lock;		/* one at a time sets up the device */
	u64 seed;			/* of the racing thread */
	bool spare_mapped;
	u64 spare_fill;			/* what is in spare while it is unmapped */
	struct target targets[MAX_TARGETS];
	u32 num_targets;

	u64 num_done, num_bad, num_restarts, num_needed, num_writes, num_ioctls;
	bool corrupt;
};

/* --- the racing thread ---------------------------------------------------- */

/* Values that often matter. */
static u64 mutator_value(struct mutator *mut)
{
	const struct driver *drv = mut->trial.drv;
	const u64 values[] = {
		0, 1, 2, 4, 16, 511, 512, 4096, 0xffff, 0x7fff, 0x8000,
		0xffffffff, 0xfffffff0, ~0ULL, ~0ULL - 15, 1ULL << 55,
		drv->config.ring_num, drv->config.ring_num - 1,
		drv->shared.iova, drv->shared.iova + drv->shared.bytes - 1,
		TRIAL_NOWHERE, TRIAL_READ_IOVA, TRIAL_WRITE_IOVA,
		TRIAL_SPARE_IOVA, random_next(&mut->seed),
	};

	return values[random_below(&mut->seed, NUM(values))];
}

static void mutator_aim_at(struct mutator *mut, void *addr, size_t bytes)
{
	if (mut->num_targets < MAX_TARGETS)
		mut->targets[mut->num_targets++] = (struct target) { addr, bytes };
}

/*
 * What is worth being changed. Noted down at the start, as a restart lays all
 * out anew, while the race goes on: in the same places, more or less.
 */
static void mutator_aim(struct mutator *mut)
{
	const struct driver *drv = mut->trial.drv;
	u32 i, j;

	mutator_aim_at(mut, drv->shared.addr, drv->shared.bytes - 8);
	for (i = 0; i < drv->config.num_queues; i++) {
		const struct queue *queue = &drv->queues[i];

		for (j = 0; j < TARGET_WEIGHT; j++) {
			mutator_aim_at(mut, queue->ring.desc, 256);
			mutator_aim_at(mut, queue->ring.avail, 48);
			mutator_aim_at(mut, queue->ring.used, 144);
			mutator_aim_at(mut, queue->ring.tables, 4096);
		}
		for (j = 0; j < queue->depth; j++)
			mutator_aim_at(mut, queue->reqs[j].hdr, 16);
	}
}

static u8 *mutator_target(struct mutator *mut)
{
	u32 i = random_below(&mut->seed, mut->num_targets);

	return mut->targets[i].addr +
	       random_below(&mut->seed, mut->targets[i].bytes);
}

static void mutator_write(struct mutator *mut)
{
	u8 *target = mutator_target(mut);
	u64 value = mutator_value(mut);

	mut->num_writes++;
	switch (random_below(&mut->seed, 4)) {
	case 0:
		__atomic_fetch_xor(target, 1 << random_below(&mut->seed, 8),
				   __ATOMIC_RELAXED);
		break;
	case 1:
		memcpy(target, &value, sizeof(u16));
		break;
	case 2:
		memcpy(target, &value, sizeof(u32));
		break;
	case 3:
		memcpy(target, &value, sizeof(u64));
		break;
	}
}

/* Spare memory comes and goes; while it is gone it has to stay as it is. */
static void mutator_swap_spare(struct mutator *mut)
{
	struct area *spare = &mut->trial.spare;
	struct vdpa *dev = &mut->trial.drv->dev;

	if (!mut->spare_mapped) {
		if (!area_is_filled(spare, mut->spare_fill))
			mut->corrupt = true;
		mut->spare_mapped = !area_map(spare, dev, VHOST_ACCESS_RW);
		return;
	}
	area_unmap(spare, dev);
	madvise(spare->addr, spare->bytes, MADV_DONTNEED);
	area_fill(spare, ++mut->spare_fill);
	mut->spare_mapped = false;
}

static void mutator_remap(struct mutator *mut)
{
	struct area *shared = &mut->trial.drv->shared;
	struct vdpa *dev = &mut->trial.drv->dev;
	u64 half = shared->bytes / 2;

	vdpa_unmap(dev, shared->iova + half, half);
	if (random_chance(&mut->seed, 2))
		vdpa_map(dev, shared->iova + half, half, shared->addr + half,
			 VHOST_ACCESS_RW);
}

static void mutator_swap_fds(struct mutator *mut, u32 index)
{
	struct vdpa *dev = &mut->trial.drv->dev;
	const struct queue *queue = &mut->trial.drv->queues[index];
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	vdpa_set_vq_kick(dev, index, random_chance(&mut->seed, 2) ? fd : -1);
	vdpa_set_vq_call(dev, index, random_chance(&mut->seed, 2) ? fd : -1);
	vdpa_set_vq_kick(dev, index, queue->kick_fd);
	vdpa_set_vq_call(dev, index, queue->call_fd);
	close(fd);
}

static void mutator_suspend(struct mutator *mut, u32 index)
{
	struct vdpa *dev = &mut->trial.drv->dev;
	const u64 *iova = mut->trial.drv->queues[index].ring.iova;
	u32 base = 0;

	vdpa_suspend(dev);
	vdpa_get_vq_base(dev, index, &base);
	if (random_chance(&mut->seed, 4))
		base = mutator_value(mut);
	vdpa_set_vq_base(dev, index, base);
	vdpa_set_vq_addr(dev, index, iova[0], iova[1],
			 random_chance(&mut->seed, 8) ? iova[0] : iova[2]);
	vdpa_resume(dev);
}

/* One thing that a VMM should not do at this moment. */
static void mutator_ioctl(struct mutator *mut)
{
	struct driver *drv = mut->trial.drv;
	struct vdpa *dev = &drv->dev;
	u32 index = random_below(&mut->seed, drv->config.num_queues);
	u8 buf[64];

	mut->num_ioctls++;
	switch (random_below(&mut->seed, 9)) {
	case 0:
	case 1:
	case 2:
		mutator_swap_spare(mut);
		break;
	case 3:
		mutator_remap(mut);
		break;
	case 4:
		mutator_swap_fds(mut, index);
		break;
	case 5:
		mutator_suspend(mut, index);
		break;
	case 6:
		vdpa_set_vq_ready(dev, index, false);
		vdpa_set_vq_num(dev, index, random_chance(&mut->seed, 2) ? 2 :
				drv->config.ring_num);
		vdpa_set_vq_ready(dev, index, true);
		break;
	case 7:
		vdpa_get_config(dev, mutator_value(mut), buf, sizeof(buf));
		vdpa_set_config(dev, 0, buf, sizeof(buf));
		vdpa_set_status(dev, mutator_value(mut) | 0xf);
		break;
	case 8:
		if (random_chance(&mut->seed, RESET_ONE_IN))
			vdpa_reset(dev);
		else if (random_chance(&mut->seed, 2))
			vdpa_set_features(dev, mutator_value(mut));
		break;
	}
}

static void *mutator_run(void *arg)
{
	struct mutator *mut = arg;

	while (!__atomic_load_n(&mut->stop, __ATOMIC_RELAXED)) {
		/* Writes race a restart, too: nobody's rings are ever good. */
		mutator_write(mut);
		/* But most have to be, for the device to get anywhere. */
		if (random_chance(&mut->seed, BURST))
			usleep(random_below(&mut->seed, CALM_US));
		if (!random_chance(&mut->seed, IOCTL_ONE_IN))
			continue;
		pthread_mutex_lock(&mut->lock);
		mutator_ioctl(mut);
		pthread_mutex_unlock(&mut->lock);
	}
	return NULL;
}

/* --- the driver ----------------------------------------------------------- */

/* A reset, and a start with other features. */
static void mutator_restart(struct mutator *mut, u64 *seed)
{
	struct driver *drv = mut->trial.drv;
	u64 rings = mut->wanted;

	pthread_mutex_lock(&mut->lock);
	mut->num_restarts++;
	if (driver_status(drv) & VIRTIO_CONFIG_S_NEEDS_RESET)
		mut->num_needed++;
	if (rings == DRIVER_ALL_FEATURES)
		rings = random_next(seed) & mut->offered & RING_FEATURES;
	drv->features = (mut->offered & ~RING_FEATURES) | rings;
	/* trial_begin() unmaps it. */
	if (mut->spare_mapped)
		mutator_swap_spare(mut);
	trial_begin(&mut->trial);
	pthread_mutex_unlock(&mut->lock);
}

static void mutator_fill(struct mutator *mut, struct request *req, u64 *seed)
{
	static const u32 types[] = {
		VIRTIO_BLK_T_IN, VIRTIO_BLK_T_IN, VIRTIO_BLK_T_IN,
		VIRTIO_BLK_T_OUT, VIRTIO_BLK_T_OUT, VIRTIO_BLK_T_OUT,
		VIRTIO_BLK_T_FLUSH, VIRTIO_BLK_T_GET_ID, VIRTIO_BLK_T_DISCARD,
		VIRTIO_BLK_T_WRITE_ZEROES, VIRTIO_BLK_T_SECURE_ERASE,
	};
	u32 bytes = (1 + random_below(seed, req->room_bytes / 512)) * 512;
	u32 type = types[random_below(seed, NUM(types))];
	u64 sector = random_next(seed) % mut->trial.drv->disk.capacity;

	if (type == VIRTIO_BLK_T_GET_ID)
		bytes = 20;
	else if (type > VIRTIO_BLK_T_GET_ID)
		bytes = 16 * (1 + random_below(seed, 2));
	request_set(req, type, sector / 8 * 8, bytes);
	if (type > VIRTIO_BLK_T_GET_ID) {
		request_set_segment(req, 0, sector, random_below(seed, 64), 0);
		request_set_segment(req, 1, sector / 2, 8, random_below(seed, 2));
	}
}

/* Adds what goes in; then a kick, sometimes without being asked for it. */
static void mutator_submit(struct mutator *mut, struct queue *queue, u64 *seed)
{
	struct request *req;
	int i, num = 1 + random_below(seed, 8);

	for (i = 0; i < num; i++) {
		req = queue_get(queue);
		if (!req)
			break;
		queue->cut = random_chance(seed, 2);
		mutator_fill(mut, req, seed);
		if (queue_add(queue, req) < 0) {
			queue_put(queue, req);
			break;
		}
	}
	queue_publish(queue);
	if (random_chance(seed, 8))
		queue_kick(queue);
}

/* Takes back what is there: how much, or a negative errno. */
static int mutator_reap(struct mutator *mut, struct queue *queue)
{
	struct request *req;
	u32 len_bytes;
	int ret, num = 0;

	while ((ret = queue_take(queue, &req, &len_bytes)) > 0) {
		num++;
		if (*request_status(req) == VIRTIO_BLK_S_OK)
			mut->num_done++;
		else
			mut->num_bad++;
		queue_put(queue, req);
	}
	return ret < 0 ? ret : num;
}

static void mutator_drive(struct mutator *mut, u64 seed, u64 end_ns)
{
	struct driver *drv = mut->trial.drv;
	u64 now, progress_ns = now_ns();
	struct queue *queue;
	int ret;

	while ((now = now_ns()) < end_ns) {
		queue = &drv->queues[random_below(&seed, drv->config.num_queues)];
		mutator_submit(mut, queue, &seed);
		ret = mutator_reap(mut, queue);
		if (ret > 0)
			progress_ns = now;
		if (ret >= 0 && now - progress_ns < STALL_NS)
			continue;
		mutator_restart(mut, &seed);
		progress_ns = now_ns();
	}
}

/* --- the end -------------------------------------------------------------- */

static void mutator_report(const struct mutator *mut)
{
	printf("requests: %llu good, %llu bad\n",
	       (unsigned long long)mut->num_done,
	       (unsigned long long)mut->num_bad);
	printf("resets: %llu, of which the device asked for %llu\n",
	       (unsigned long long)mut->num_restarts,
	       (unsigned long long)mut->num_needed);
	printf("mutations: %llu in memory, %llu by ioctl\n",
	       (unsigned long long)mut->num_writes,
	       (unsigned long long)mut->num_ioctls);
}

int mutate_main(const struct options *opts)
{
	u64 seed = opts->config.seed ? opts->config.seed : now_ns();
	struct mutator mut = { .seed = ~seed, .wanted = opts->config.ring_features };
	struct trial *t = &mut.trial;

	printf("seed: %llu\n", (unsigned long long)seed);
	pthread_mutex_init(&mut.lock, NULL);
	trial_create(t, driver_create(opts->words[0], &opts->config));
	must(vdpa_get_features(&t->drv->dev, &mut.offered), "features");
	area_fill(&t->spare, mut.spare_fill);
	driver_negotiate(t->drv);
	trial_begin(t);
	mutator_aim(&mut);
	if (pthread_create(&mut.thread, NULL, mutator_run, &mut))
		die("no thread");
	mutator_drive(&mut, seed, now_ns() + opts->seconds * NSEC_PER_SEC);
	__atomic_store_n(&mut.stop, true, __ATOMIC_RELAXED);
	pthread_join(mut.thread, NULL);

	mutator_report(&mut);
	if (mut.corrupt)
		trial_fail(t, "memory was written after it was unmapped");
	trial_end(t);
	driver_destroy(t->drv);
	if (trial_is_over(t))
		die("%s (seed %llu)", t->why, (unsigned long long)seed);
	return EXIT_OK;
}
