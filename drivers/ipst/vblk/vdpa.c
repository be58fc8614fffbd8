// SPDX-License-Identifier: GPL-2.0
/*
 * vDPA operations: what vhost_vdpa and virtio_vdpa ask of a disk. They come in
 * process context, from one driver at a time; only kick_vq comes in any.
 */
#include <linux/log2.h>
#include <uapi/linux/vhost_types.h>
#include <uapi/linux/virtio_blk.h>
#include <uapi/linux/virtio_ids.h>

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

	/* virtio 1.3, 2.7: alignment of the parts. */
	if (!IS_ALIGNED(desc_area, 16) || !IS_ALIGNED(driver_area, 2) ||
	    !IS_ALIGNED(device_area, 4))
		return -EINVAL;

	guard(mutex)(&vq->disk->lock);
	if (vq->running)
		return -EBUSY;
	vq->addr[VBLK_WINDOW_DESC] = desc_area;
	vq->addr[VBLK_WINDOW_AVAIL] = driver_area;
	vq->addr[VBLK_WINDOW_USED] = device_area;
	vq->placed = true;
	vq->ring.desc = NULL;
	return 0;
}

/* Cannot fail: a size that makes no sense leaves the queue as it was. */
static void vblk_vdpa_set_vq_num(struct vdpa_device *vdpa, u16 index, u32 num)
{
	struct vblk_queue *vq = vblk_vdpa_queue(vdpa, index);

	guard(mutex)(&vq->disk->lock);
	if (vq->running || !is_power_of_2(num) ||
	    num > vq->disk->owner->dev.queue_size)
		return;
	vq->num = num;
	vq->ring.desc = NULL;
}

static void vblk_vdpa_kick_vq(struct vdpa_device *vdpa, u16 index)
{
	vblk_queue_kick(vblk_vdpa_queue(vdpa, index));
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

static int vblk_vdpa_set_vq_state(struct vdpa_device *vdpa, u16 index,
				  const struct vdpa_vq_state *state)
{
	struct vblk_queue *vq = vblk_vdpa_queue(vdpa, index);

	guard(mutex)(&vq->disk->lock);
	if (vq->running)
		return -EBUSY;
	vblk_ring_reset(&vq->ring, state->split.avail_index);
	return 0;
}

/* Of a stopped queue it is exact: nothing before it is left in flight. */
static int vblk_vdpa_get_vq_state(struct vdpa_device *vdpa, u16 index,
				  struct vdpa_vq_state *state)
{
	struct vblk_queue *vq = vblk_vdpa_queue(vdpa, index);

	state->split.avail_index = READ_ONCE(vq->ring.last_avail);
	return 0;
}

static u32 vblk_vdpa_get_vq_align(struct vdpa_device *vdpa)
{
	return SMP_CACHE_BYTES;
}

static u64 vblk_vdpa_get_device_features(struct vdpa_device *vdpa)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);
	u64 features = VBLK_FEATURES;

	if (!disk->ns.write_cache)
		features &= ~BIT_ULL(VIRTIO_BLK_F_FLUSH);
	if (!READ_ONCE(disk->ns.read_only))
		features &= ~BIT_ULL(VIRTIO_BLK_F_RO);
	if (disk->num_queues == 1)
		features &= ~BIT_ULL(VIRTIO_BLK_F_MQ);
	return features;
}

/*
 * Also called with 0 by readers of the configuration space who did not
 * negotiate, and who do not care for the answer: that changes nothing.
 */
static int vblk_vdpa_set_driver_features(struct vdpa_device *vdpa, u64 features)
{
	const u64 must = BIT_ULL(VIRTIO_F_VERSION_1) |
			 BIT_ULL(VIRTIO_F_ACCESS_PLATFORM);
	struct vblk_disk *disk = to_vblk_disk(vdpa);

	if ((features & must) != must ||
	    features & ~vblk_vdpa_get_device_features(vdpa))
		return -EINVAL;
	if (disk->status & VIRTIO_CONFIG_S_DRIVER_OK)
		return -EBUSY;
	disk->features = features;
	return 0;
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

/*
 * Only this kernel's own driver gets to use physical addresses, whatever mode
 * says: an administrator can bind another one by hand.
 */
static bool vblk_vdpa_is_trusted(struct vblk_disk *disk)
{
	const struct device_driver *drv = disk->vdpa.dev.driver;

	return disk->owner->local && drv && !strcmp(drv->name, "virtio_vdpa");
}

static void vblk_vdpa_set_status(struct vdpa_device *vdpa, u8 status)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);

	guard(mutex)(&disk->lock);
	status &= ~VIRTIO_CONFIG_S_NEEDS_RESET;
	/* virtio 1.3, 3.1.1: no FEATURES_OK unless we accepted some. */
	if (status & VIRTIO_CONFIG_S_FEATURES_OK && !disk->features)
		status &= ~(VIRTIO_CONFIG_S_FEATURES_OK |
			    VIRTIO_CONFIG_S_DRIVER_OK);
	if (!(status & VIRTIO_CONFIG_S_FEATURES_OK))
		status &= ~VIRTIO_CONFIG_S_DRIVER_OK;
	WRITE_ONCE(disk->tlb.dma_dev,
		   vblk_vdpa_is_trusted(disk) ? disk->vdpa.dma_dev : NULL);
	WRITE_ONCE(disk->status, status);
	vblk_disk_update(disk);
}

/* Mappings stay: VHOST_BACKEND_F_IOTLB_PERSIST. */
static int vblk_vdpa_reset(struct vdpa_device *vdpa)
{
	vblk_disk_reset(to_vblk_disk(vdpa));
	return 0;
}

static int vblk_vdpa_suspend(struct vdpa_device *vdpa)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);

	guard(mutex)(&disk->lock);
	WRITE_ONCE(disk->suspended, true);
	vblk_disk_update(disk);
	return 0;
}

static int vblk_vdpa_resume(struct vdpa_device *vdpa)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);

	guard(mutex)(&disk->lock);
	WRITE_ONCE(disk->suspended, false);
	vblk_disk_update(disk);
	return 0;
}

static size_t vblk_vdpa_get_config_size(struct vdpa_device *vdpa)
{
	return sizeof(struct virtio_blk_config);
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
