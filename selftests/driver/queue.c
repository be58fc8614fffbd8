// SPDX-License-Identifier: GPL-2.0
/* A virtqueue at the driver's side: ring, requests and eventfds. */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "driver.h"

/* Memory of its own; queue_lay_out() adds the shared one. */
void queue_create(struct queue *queue, struct driver *drv, u32 index)
{
	u16 depth = drv->config.depth;

	*queue = (struct queue) {
		.index = index,
		.kick_fd = -1,
		.call_fd = -1,
		.depth = depth,
		.cut = drv->config.cut,
		.seed = drv->config.seed + index,
	};
	queue->idle = area_alloc(&drv->own, depth * sizeof(*queue->idle), 64);
	queue->reqs = area_alloc(&drv->own, depth * sizeof(*queue->reqs), 64);
}

void queue_lay_out(struct queue *queue, struct driver *drv)
{
	ring_create(&queue->ring, &drv->shared, drv->config.ring_num,
		    drv->features, drv->config.start);
	queue->base = ring_start_base(&queue->ring);
	queue->pending = NULL;
	for (queue->num_idle = 0; queue->num_idle < queue->depth; queue->num_idle++) {
		request_create(&queue->reqs[queue->num_idle], &drv->shared,
			       drv->config.room_bytes);
		queue->idle[queue->num_idle] = queue->num_idle;
	}
}

void queue_open(struct queue *queue)
{
	if (queue->kick_fd >= 0)
		return;
	queue->kick_fd = must(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
	queue->call_fd = must(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}

void queue_close(struct queue *queue)
{
	if (queue->kick_fd < 0)
		return;
	close(queue->kick_fd);
	close(queue->call_fd);
	queue->kick_fd = -1;
	queue->call_fd = -1;
}

/* Tells a device whose rings stand still all about it. */
void queue_set_up(struct queue *queue, struct vdpa *dev)
{
	const u64 *iova = queue->ring.iova;
	u32 index = queue->index;

	queue_open(queue);
	must(vdpa_set_vq_num(dev, index, queue->ring.num), "vring num");
	must(vdpa_set_vq_base(dev, index, queue->base), "vring base");
	must(vdpa_set_vq_addr(dev, index, iova[RING_DESC], iova[RING_DRIVER],
			      iova[RING_DEVICE]), "vring addr");
	must(vdpa_set_vq_call(dev, index, queue->call_fd), "vring call");
	must(vdpa_set_vq_kick(dev, index, queue->kick_fd), "vring kick");
	must(vdpa_set_vq_ready(dev, index, true), "vring enable");
}

/* --- requests ------------------------------------------------------------- */

/* One at nobody's hand, or NULL. */
struct request *queue_get(struct queue *queue)
{
	if (!queue->num_idle)
		return NULL;
	return &queue->reqs[queue->idle[--queue->num_idle]];
}

void queue_put(struct queue *queue, struct request *req)
{
	queue->idle[queue->num_idle++] = req - queue->reqs;
}

/* Makes a request available: 0, or -ENOSPC. A tight ring gets short chains. */
int queue_add(struct queue *queue, struct request *req)
{
	struct ring_desc descs[REQUEST_MAX_DESCS];
	struct ring *ring = &queue->ring;
	u16 num, cookie = req - queue->reqs;
	bool indirect = ring->indirect;
	int ret;

	if (queue->cut || ring->num < 4) {
		num = request_cut(req, descs, ring->num, &queue->seed);
		indirect = indirect && random_chance(&queue->seed, 2);
	} else {
		num = request_lay_out(req, descs);
	}
	req->start_ns = now_ns();
	ret = indirect ? ring_add_indirect(ring, descs, num, cookie) :
			 ring_add(ring, descs, num, cookie);
	return ret < 0 ? ret : 0;
}

void queue_kick(struct queue *queue)
{
	u64 one = 1;

	if (write(queue->kick_fd, &one, sizeof(one)) != sizeof(one))
		die("cannot kick queue %u", queue->index);
}

void queue_publish(struct queue *queue)
{
	if (ring_publish(&queue->ring))
		queue_kick(queue);
}

/* Takes one back: 1, 0 if there is none, -EPROTO. */
int queue_take(struct queue *queue, struct request **req, u32 *len_bytes)
{
	u16 cookie;
	int ret;

	ret = ring_take(&queue->ring, &cookie, len_bytes);
	if (ret > 0)
		*req = &queue->reqs[cookie];
	return ret;
}

/* The same, after waiting for an interrupt if need be; 0 if none came. */
int queue_wait(struct queue *queue, struct request **req, u32 *len_bytes,
	       unsigned int ms)
{
	int ret;

	ret = queue_take(queue, req, len_bytes);
	if (ret || (!ring_listen(&queue->ring) && !poll_fd(queue->call_fd, ms)))
		return ret;
	return queue_take(queue, req, len_bytes);
}

/* One request from end to end: VIRTIO_BLK_S_*, or a negative errno. */
int queue_do(struct queue *queue, struct request *req)
{
	u64 end_ns = now_ns() + DRIVER_WAIT_MS * 1000000ULL;
	struct request *done = NULL;
	u32 len_bytes;
	int ret;

	ret = queue_add(queue, req);
	if (ret)
		return ret;
	queue_publish(queue);
	/* An interrupt may be left over from a chain taken earlier. */
	do {
		ret = queue_wait(queue, &done, &len_bytes, DRIVER_WAIT_MS);
	} while (!ret && now_ns() < end_ns);
	if (ret <= 0)
		return ret ? ret : -ETIMEDOUT;
	return done == req ? *request_status(req) : -EPROTO;
}
