// SPDX-License-Identifier: GPL-2.0
/*
 * vDPA operations: what vhost_vdpa and virtio_vdpa ask of a disk. They come in
 * process context, from one driver at a time; only kick_vq comes in any.
 */
#include <linux/cc_platform.h>
#include <linux/log2.h>
#include <uapi/linux/vhost_types.h>
#include <uapi/linux/virtio_blk.h>
#include <uapi/linux/virtio_ids.h>
#include <xen/xen.h>

#include "vblk.h"

static struct vblk_queue *vblk_vdpa_queue(struct vdpa_device *vdpa, u16 index)
{
	return &to_vblk_disk(vdpa)->queues[index];
}

static int vblk_vdpa_set_vq_address(struct vdpa_device *vdpa, u16 index,
				    u64 desc_area, u64 driver_area,
				    u64 device_area)
{
	struct vblk_queue *vq = vblk_vdpa_queue(vdpa, index);

	guard(mutex)(&vq->disk->lock);
	/* virtio 1.3, 2.7 and 2.8.10.1: alignment of the parts. */
	if (!IS_ALIGNED(desc_area, 16) ||
	    !IS_ALIGNED(driver_area, vq->ring.packed ? 4 : 2) ||
	    !IS_ALIGNED(device_area, 4))
		return -EINVAL;
	if (vq->running)
		return -EBUSY;
	vq->addr[VBLK_AREA_DESC] = desc_area;
	vq->addr[VBLK_AREA_DRIVER] = driver_area;
	vq->addr[VBLK_AREA_DEVICE] = device_area;
	vq->placed = true;
	vq->found = false;
	return 0;
}

/* Cannot fail: a size that we cannot have leaves the queue as it was. */
static void vblk_vdpa_set_vq_num(struct vdpa_device *vdpa, u16 index, u32 num)
{
	struct vblk_queue *vq = vblk_vdpa_queue(vdpa, index);

	guard(mutex)(&vq->disk->lock);
	if (vq->running || !num || num > vq->disk->owner->dev.queue_size)
		return;
	vq->ring.num = num;
	vq->found = false;
}

static void vblk_vdpa_kick_vq(struct vdpa_device *vdpa, u16 index)
{
	struct vblk_queue *vq = vblk_vdpa_queue(vdpa, index);

	/* Ours, as at a start, are none of the driver's. */
	atomic64_inc(&vq->kicks);
	vblk_queue_kick(vq);
}

static void vblk_vdpa_set_vq_cb(struct vdpa_device *vdpa, u16 index,
				struct vdpa_callback *cb)
{
	struct vblk_queue *vq = vblk_vdpa_queue(vdpa, index);

	spin_lock_irq(&vq->cb_lock);
	vq->cb = *cb;
	spin_unlock_irq(&vq->cb_lock);
}

static void vblk_vdpa_set_vq_ready(struct vdpa_device *vdpa, u16 index,
				   bool ready)
{
	struct vblk_queue *vq = vblk_vdpa_queue(vdpa, index);

	guard(mutex)(&vq->disk->lock);
	WRITE_ONCE(vq->ready, ready);
	vblk_disk_update(vq->disk);
}

static bool vblk_vdpa_get_vq_ready(struct vdpa_device *vdpa, u16 index)
{
	return READ_ONCE(vblk_vdpa_queue(vdpa, index)->ready);
}

static u16 vblk_vdpa_position(u16 offset, bool wrap)
{
	return offset | (wrap ? VBLK_RING_WRAP : 0);
}

static int vblk_vdpa_set_vq_state(struct vdpa_device *vdpa, u16 index,
				  const struct vdpa_vq_state *state)
{
	const struct vdpa_vq_state_packed *packed = &state->packed;
	struct vblk_queue *vq = vblk_vdpa_queue(vdpa, index);

	guard(mutex)(&vq->disk->lock);
	if (vq->running)
		return -EBUSY;
	if (vq->ring.packed)
		vblk_ring_set_state(&vq->ring,
				    vblk_vdpa_position(packed->last_avail_idx,
						       packed->last_avail_counter),
				    vblk_vdpa_position(packed->last_used_idx,
						       packed->last_used_counter));
	else
		vblk_ring_set_state(&vq->ring, state->split.avail_index, 0);
	return 0;
}

/* Of a stopped queue it is exact: nothing before it is left in flight. */
static int vblk_vdpa_get_vq_state(struct vdpa_device *vdpa, u16 index,
				  struct vdpa_vq_state *state)
{
	const struct vblk_ring *ring = &vblk_vdpa_queue(vdpa, index)->ring;
	u16 last_avail = READ_ONCE(ring->last_avail);
	u16 last_used = READ_ONCE(ring->last_used);

