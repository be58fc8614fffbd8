// SPDX-License-Identifier: GPL-2.0
/* Hostile cases: things done at the wrong time, too often, or out of bounds. */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "trial.h"

/* --- features and status -------------------------------------------------- */

static void features_bad(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;
	u64 good = t->drv->features, offered;

	trial_expect_ret(t, "after FEATURES_OK", vdpa_set_features(dev, good),
			 -EBUSY);
	must(vdpa_reset(dev), "reset");
	must(vdpa_get_features(dev, &offered), "features");
	trial_expect_ret(t, "unknown ones",
			 vdpa_set_features(dev, good | BIT_ULL(63)), -EINVAL);
	trial_expect_ret(t, "all", vdpa_set_features(dev, ~0ULL), -EINVAL);
	trial_expect_ret(t, "none", vdpa_set_features(dev, 0), -EINVAL);
	trial_expect_ret(t, "without VERSION_1",
			 vdpa_set_features(dev, good & ~BIT_ULL(VIRTIO_F_VERSION_1)),
			 -EINVAL);
	trial_expect_ret(t, "without ACCESS_PLATFORM",
			 vdpa_set_features(dev, good &
					   ~BIT_ULL(VIRTIO_F_ACCESS_PLATFORM)),
			 -EINVAL);
	trial_expect_ret(t, "good ones", vdpa_set_features(dev, good), 0);
}

static void status_bad(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;

	trial_expect_ret(t, "bits taken back",
			 vdpa_set_status(dev, VIRTIO_CONFIG_S_ACKNOWLEDGE), -EINVAL);
	trial_expect_alive(t);
	/* FAILED and what is not even defined does no harm. */
	vdpa_set_status(dev, 0xff);
	must(vdpa_reset(dev), "reset");
	if (driver_status(t->drv))
		trial_fail(t, "status is not 0 after a reset");
}

static void driver_ok_first(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;

	must(vdpa_reset(dev), "reset");
	vdpa_set_status(dev, VIRTIO_CONFIG_S_DRIVER_OK);
	if (driver_status(t->drv) & VIRTIO_CONFIG_S_DRIVER_OK)
		trial_fail(t, "DRIVER_OK without FEATURES_OK");
	vdpa_set_status(dev, 0xf);
	if (driver_status(t->drv) & VIRTIO_CONFIG_S_DRIVER_OK)
		trial_fail(t, "DRIVER_OK without features");
	must(vdpa_set_vq_ready(dev, 0, true), "vring enable");
	queue_kick(t->queue);
}

/* --- queues at the wrong time --------------------------------------------- */

static void set_up_while_running(struct trial *t)
{
	const u64 *iova = t->queue->ring.iova;
	struct vdpa *dev = &t->drv->dev;

	trial_expect_ret(t, "address", vdpa_set_vq_addr(dev, 0, iova[0], iova[1],
							iova[2]), -EINVAL);
	trial_expect_ret(t, "base", vdpa_set_vq_base(dev, 0, 0), -EINVAL);
	/* vhost lets it pass; the device must not. */
	vdpa_set_vq_num(dev, 0, 2);
	trial_expect_alive(t);
}

static void queue_bad(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;
	u32 num, base;
	u16 max;

	must(vdpa_get_num_queues(dev, &num), "number of queues");
	must(vdpa_get_max_num(dev, &max), "size of queues");
	trial_expect_ret(t, "index", vdpa_set_vq_ready(dev, num, true), -ENOBUFS);
	trial_expect_ret(t, "index", vdpa_get_vq_base(dev, 0xffffffff, &base),
			 -ENOBUFS);
	trial_expect_ret(t, "no entries", vdpa_set_vq_num(dev, 0, 0), -EINVAL);
	trial_expect_ret(t, "too many", vdpa_set_vq_num(dev, 0, 2 * max), -EINVAL);
	trial_expect_ret(t, "far too many",
			 vdpa_set_vq_num(dev, 0, 0x10000), -EINVAL);
	/* A packed ring may have any size, but vhost does not let it. */
	trial_expect_ret(t, "not a power of two",
			 vdpa_set_vq_num(dev, 0, max - 1), -EINVAL);
	trial_expect_ret(t, "kick by nothing", vdpa_set_vq_kick(dev, 0, 9999),
			 -EBADF);
	trial_expect_ret(t, "kick by a file", vdpa_set_vq_kick(dev, 0, dev->fd),
			 -EINVAL);
	trial_expect_alive(t);
}

