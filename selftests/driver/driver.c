// SPDX-License-Identifier: GPL-2.0
/* A virtio-blk driver: from the open device to DRIVER_OK, and back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "driver.h"

#define OWN_AT		0x100000000000ULL
#define SHARED_AT	0x200000000000ULL

bool driver_has(const struct driver *drv, unsigned int feature)
{
	return drv->features & BIT_ULL(feature);
}

/* What to negotiate: rings as wanted, all else as offered. */
static u64 driver_choose_features(struct vdpa *dev, u64 wanted)
{
	u64 offered;

	must(vdpa_get_features(dev, &offered), "features");
	if (wanted == DRIVER_ALL_FEATURES)
		return offered;
	if (wanted & ~offered)
		skip("the device does not offer features %#llx",
		     (unsigned long long)(wanted & ~offered));
	return (offered & ~RING_FEATURES) | wanted;
}

/* Makes @config definite: the device decides what the user left open. */
static void driver_fit_config(struct driver_config *config, struct vdpa *dev)
{
	u16 max_num;
	u32 num_queues;

	must(vdpa_get_num_queues(dev, &num_queues), "number of queues");
	must(vdpa_get_max_num(dev, &max_num), "size of queues");
	if (!config->num_queues)
		config->num_queues = min_u64(num_queues, DRIVER_MAX_QUEUES);
	if (!config->ring_num)
		config->ring_num = min_u64(max_num, RING_MAX_NUM);
	if (config->num_queues > num_queues)
		skip("the device has %u queues only", num_queues);
	if (config->ring_num > max_num)
		skip("the device's queues have %u entries at most", max_num);
}

static void driver_read_config(struct driver *drv)
{
	must(vdpa_get_config(&drv->dev, 0, &drv->disk, sizeof(drv->disk)),
	     "configuration space");
	if (drv->disk.capacity < 2 * DRIVER_RESERVED_SECTORS)
		die("the volume is too small");
	drv->num_sectors = drv->disk.capacity - DRIVER_RESERVED_SECTORS;
}

static size_t driver_shared_bytes(const struct driver_config *config)
{
	return config->num_queues *
	       (ring_bytes(config->ring_num) +
		config->depth * request_bytes(config->room_bytes));
}

static size_t driver_own_bytes(const struct driver_config *config)
{
	size_t queue_bytes = sizeof(struct queue) + config->depth *
			     (sizeof(struct request) + sizeof(u16));

	return sizeof(struct driver) + config->own_bytes + 2 * PAGE_BYTES +
	       config->num_queues * (queue_bytes + 64);
}

/* A driver that has not touched the device yet, but knows what it is like. */
struct driver *driver_create_on(const struct vdpa *dev,
				const struct driver_config *wanted)
{
	struct driver_config config = *wanted;
	struct vdpa copy = *dev;
	struct driver *drv;
	struct area own;
	u64 features;
	u32 i;

	features = driver_choose_features(&copy, config.ring_features);
	driver_fit_config(&config, &copy);
	area_create(&own, OWN_AT, 0, driver_own_bytes(&config));
	drv = area_alloc(&own, sizeof(*drv), 64);
	drv->dev = copy;
	drv->config = config;
	drv->features = features;
	drv->config_fd = -1;
	driver_read_config(drv);
	area_create(&drv->shared, SHARED_AT, DRIVER_SHARED_IOVA,
		    driver_shared_bytes(&config));
	drv->own = own;
	drv->queues = area_alloc(&drv->own, config.num_queues *
				 sizeof(*drv->queues), 64);
	for (i = 0; i < config.num_queues; i++)
		queue_create(&drv->queues[i], drv, i);
	driver_lay_out(drv);
	return drv;
}

struct driver *driver_create(const char *path, const struct driver_config *config)
{
	struct vdpa dev;

	must(vdpa_open(&dev, path), path);
	return driver_create_on(&dev, config);
}

/* Closes the device, which resets it. */
void driver_destroy(struct driver *drv)
{
	struct area own = drv->own;
	u32 i;

	vdpa_close(&drv->dev);
	for (i = 0; i < drv->config.num_queues; i++)
		queue_close(&drv->queues[i]);
	if (drv->config_fd >= 0)
		close(drv->config_fd);
	area_destroy(&drv->shared);
	area_destroy(&own);
}