	if (ring->packed)
		state->packed = (struct vdpa_vq_state_packed) {
			.last_avail_counter = !!(last_avail & VBLK_RING_WRAP),
			.last_avail_idx	    = last_avail & ~VBLK_RING_WRAP,
			.last_used_counter  = !!(last_used & VBLK_RING_WRAP),
			.last_used_idx	    = last_used & ~VBLK_RING_WRAP,
		};
	else
		state->split.avail_index = last_avail;
	return 0;
}

static u32 vblk_vdpa_get_vq_align(struct vdpa_device *vdpa)
{
	return SMP_CACHE_BYTES;
}

/*
 * Only this kernel's own driver gets to use physical addresses, whatever mode
 * says: an administrator can bind another one by hand.
 */
static bool vblk_vdpa_is_trusted(struct vblk_disk *disk)
{
	const struct device_driver *drv = disk->vdpa.dev.driver;

	return disk->owner->local && drv && !strcmp(drv->name, "virtio_vdpa");
}

/*
 * A trusted driver may use our memory by its physical addresses, which spares it a
 * mapping and its end for each buffer. But where memory is encrypted or not the
 * machine's own, virtio insists on mappings, and so refuses a device that does not.
 */
static bool vblk_vdpa_needs_mappings(struct vblk_disk *disk)
{
	return !vblk_vdpa_is_trusted(disk) || xen_domain() ||
	       cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT);
}

static u64 vblk_vdpa_get_device_features(struct vdpa_device *vdpa)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);
	const struct ipst_ns_info *ns = &disk->ns;
	bool read_only = READ_ONCE(ns->read_only);
	u64 features = VBLK_FEATURES;

	if (!vblk_vdpa_needs_mappings(disk))
		features &= ~BIT_ULL(VIRTIO_F_ACCESS_PLATFORM);
	if (!READ_ONCE(ns->write_cache))
		features &= ~BIT_ULL(VIRTIO_BLK_F_FLUSH);
	if (disk->num_queues == 1)
		features &= ~BIT_ULL(VIRTIO_BLK_F_MQ);
	if (read_only)
		features &= ~BIT_ULL(VIRTIO_BLK_F_WRITE_ZEROES);
	else
		features &= ~BIT_ULL(VIRTIO_BLK_F_RO);
	if (read_only || !READ_ONCE(ns->max_discard_bytes))
		features &= ~BIT_ULL(VIRTIO_BLK_F_DISCARD);
	if (read_only || !READ_ONCE(ns->max_erase_bytes))
		features &= ~BIT_ULL(VIRTIO_BLK_F_SECURE_ERASE);
	return features;
}

/* See vblk_vdpa_set_vq_ready(). What else is true, vdpa sees from the calls. */
static u64 vblk_vdpa_get_backend_features(const struct vdpa_device *vdpa)
{
	return BIT_ULL(VHOST_BACKEND_F_ENABLE_AFTER_DRIVER_OK);
}

/*
 * Also called with 0 by readers of the configuration space who did not
 * negotiate, and who do not care for the answer: that changes nothing.
 */
static int vblk_vdpa_set_driver_features(struct vdpa_device *vdpa, u64 features)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);
	u64 offered = vblk_vdpa_get_device_features(vdpa);
	u64 must = offered & (BIT_ULL(VIRTIO_F_VERSION_1) |
			      BIT_ULL(VIRTIO_F_ACCESS_PLATFORM));

	if ((features & must) != must || features & ~offered)
		return -EINVAL;
	return vblk_disk_set_features(disk, features);
}

static u64 vblk_vdpa_get_driver_features(struct vdpa_device *vdpa)
{
	return to_vblk_disk(vdpa)->features;
}

static void vblk_vdpa_set_config_cb(struct vdpa_device *vdpa,
				    struct vdpa_callback *cb)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);

	spin_lock_irq(&disk->cb_lock);
	disk->config_cb = *cb;
	spin_unlock_irq(&disk->cb_lock);
}

static u16 vblk_vdpa_get_vq_num_max(struct vdpa_device *vdpa)
{
	return to_vblk_disk(vdpa)->owner->dev.queue_size;
}

static u16 vblk_vdpa_get_vq_num_min(struct vdpa_device *vdpa)
{
	return 2;
}

static u32 vblk_vdpa_get_device_id(struct vdpa_device *vdpa)
{
	return VIRTIO_ID_BLOCK;
}

static u32 vblk_vdpa_get_vendor_id(struct vdpa_device *vdpa)
{
	return 0;
}

