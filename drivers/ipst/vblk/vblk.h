/* SPDX-License-Identifier: GPL-2.0 */
/* A virtio-blk device, its disk, and an index of the files behind them. */
#ifndef _IPST_VBLK_H
#define _IPST_VBLK_H

#include <linux/vdpa.h>
#include <linux/workqueue.h>
#include <uapi/linux/virtio_blk.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_ring.h>

#include "../ipst.h"
#include "iotlb.h"
#include "queue.h"

#define VBLK_SERIAL_SIZE	(VIRTIO_BLK_ID_BYTES + 1)	/* with its NUL */

/* All that we can do; a disk leaves out what its namespace cannot. */
#define VBLK_FEATURES							\
	(BIT_ULL(VIRTIO_F_VERSION_1) |					\
	 BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) |				\
	 BIT_ULL(VIRTIO_F_RING_PACKED) |				\
	 BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) |				\
	 BIT_ULL(VIRTIO_RING_F_EVENT_IDX) |				\
	 BIT_ULL(VIRTIO_BLK_F_SEG_MAX) |				\
	 BIT_ULL(VIRTIO_BLK_F_BLK_SIZE) |				\
	 BIT_ULL(VIRTIO_BLK_F_TOPOLOGY) |				\
	 BIT_ULL(VIRTIO_BLK_F_FLUSH) |					\
	 BIT_ULL(VIRTIO_BLK_F_MQ) |					\
	 BIT_ULL(VIRTIO_BLK_F_DISCARD) |				\
	 BIT_ULL(VIRTIO_BLK_F_WRITE_ZEROES) |				\
	 BIT_ULL(VIRTIO_BLK_F_SECURE_ERASE) |				\
	 BIT_ULL(VIRTIO_BLK_F_RO))

/**
 * struct vblk_disk - the vDPA device of an enabled device
 * @vdpa: freed with its last reference, long after the rest of the disk
 * @owner: the device, pinned while the disk exists
 * @tlb: memory of the host
 * @ns: the namespace as the driver sees it. Its block size never changes; the
 *	rest does, each member by itself (WRITE_ONCE).
 * @max_discard_bytes: of one range, the most that a driver may have been told
 * @max_erase_bytes: likewise
 * @serial: for GET_ID; another volume does not change it
 * @lock: serialises starting and stopping of queues
 * @quiesced: queues are held, while the controller goes; under @lock
 * @paused: queues are held, by the administrator; under @lock
 * @leaving: @paused counts no more; under @lock
 * @suspended: queues are held, by the host; under @lock
 * @status: virtio device status, without NEEDS_RESET; under @lock
 * @needs_reset: a ring is broken
 * @cutting: how many want requests to end after the command at hand
 * @features: what the driver accepted
 * @config_gen: counts changes of the configuration space
 * @cb_lock: as in &struct vblk_queue
 * @config_cb: the driver's configuration interrupt
 * @unregistering: the one who sets it unregisters @vdpa
 * @unregistered: "vdpa dev del" has done so
 * @finish_work: disables the device after "vdpa dev del"
 * @num_queues: entries of @queues
 * @queues: virtqueues
 */
struct vblk_disk {
	struct vdpa_device vdpa;
	struct vblk_device *owner;
	struct vblk_iotlb tlb;
	struct ipst_ns_info ns;
	u64 max_discard_bytes;
	u64 max_erase_bytes;
	char serial[VBLK_SERIAL_SIZE];

	struct mutex lock;	/* starting and stopping queues */
	bool quiesced;
	bool paused;
	bool leaving;
	bool suspended;
	u8 status;
	bool needs_reset;
	atomic_t cutting;
	u64 features;
	atomic_t config_gen;
	spinlock_t cb_lock;	/* config_cb, and its callback */
	struct vdpa_callback config_cb;

	atomic_t unregistering;
	struct completion unregistered;
	struct work_struct finish_work;

	unsigned int num_queues;
	struct vblk_queue *queues;
};

/**
 * struct vblk_device - a virtio-blk device as configured
 * @dev: what it has in common with other kinds
 * @local: mode; under &ipst_device.attr_lock, like the next two
 * @read_only: refuse writes even if the namespace takes them
 * @serial: for GET_ID, empty: made from the namespace's UUID
 * @disk: while enabled; changed under both &ipst_device.lock and attr_lock
 * @by_mgmtdev: being enabled by "vdpa dev add"; under &ipst_device.lock
 */
struct vblk_device {
	struct ipst_device dev;
	bool local;
	bool read_only;
	char serial[VBLK_SERIAL_SIZE];
	struct vblk_disk *disk;
	bool by_mgmtdev;
};

static inline struct vblk_device *to_vblk_device(struct ipst_device *dev)
{
	return container_of(dev, struct vblk_device, dev);
}

static inline struct vblk_disk *to_vblk_disk(struct vdpa_device *vdpa)
{
	return container_of(vdpa, struct vblk_disk, vdpa);
}

static inline bool vblk_disk_has_feature(const struct vblk_disk *disk,
					 unsigned int bit)
{
	return disk->features & BIT_ULL(bit);
}

/* The longest range of a write zeroes request. */
static inline u64 vblk_disk_max_zeroes_bytes(const struct vblk_disk *disk)
{
	return disk->ns.max_zeroes_bytes ?:
	       (u64)VBLK_MAX_NLB << disk->ns.lba_shift;
}

/*
 * Does the backend have a cache that the driver does not know of? It did not
 * accept FLUSH, or could not when it started. Then writes have to be durable
 * when they complete (virtio 1.3, 5.2.5.2).
 */
static inline bool vblk_disk_must_sync(const struct vblk_disk *disk)
{
	return READ_ONCE(disk->ns.write_cache) &&
	       !vblk_disk_has_feature(disk, VIRTIO_BLK_F_FLUSH);
}

/* device.c */
extern const struct ipst_frontend vblk_frontend;
void vblk_device_get_serial(struct vblk_device *vd, char *serial);
void vblk_disk_get_chardev(struct vblk_disk *disk, char *path, size_t size);

/* disk.c */
int vblk_mgmtdev_init(void);
void vblk_mgmtdev_exit(void);
int vblk_disk_create(struct vblk_device *vd);
int vblk_disk_destroy(struct vblk_disk *disk);
void vblk_disk_update(struct vblk_disk *disk);
int vblk_disk_hold(struct vblk_disk *disk, bool *held);
void vblk_disk_release(struct vblk_disk *disk, bool *held);
int vblk_disk_set_features(struct vblk_disk *disk, u64 features);
void vblk_disk_reset(struct vblk_disk *disk);
void vblk_disk_quiesce(struct vblk_disk *disk);
void vblk_disk_resume(struct vblk_disk *disk);
void vblk_disk_ns_changed(struct vblk_disk *disk);
void vblk_disk_config_changed(struct vblk_disk *disk);

/* vdpa.c */
extern const struct vdpa_config_ops vblk_vdpa_ops;

#endif /* _IPST_VBLK_H */
