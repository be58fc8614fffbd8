/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtio-blk driver: a device, memory that it may see, and queues.
 *
 * The structure and all that it points to are in two areas of fixed addresses,
 * one of which the device sees, so that both can be saved and brought to life
 * again elsewhere: see image.c.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include "area.h"
#include "request.h"
#include "ring.h"
#include "vdpa.h"

#define DRIVER_MAX_QUEUES	64
#define DRIVER_WAIT_MS		20000	/* for what has to happen */
#define DRIVER_RESERVED_SECTORS	2048	/* the volume's end, for driver_prove() */
#define DRIVER_ALL_FEATURES	(~0ULL)	/* that the device has */
#define DRIVER_SHARED_IOVA	0x40000000ULL

struct driver_config {
	u32 num_queues;			/* 0: as many as there are */
	u16 ring_num;			/* 0: the most there can be */
	u16 depth;			/* requests of each queue */
	u32 room_bytes;			/* data of each request */
	u64 ring_features;		/* of RING_FEATURES */
	u16 start;			/* first index of the rings */
	bool cut;			/* lay requests out at random */
	u64 seed;
	size_t own_bytes;		/* for the command's own use */
};

/**
 * struct queue - a virtqueue and its requests
 * @index: which one
 * @kick_fd: the device waits for it
 * @call_fd: the device writes to it
 * @base: where the device is to begin
 * @ring: its ring
 * @depth: entries of @reqs
 * @num_idle: entries of @idle
 * @idle: requests at nobody's hand
 * @pending: one that the ring had no room for
 * @reqs: all requests
 * @cut: lay requests out at random
 * @seed: for that, and for whoever uses the queue
 */
struct queue {
	u32 index;
	int kick_fd;
	int call_fd;
	u32 base;
	struct ring ring;
	u16 depth;
	u16 num_idle;
	u16 *idle;
	struct request *pending;
	struct request *reqs;
	bool cut;
	u64 seed;
};

/**
 * struct driver - all of it
 * @dev: the device
 * @config: what the user wanted, made definite
 * @features: negotiated, or to be
 * @disk: the device's configuration space
 * @num_sectors: usable, that is without DRIVER_RESERVED_SECTORS
 * @config_fd: configuration interrupt
 * @is_mapped: the device has seen @shared; vhost complains of an unmap before
 * @own: memory that no device ever sees, and where this structure is
 * @shared: memory that the device sees, at DRIVER_SHARED_IOVA
 * @queues: as many as config.num_queues
 * @user: the command's
 */
struct driver {
	struct vdpa dev;
	struct driver_config config;
	u64 features;
	struct virtio_blk_config disk;
	u64 num_sectors;
	int config_fd;
	bool is_mapped;
	struct area own;
	struct area shared;
	struct queue *queues;
	void *user;
};

/* driver.c */
struct driver *driver_create(const char *path, const struct driver_config *config);
struct driver *driver_create_on(const struct vdpa *dev,
				const struct driver_config *config);
void driver_destroy(struct driver *drv);
void driver_lay_out(struct driver *drv);
void driver_negotiate(struct driver *drv);
void driver_set_up(struct driver *drv);
void driver_start(struct driver *drv);
void driver_restart(struct driver *drv);
u8 driver_status(struct driver *drv);
bool driver_has(const struct driver *drv, unsigned int feature);
const char *driver_prove(struct driver *drv);

/* queue.c */
void queue_create(struct queue *queue, struct driver *drv, u32 index);
void queue_lay_out(struct queue *queue, struct driver *drv);
void queue_open(struct queue *queue);
void queue_close(struct queue *queue);
void queue_set_up(struct queue *queue, struct vdpa *dev);
struct request *queue_get(struct queue *queue);
void queue_put(struct queue *queue, struct request *req);
int queue_add(struct queue *queue, struct request *req);
void queue_publish(struct queue *queue);
void queue_kick(struct queue *queue);
int queue_take(struct queue *queue, struct request **req, u32 *len_bytes);
int queue_wait(struct queue *queue, struct request **req, u32 *len_bytes,
	       unsigned int ms);
int queue_do(struct queue *queue, struct request *req);

#endif