static u8 vblk_vdpa_get_status(struct vdpa_device *vdpa)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);
	u8 status = READ_ONCE(disk->status);

	if (READ_ONCE(disk->needs_reset))
		status |= VIRTIO_CONFIG_S_NEEDS_RESET;
	return status;
}

static void vblk_vdpa_set_status(struct vdpa_device *vdpa, u8 status)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);

	mutex_lock(&disk->lock);
	status &= ~VIRTIO_CONFIG_S_NEEDS_RESET;
	/* virtio 1.3, 3.1.1: no FEATURES_OK unless we accepted some. */
	if (status & VIRTIO_CONFIG_S_FEATURES_OK && !disk->features)
		status &= ~(VIRTIO_CONFIG_S_FEATURES_OK |
			    VIRTIO_CONFIG_S_DRIVER_OK);
	if (!(status & VIRTIO_CONFIG_S_FEATURES_OK))
		status &= ~VIRTIO_CONFIG_S_DRIVER_OK;
	vblk_iotlb_trust(&disk->tlb, vblk_vdpa_is_trusted(disk) ?
			 disk->vdpa.dma_dev : NULL);
	WRITE_ONCE(disk->status, status);
	vblk_disk_update(disk);
	mutex_unlock(&disk->lock);
	ipst_event_state(&disk->owner->dev);
}

/* Mappings stay: VHOST_BACKEND_F_IOTLB_PERSIST. */
static int vblk_vdpa_reset(struct vdpa_device *vdpa)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);

	vblk_disk_reset(disk);
	ipst_event_state(&disk->owner->dev);
	return 0;
}

static int vblk_vdpa_suspend(struct vdpa_device *vdpa)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);
	int ret;

	ret = vblk_disk_hold(disk, &disk->suspended);
	ipst_event_state(&disk->owner->dev);
	return ret;
}

static int vblk_vdpa_resume(struct vdpa_device *vdpa)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);

	vblk_disk_release(disk, &disk->suspended);
	ipst_event_state(&disk->owner->dev);
	return 0;
}

static size_t vblk_vdpa_get_config_size(struct vdpa_device *vdpa)
{
	return sizeof(struct virtio_blk_config);
}

/* A limit in sectors, as the configuration space has it. */
static __virtio32 vblk_vdpa_sectors(u64 len_bytes)
{
	return __cpu_to_virtio32(true, min(len_bytes >> SECTOR_SHIFT, U32_MAX));
}

/* The fields about ranges; those of what is not offered are 0. */
static void vblk_vdpa_fill_ranges(struct vblk_disk *disk,
				  struct virtio_blk_config *config)
{
	u64 features = vblk_vdpa_get_device_features(&disk->vdpa);
	const __virtio32 max_ranges = __cpu_to_virtio32(true, VBLK_MAX_RANGES);
	const struct ipst_ns_info *ns = &disk->ns;

	if (features & BIT_ULL(VIRTIO_BLK_F_DISCARD)) {
		config->max_discard_sectors =
			vblk_vdpa_sectors(READ_ONCE(disk->max_discard_bytes));
		config->max_discard_seg = max_ranges;
		config->discard_sector_alignment =
			vblk_vdpa_sectors(ns->discard_align_bytes);
	}
	if (features & BIT_ULL(VIRTIO_BLK_F_WRITE_ZEROES)) {
		config->max_write_zeroes_sectors =
			vblk_vdpa_sectors(vblk_disk_max_zeroes_bytes(disk));
		config->max_write_zeroes_seg = max_ranges;
		config->write_zeroes_may_unmap = ns->zeroes_unmap;
	}
	if (features & BIT_ULL(VIRTIO_BLK_F_SECURE_ERASE)) {
		config->max_secure_erase_sectors =
			vblk_vdpa_sectors(READ_ONCE(disk->max_erase_bytes));
		config->max_secure_erase_seg = max_ranges;
		/* Linux takes the smaller one for both. */
		config->secure_erase_sector_alignment =
			vblk_vdpa_sectors(ns->discard_align_bytes);
	}
}

/* virtio 1.3, 5.2.4; all little-endian. */
static void vblk_vdpa_fill_config(struct vblk_disk *disk,
				  struct virtio_blk_config *config)
{
	const struct ipst_ns_info *ns = &disk->ns;
	u32 block_bytes = 1U << ns->lba_shift;
	/* A chain, with header and status, is no longer than the ring. */
	u32 max_segs = min_t(u32, VBLK_MAX_SEGS,
			     max(disk->owner->dev.queue_size, 3U) - 2);