/* Starts up to just before DRIVER_OK. */
static void set_up_only(struct trial *t)
{
	must(vdpa_reset(&t->drv->dev), "reset");
	must(vdpa_unmap(&t->drv->dev, 0, ~0ULL), "unmap");
	driver_lay_out(t->drv);
	driver_negotiate(t->drv);
	driver_set_up(t->drv);
}

/* Ready and kicked, and still not at work; then at once, without a kick. */
static void ready_before_driver_ok(struct trial *t)
{
	struct request *req;

	set_up_only(t);
	req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	trial_submit(t, req);
	trial_expect_nothing(t);
	must(vdpa_add_status(&t->drv->dev, VIRTIO_CONFIG_S_DRIVER_OK), "status");
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

static void ready_after_driver_ok(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;
	struct request *req;

	set_up_only(t);
	must(vdpa_set_vq_ready(dev, 0, false), "vring enable");
	must(vdpa_add_status(dev, VIRTIO_CONFIG_S_DRIVER_OK), "status");
	req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	trial_submit(t, req);
	trial_expect_nothing(t);
	must(vdpa_set_vq_ready(dev, 0, true), "vring enable");
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

static void kick_while_suspended(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;
	struct request *req;

	must(vdpa_suspend(dev), "suspend");
	req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	trial_submit(t, req);
	must(vdpa_set_vq_ready(dev, 0, true), "vring enable");
	trial_expect_nothing(t);
	must(vdpa_suspend(dev), "suspend again");
	must(vdpa_resume(dev), "resume");
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	must(vdpa_resume(dev), "resume again");
	trial_expect_alive(t);
}

static void kick_while_not_ready(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;
	struct request *req;

	must(vdpa_set_vq_ready(dev, 0, false), "vring enable");
	req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	trial_submit(t, req);
	trial_expect_nothing(t);
	must(vdpa_set_vq_ready(dev, 0, true), "vring enable");
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

/* --- stopping with requests in flight ------------------------------------- */

static void submit_reads(struct trial *t, int num)
{
	int i;

	for (i = 0; i < num; i++)
		trial_submit(t, trial_request(t, VIRTIO_BLK_T_IN, i * 128, 65536));
}

static u64 sum_of(const struct area *area)
{
	const u64 *word = (const u64 *)area->addr;
	u64 sum = 0;
	size_t i;

	for (i = 0; i < area->bytes / sizeof(*word); i++)
		sum = sum * 31 + word[i];
	return sum;
}

/* Whatever the device was doing: from now on it leaves our memory alone. */
static void expect_still(struct trial *t)
{
	u64 sum = sum_of(&t->drv->shared);

	queue_kick(t->queue);
	sleep_ms(200);
	if (sum_of(&t->drv->shared) != sum)
		trial_fail(t, "the device still writes to memory");
}

static void suspend_in_flight(struct trial *t)
{
	struct request *req;
	u32 len_bytes;
	int i, num = 5;

	submit_reads(t, num);
	must(vdpa_suspend(&t->drv->dev), "suspend");
	expect_still(t);
	must(vdpa_resume(&t->drv->dev), "resume");
	for (i = 0; i < num && !trial_is_over(t); i++) {
		if (queue_wait(t->queue, &req, &len_bytes, DRIVER_WAIT_MS) != 1 &&
		    queue_wait(t->queue, &req, &len_bytes, DRIVER_WAIT_MS) != 1)
			trial_fail(t, "a request is lost");
		else if (*request_status(req) != VIRTIO_BLK_S_OK)
			trial_fail(t, "a request fails");
		else
			queue_put(t->queue, req);
	}
	trial_expect_alive(t);
}

static void reset_in_flight(struct trial *t)
{
	submit_reads(t, 5);
	must(vdpa_reset(&t->drv->dev), "reset");
	expect_still(t);
	if (driver_status(t->drv))
		trial_fail(t, "status is not 0 after a reset");
}

/* --- positions ------------------------------------------------------------ */

/* The device is told to begin where the driver never was. */
static void base_wild(struct trial *t)
{
	struct ring *ring = &t->queue->ring;
	u32 wild = ring->packed ? 0x7fff7fff : 0x1234;
	int ret;

	set_up_only(t);
	ret = vdpa_set_vq_base(&t->drv->dev, 0, wild);
	if (ret == -EINVAL)
		return;
	trial_expect_ret(t, "base", ret, 0);
	must(vdpa_add_status(&t->drv->dev, VIRTIO_CONFIG_S_DRIVER_OK), "status");
	queue_kick(t->queue);
	trial_expect_broken(t);
}

static void base_by_default(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;
	struct queue *queue = t->queue;
	const u64 *iova = queue->ring.iova;

	if (t->drv->config.start) {
		trial_skip(t, "rings that start at 0");
		return;
	}
	must(vdpa_reset(dev), "reset");
	driver_lay_out(t->drv);
	driver_negotiate(t->drv);
	must(vdpa_set_vq_num(dev, 0, queue->ring.num), "vring num");
	must(vdpa_set_vq_addr(dev, 0, iova[0], iova[1], iova[2]), "vring addr");
	must(vdpa_set_vq_call(dev, 0, queue->call_fd), "vring call");
	must(vdpa_set_vq_kick(dev, 0, queue->kick_fd), "vring kick");
	must(vdpa_set_vq_ready(dev, 0, true), "vring enable");
	queue_set_up(&t->drv->queues[t->drv->config.num_queues - 1], dev);
	must(vdpa_add_status(dev, VIRTIO_CONFIG_S_DRIVER_OK), "status");
	trial_expect_alive(t);
}

/* --- configuration space -------------------------------------------------- */

static void config_bad(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;
	u8 buf[512];
	u32 bytes;

	must(vdpa_get_config_size(dev, &bytes), "size of config");
	trial_expect_ret(t, "last byte",
			 vdpa_get_config(dev, bytes - 1, buf, 1), 0);
	trial_expect_ret(t, "one more",
			 vdpa_get_config(dev, bytes - 1, buf, 2), -EINVAL);
	trial_expect_ret(t, "behind it",
			 vdpa_get_config(dev, bytes + 1, buf, 1), -EINVAL);
	trial_expect_ret(t, "far behind it",
			 vdpa_get_config(dev, 0xffffffff, buf, 8), -EINVAL);
	trial_expect_ret(t, "nothing", vdpa_get_config(dev, 0, buf, 0), -EINVAL);
	trial_expect_ret(t, "too much", vdpa_get_config(dev, 0, buf, sizeof(buf)),
			 -EINVAL);
	trial_expect_ret(t, "write too much",
			 vdpa_set_config(dev, 8, buf, bytes), -EINVAL);
	trial_expect_alive(t);
}

static void config_written(struct trial *t)
{
	struct virtio_blk_config before = t->drv->disk, after = before;
	struct vdpa *dev = &t->drv->dev;

	after.capacity = ~0ULL;
	after.num_queues = 0xffff;
	after.blk_size = 1;
	vdpa_set_config(dev, 0, &after, sizeof(after));
	must(vdpa_get_config(dev, 0, &after, sizeof(after)), "config");
	/* Only the write cache is the driver's to choose. */
	after.wce = before.wce;
	if (memcmp(&before, &after, sizeof(after)))
		trial_fail(t, "the driver can change the configuration");
	trial_expect_alive(t);
}

/* --- too much ------------------------------------------------------------- */

struct noise {
	pthread_t thread;
	bool stop;
	struct trial *t;
	u64 count;
};

static void start_noise(struct noise *noise, struct trial *t,
			void *(*run)(void *))
{
	*noise = (struct noise) { .t = t };
	if (pthread_create(&noise->thread, NULL, run, noise))
		die("no thread");
}

static void stop_noise(struct noise *noise)
{
	__atomic_store_n(&noise->stop, true, __ATOMIC_RELAXED);
	pthread_join(noise->thread, NULL);
}

static void *kick_run(void *arg)
{
	struct noise *noise = arg;

	while (!__atomic_load_n(&noise->stop, __ATOMIC_RELAXED))
		queue_kick(noise->t->queue);
	return NULL;
}

static void kick_storm(struct trial *t)
{
	struct noise noise;

	start_noise(&noise, t, kick_run);
	sleep_ms(300);
	trial_expect_alive(t);
	stop_noise(&noise);
}

/* Keeps the first queue busy with errors, which cost the backend nothing. */
static void *flood_run(void *arg)
{
	struct noise *noise = arg;
	struct queue *queue = noise->t->queue;
	struct request *req;
	u32 len_bytes;

	while (!__atomic_load_n(&noise->stop, __ATOMIC_RELAXED)) {
		while ((req = queue_get(queue))) {
			request_set(req, VIRTIO_BLK_T_IN, ~0ULL, 512);
			if (queue_add(queue, req)) {
				queue_put(queue, req);
				break;
			}
		}
		queue_publish(queue);
		queue_kick(queue);
		while (queue_take(queue, &req, &len_bytes) > 0) {
			queue_put(queue, req);
			noise->count++;
		}
	}
	return NULL;
}

static void queue_flooded(struct trial *t)
{
	struct request *req;
	struct queue *other;
	struct noise noise;
	u64 start_ns;
	int i;

	if (t->drv->config.num_queues < 2) {
		trial_skip(t, "two queues");
		return;
	}
	other = &t->drv->queues[1];
	req = queue_get(other);
	start_noise(&noise, t, flood_run);
	sleep_ms(100);
	start_ns = now_ns();
	for (i = 0; i < 20 && !trial_is_over(t); i++) {
		request_set(req, VIRTIO_BLK_T_IN, 0, 4096);
		if (queue_do(other, req) != VIRTIO_BLK_S_OK)
			trial_fail(t, "the other queue's requests fail");
	}
	if (now_ns() - start_ns > 10 * NSEC_PER_SEC)
		trial_fail(t, "the other queue starves");
	stop_noise(&noise);
	if (!noise.count)
		trial_fail(t, "the first queue starves");
}

/* Wishes for interrupts that make no sense; the ring goes round several times. */
static void events_garbage(struct trial *t)
{
	struct queue *queue = t->queue;
	u64 seed = 1, end_ns;
	struct request *req;
	u32 len_bytes;
	int i, ret;

	for (i = 0; i < 200 && !trial_is_over(t); i++) {
		u16 *event = queue->ring.packed ? (u16 *)queue->ring.driver_event :
			     &queue->ring.avail->ring[queue->ring.num];

		*event = random_next(&seed);
		if (queue->ring.packed)
			event[1] = random_next(&seed);
		else
			queue->ring.avail->flags = random_next(&seed);
		req = trial_request(t, VIRTIO_BLK_T_IN, 0, 512);
		trial_submit(t, req);
		end_ns = now_ns() + 5 * NSEC_PER_SEC;
		do {
			ret = queue_take(queue, &req, &len_bytes);
		} while (!ret && now_ns() < end_ns);
		if (ret != 1)
			trial_fail(t, "no end of request %d", i);
		else
			queue_put(queue, req);
	}
	trial_expect_alive(t);
}

/* As many as the ring has room for, all in flight together. */
static void all_requests(struct trial *t)
{
	struct queue *queue = t->queue;
	struct request *req;
	u32 len_bytes;
	int num = 0;

	while ((req = queue_get(queue))) {
		request_set(req, VIRTIO_BLK_T_IN, num * 8, 4096);
		if (queue_add(queue, req))
			break;
		num++;
	}
	queue_publish(queue);
	for (; num && !trial_is_over(t); num--)
		if (queue_wait(queue, &req, &len_bytes, 5000) != 1 &&
		    queue_wait(queue, &req, &len_bytes, 5000) != 1)
			trial_fail(t, "%d requests are lost", num);
}

static void owner_twice(struct trial *t)
{
	trial_expect_ret(t, "owner", vdpa_own(&t->drv->dev), -EBUSY);
	trial_expect_alive(t);
}

const struct hostile_case state_cases[] = {
	{ "features-bad", features_bad, "EINVAL, EBUSY" },
	{ "status-bad", status_bad, "EINVAL" },
	{ "driver-ok-first", driver_ok_first, "no DRIVER_OK" },
	{ "set-up-while-running", set_up_while_running, "EINVAL" },
	{ "queue-bad", queue_bad, "errno" },
	{ "ready-before-driver-ok", ready_before_driver_ok, "waits, then OK" },
	{ "ready-after-driver-ok", ready_after_driver_ok, "waits, then OK" },
	{ "kick-while-suspended", kick_while_suspended, "waits, then OK" },
	{ "kick-while-not-ready", kick_while_not_ready, "waits, then OK" },
	{ "suspend-in-flight", suspend_in_flight, "memory stands still, all OK" },
	{ "reset-in-flight", reset_in_flight, "memory stands still" },
	{ "base-wild", base_wild, "EINVAL or needs reset" },
	{ "base-by-default", base_by_default, "OK" },
	{ "config-bad", config_bad, "EINVAL" },
	{ "config-written", config_written, "no change" },
	{ "kick-storm", kick_storm, "lives on" },
	{ "queue-flooded", queue_flooded, "no queue starves" },
	{ "events-garbage", events_garbage, "OK" },
	{ "all-requests", all_requests, "OK" },
	{ "owner-twice", owner_twice, "EBUSY" },
	{ }
};