/* Fresh rings and requests, in place of any before. */
void driver_lay_out(struct driver *drv)
{
	u32 i;

	drv->shared.used_bytes = 0;
	for (i = 0; i < drv->config.num_queues; i++)
		queue_lay_out(&drv->queues[i], drv);
}

/* --- steps of starting it (virtio 1.3, 3.1.1) ----------------------------- */

/* To FEATURES_OK. The owner's part only once for each open device. */
void driver_negotiate(struct driver *drv)
{
	struct vdpa *dev = &drv->dev;
	int ret = vdpa_own(dev);

	if (ret != -EBUSY)
		must(ret, "owner");
	must(vdpa_accept_backend(dev), "backend features");
	must(vdpa_add_status(dev, VIRTIO_CONFIG_S_ACKNOWLEDGE), "status");
	must(vdpa_add_status(dev, VIRTIO_CONFIG_S_DRIVER), "status");
	must(vdpa_set_features(dev, drv->features), "set features");
	must(vdpa_add_status(dev, VIRTIO_CONFIG_S_FEATURES_OK), "status");
	if (!(driver_status(drv) & VIRTIO_CONFIG_S_FEATURES_OK))
		die("the device does not accept the features that it offers");
}

/* Memory and queues; mapped in two pieces, as the hole of a PC would do. */
void driver_set_up(struct driver *drv)
{
	const struct area *shared = &drv->shared;
	size_t half = shared->bytes / 2;
	struct vdpa *dev = &drv->dev;
	u32 i;

	if (drv->config_fd < 0)
		drv->config_fd = must(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
				      "eventfd");
	must(vdpa_set_config_call(dev, drv->config_fd), "config call");
	must(vdpa_begin_batch(dev), "begin of batch");
	must(vdpa_map(dev, shared->iova, half, shared->addr, VHOST_ACCESS_RW),
	     "map");
	must(vdpa_map(dev, shared->iova + half, shared->bytes - half,
		      shared->addr + half, VHOST_ACCESS_RW), "map");
	must(vdpa_end_batch(dev), "end of batch");
	drv->is_mapped = true;
	for (i = 0; i < drv->config.num_queues; i++)
		queue_set_up(&drv->queues[i], dev);
}

void driver_start(struct driver *drv)
{
	driver_negotiate(drv);
	driver_set_up(drv);
	must(vdpa_add_status(&drv->dev, VIRTIO_CONFIG_S_DRIVER_OK), "status");
}

/* Whatever has happened: from here on it is a driver like any other. */
void driver_restart(struct driver *drv)
{
	must(vdpa_reset(&drv->dev), "reset");
	if (drv->is_mapped)
		must(vdpa_unmap(&drv->dev, 0, ~0ULL), "unmap");
	driver_lay_out(drv);
	driver_start(drv);
}

u8 driver_status(struct driver *drv)
{
	u8 status;

	must(vdpa_get_status(&drv->dev, &status), "status");
	return status;
}

/* --- proof that it works --------------------------------------------------- */

static const char *driver_prove_one(struct queue *queue, u64 sector, u64 seed)
{
	struct request *req = queue_get(queue);
	u32 i, bytes = min_u64(req->room_bytes, 32768);
	u64 *word = (u64 *)req->data;
	u64 again = seed;

	for (i = 0; i < bytes / sizeof(*word); i++)
		word[i] = random_next(&seed);
	request_set(req, VIRTIO_BLK_T_OUT, sector, bytes);
	if (queue_do(queue, req) != VIRTIO_BLK_S_OK)
		return "a good write fails";
	memset(req->data, 0, bytes);
	request_set(req, VIRTIO_BLK_T_IN, sector, bytes);
	if (queue_do(queue, req) != VIRTIO_BLK_S_OK)
		return "a good read fails";
	for (i = 0; i < bytes / sizeof(*word); i++)
		if (word[i] != random_next(&again))
			return "a read returns other than was written";
	queue_put(queue, req);
	return NULL;
}

/* Writes and reads the reserved end, on each queue. NULL, or what is wrong. */
const char *driver_prove(struct driver *drv)
{
	const char *why = NULL;
	u64 seed = now_ns();
	u64 sector;
	u32 i;

	for (i = 0; i < drv->config.num_queues && !why; i++) {
		sector = drv->num_sectors + i % 32 * 64;
		why = driver_prove_one(&drv->queues[i], sector, seed + i);
	}
	if (!why && driver_status(drv) & VIRTIO_CONFIG_S_NEEDS_RESET)
		why = "the device needs a reset";
	return why;
}