	*config = (struct virtio_blk_config) {
		.capacity = __cpu_to_virtio64(true, READ_ONCE(ns->size_bytes) >>
					      SECTOR_SHIFT),
		.seg_max = __cpu_to_virtio32(true, min(ns->max_segments,
						       max_segs)),
		.blk_size = __cpu_to_virtio32(true, block_bytes),
		.physical_block_exp = ilog2(max(ns->phys_block_bytes,
						block_bytes)) - ns->lba_shift,
		.alignment_offset = ns->alignment_bytes / block_bytes,
		.min_io_size = __cpu_to_virtio16(true,
						 min(ns->io_min_bytes /
						     block_bytes, U16_MAX)),
		.opt_io_size = __cpu_to_virtio32(true, ns->io_opt_bytes /
						 block_bytes),
		.num_queues = __cpu_to_virtio16(true, disk->num_queues),
	};
	vblk_vdpa_fill_ranges(disk, config);
}

static void vblk_vdpa_get_config(struct vdpa_device *vdpa, unsigned int offset,
				 void *buf, unsigned int len_bytes)
{
	struct virtio_blk_config config;

	memset(buf, 0, len_bytes);
	if (len_bytes > sizeof(config) || offset > sizeof(config) - len_bytes)
		return;
	vblk_vdpa_fill_config(to_vblk_disk(vdpa), &config);
	memcpy(buf, (u8 *)&config + offset, len_bytes);
}

/* Nothing in it is writable. QEMU still writes back what it has read. */
static void vblk_vdpa_set_config(struct vdpa_device *vdpa, unsigned int offset,
				 const void *buf, unsigned int len_bytes)
{
}

static u32 vblk_vdpa_get_generation(struct vdpa_device *vdpa)
{
	return atomic_read(&to_vblk_disk(vdpa)->config_gen);
}

static int vblk_vdpa_dma_map(struct vdpa_device *vdpa, unsigned int asid,
			     u64 iova, u64 size, u64 pa, u32 perm, void *opaque)
{
	return vblk_iotlb_map(&to_vblk_disk(vdpa)->tlb, iova, size, pa, perm);
}

static int vblk_vdpa_dma_unmap(struct vdpa_device *vdpa, unsigned int asid,
			       u64 iova, u64 size)
{
	vblk_iotlb_unmap(&to_vblk_disk(vdpa)->tlb, iova, size);
	return 0;
}

static int vblk_vdpa_reset_map(struct vdpa_device *vdpa, unsigned int asid)
{
	vblk_iotlb_unmap(&to_vblk_disk(vdpa)->tlb, 0, 0);
	return 0;
}

const struct vdpa_config_ops vblk_vdpa_ops = {
	.set_vq_address		= vblk_vdpa_set_vq_address,
	.set_vq_num		= vblk_vdpa_set_vq_num,
	.kick_vq		= vblk_vdpa_kick_vq,
	.set_vq_cb		= vblk_vdpa_set_vq_cb,
	.set_vq_ready		= vblk_vdpa_set_vq_ready,
	.get_vq_ready		= vblk_vdpa_get_vq_ready,
	.set_vq_state		= vblk_vdpa_set_vq_state,
	.get_vq_state		= vblk_vdpa_get_vq_state,
	.get_vq_align		= vblk_vdpa_get_vq_align,
	.get_device_features	= vblk_vdpa_get_device_features,
	.get_backend_features	= vblk_vdpa_get_backend_features,
	.set_driver_features	= vblk_vdpa_set_driver_features,
	.get_driver_features	= vblk_vdpa_get_driver_features,
	.set_config_cb		= vblk_vdpa_set_config_cb,
	.get_vq_num_max		= vblk_vdpa_get_vq_num_max,
	.get_vq_num_min		= vblk_vdpa_get_vq_num_min,
	.get_device_id		= vblk_vdpa_get_device_id,
	.get_vendor_id		= vblk_vdpa_get_vendor_id,
	.get_status		= vblk_vdpa_get_status,
	.set_status		= vblk_vdpa_set_status,
	.reset			= vblk_vdpa_reset,
	.suspend		= vblk_vdpa_suspend,
	.resume			= vblk_vdpa_resume,
	.get_config_size	= vblk_vdpa_get_config_size,
	.get_config		= vblk_vdpa_get_config,
	.set_config		= vblk_vdpa_set_config,
	.get_generation		= vblk_vdpa_get_generation,
	.dma_map		= vblk_vdpa_dma_map,
	.dma_unmap		= vblk_vdpa_dma_unmap,
	.reset_map		= vblk_vdpa_reset_map,
};
