// SPDX-License-Identifier: GPL-2.0
/*
 * virtio-blk requests about ranges of the disk (virtio 1.3, 5.2.6): discard,
 * write zeroes, secure erase. Their data is a list of segments, which we copy
 * once. A discard is one command with the whole list; the others take one or
 * more commands for each range, one after the other.
 */
#include <uapi/linux/virtio_blk.h>

#include "vblk.h"

/* The longest range that can be asked for now, 0: none at all. */
static u64 vblk_range_max_bytes(struct vblk_disk *disk, u32 type)
{
	const struct ipst_ns_info *ns = &disk->ns;

	switch (type) {
	case VIRTIO_BLK_T_DISCARD:
		return vblk_disk_has_feature(disk, VIRTIO_BLK_F_DISCARD) &&
		       READ_ONCE(ns->max_discard_bytes) ?
		       READ_ONCE(disk->max_discard_bytes) : 0;
	case VIRTIO_BLK_T_SECURE_ERASE:
		return vblk_disk_has_feature(disk, VIRTIO_BLK_F_SECURE_ERASE) &&
		       READ_ONCE(ns->max_erase_bytes) ?
		       READ_ONCE(disk->max_erase_bytes) : 0;
	default:
		return vblk_disk_has_feature(disk, VIRTIO_BLK_F_WRITE_ZEROES) ?
		       vblk_disk_max_zeroes_bytes(disk) : 0;
	}
}

/* Takes the next segment off @data; an empty one asks for nothing. */
static u8 vblk_req_add_range(struct vblk_req *req, u32 type, u64 max_bytes,
			     struct vblk_cursor *data)
{
	struct vblk_disk *disk = req->queue->disk;
	u32 lba_shift = disk->ns.lba_shift;
	u64 start_bytes, end_bytes, len_bytes;
	struct virtio_blk_discard_write_zeroes seg;
	struct nvme_dsm_range *range;
	u32 flags;

	if (vblk_cursor_read(data, req->queue, &seg, sizeof(seg)))
		return VIRTIO_BLK_S_IOERR;
	flags = le32_to_cpu(seg.flags);
	if (flags & ~(type == VIRTIO_BLK_T_WRITE_ZEROES ?
		      VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP : 0))
		return VIRTIO_BLK_S_UNSUPP;

	len_bytes = (u64)le32_to_cpu(seg.num_sectors) << SECTOR_SHIFT;
	if (check_mul_overflow(le64_to_cpu(seg.sector), (u64)SECTOR_SIZE,
			       &start_bytes) ||
	    check_add_overflow(start_bytes, len_bytes, &end_bytes) ||
	    end_bytes > READ_ONCE(disk->ns.size_bytes) || len_bytes > max_bytes ||
	    !IS_ALIGNED(start_bytes | len_bytes, 1ULL << lba_shift))
		return VIRTIO_BLK_S_IOERR;
	if (!len_bytes)
		return VIRTIO_BLK_S_OK;

	req->bytes += len_bytes;
	range = &req->segs->range[req->left_ranges++];
	range->cattr = cpu_to_le32(flags);
	range->slba = cpu_to_le64(start_bytes >> lba_shift);
	range->nlb = cpu_to_le32(len_bytes >> lba_shift);
	return VIRTIO_BLK_S_OK;
}

/* Dataset Management (NVM command set 1.0, 3.2.3), Deallocate. */
static void vblk_req_discard(struct vblk_req *req)
{
	struct vblk_segs *segs = req->segs;
	u32 len_bytes = req->left_ranges * sizeof(segs->range[0]);

	vblk_req_init_cmd(req, nvme_cmd_dsm);
	req->req.cmd.dsm.nr = cpu_to_le32(req->left_ranges - 1);
	req->req.cmd.dsm.attributes = cpu_to_le32(NVME_DSMGMT_AD);
	sg_init_one(&segs->bounce, segs->range, len_bytes);
	req->req.sg = &segs->bounce;
	req->req.sg_cnt = 1;
	req->req.len_bytes = len_bytes;
	req->left_ranges = 0;
	vblk_req_submit(req);
}

/**
 * vblk_req_continue_ranges() - send the next part of write zeroes or an erase
 * @req: request with ranges left
 *
 * Context: process, may sleep.
 */
void vblk_req_continue_ranges(struct vblk_req *req)
{
	struct nvme_write_zeroes_cmd *cmd = &req->req.cmd.write_zeroes;
	struct nvme_dsm_range *range = req->range;
	u32 left = le32_to_cpu(range->nlb), nlb = min(left, VBLK_MAX_NLB);

	cmd->slba = range->slba;
	cmd->length = cpu_to_le16(nlb - 1);
	cmd->control = range->cattr ? cpu_to_le16(NVME_WZ_DEAC) : 0;

	le64_add_cpu(&range->slba, nlb);
	range->nlb = cpu_to_le32(left - nlb);
	if (left == nlb) {
		req->range++;
		req->left_ranges--;
	}
	vblk_req_submit(req);
}

/**
 * vblk_req_start_ranges() - begin a request about ranges
 * @req: request
 * @type: VIRTIO_BLK_T_DISCARD, _WRITE_ZEROES or _SECURE_ERASE
 * @data: its segments
 *
 * Context: process, may sleep.
 * Return: VIRTIO_BLK_S_OK if @req is or will be completed, else how it has to
 * be.
 */
u8 vblk_req_start_ranges(struct vblk_req *req, u32 type,
			 struct vblk_cursor *data)
{
	const u32 seg_bytes = sizeof(struct virtio_blk_discard_write_zeroes);
	struct vblk_disk *disk = req->queue->disk;
	u64 i, num = vblk_cursor_bytes(data) / seg_bytes;
	u64 max_bytes = vblk_range_max_bytes(disk, type);
	u8 vstatus;

	if (!max_bytes)
		return VIRTIO_BLK_S_UNSUPP;
	if (READ_ONCE(disk->ns.read_only) || !num || num > VBLK_MAX_RANGES ||
	    vblk_cursor_bytes(data) % seg_bytes)
		return VIRTIO_BLK_S_IOERR;

	vblk_req_alloc_segs(req);
	req->segs->ranges = true;
	for (i = 0; i < num; i++) {
		vstatus = vblk_req_add_range(req, type, max_bytes, data);
		if (vstatus != VIRTIO_BLK_S_OK)
			return vstatus;
	}
	req->num_ranges = req->left_ranges;
	if (!req->left_ranges) {
		vblk_req_end(req, VIRTIO_BLK_S_OK);
		return VIRTIO_BLK_S_OK;
	}
	if (type == VIRTIO_BLK_T_DISCARD) {
		vblk_req_discard(req);
		return VIRTIO_BLK_S_OK;
	}

	vblk_req_init_cmd(req, nvme_cmd_write_zeroes);
	req->req.erase = type == VIRTIO_BLK_T_SECURE_ERASE;
	req->range = req->segs->range;
	req->sync = vblk_disk_must_sync(disk);
	vblk_req_continue_ranges(req);
	return VIRTIO_BLK_S_OK;
}
