// SPDX-License-Identifier: GPL-2.0
/*
 * What nvmet neither tells nor does of a block device behind a namespace: limits,
 * zeroes that must stay allocated, and secure erase.
 */
#include <linux/bio.h>
#include <linux/blkdev.h>

#include "core.h"

/**
 * ipst_bdev_get_limits() - what a front end has to know of a block device
 * @bdev: block device
 * @info: lba_shift is set already; limits in bytes, and flags, are filled in
 *
 * Context: any.
 */
void ipst_bdev_get_limits(struct block_device *bdev, struct ipst_ns_info *info)
{
	struct queue_limits *lim = &bdev_get_queue(bdev)->limits;

	info->phys_block_bytes = lim->physical_block_size;
	info->io_min_bytes = lim->io_min;
	info->io_opt_bytes = lim->io_opt;
	info->alignment_bytes = max(bdev_alignment_offset(bdev), 0);
	info->max_segments = lim->max_segments;
	info->dma_alignment = lim->dma_alignment;
	info->max_discard_bytes = (u64)bdev_max_discard_sectors(bdev) <<
				  SECTOR_SHIFT;
	info->discard_align_bytes = max(bdev_discard_granularity(bdev),
					1U << info->lba_shift);
	info->max_zeroes_bytes = (u64)bdev_write_zeroes_sectors(bdev) <<
				 SECTOR_SHIFT;
	info->max_erase_bytes = (u64)bdev_max_secure_erase_sectors(bdev) <<
				SECTOR_SHIFT;
	info->zeroes_unmap = info->max_zeroes_bytes;
	info->write_cache = bdev_write_cache(bdev);
	info->read_only |= bdev_read_only(bdev);
}

/* A chain of bios, or NULL if the device cannot erase. */
static struct bio *ipst_bdev_erase_bio(struct block_device *bdev,
				       sector_t sector, sector_t num_sectors)
{
	sector_t chunk, max_sectors = bdev_max_secure_erase_sectors(bdev);
	struct bio *bio = NULL;

	max_sectors = round_down(min(max_sectors, UINT_MAX >> SECTOR_SHIFT),
				 bdev_logical_block_size(bdev) >> SECTOR_SHIFT);
	while (max_sectors && num_sectors) {
		chunk = min(num_sectors, max_sectors);
		bio = blk_next_bio(bio, bdev, 0, REQ_OP_SECURE_ERASE, GFP_NOIO);
		bio->bi_iter.bi_sector = sector;
		bio->bi_iter.bi_size = chunk << SECTOR_SHIFT;
		sector += chunk;
		num_sectors -= chunk;
	}
	return bio;
}

/**
 * ipst_bdev_range_bio() - write zeroes that stay allocated, or erase securely
 * @bdev: block device
 * @sector: where
 * @num_sectors: how much, not 0
 * @erase: secure erase
 *
 * nvmet has no way to ask the block layer for either.
 *
 * Context: process; may sleep, allocates without I/O.
 * Return: the last bio of a chain, of which all others wait; the caller sets
 * its bi_private and bi_end_io, submits it, and puts it when it has ended.
 * -EROFS if the device is read-only, even if it was made so only now: of a bio
 * the block layer would only warn. -EOPNOTSUPP, or another errno.
 */
struct bio *ipst_bdev_range_bio(struct block_device *bdev, sector_t sector,
				sector_t num_sectors, bool erase)
{
	struct bio *bio = NULL;
	int ret = 0;

	if (bdev_read_only(bdev))
		return ERR_PTR(-EROFS);
	if (erase)
		bio = ipst_bdev_erase_bio(bdev, sector, num_sectors);
	else
		ret = __blkdev_issue_zeroout(bdev, sector, num_sectors, GFP_NOIO,
					     &bio, BLKDEV_ZERO_NOUNMAP);
	if (ret)
		return ERR_PTR(ret);
	return bio ?: ERR_PTR(-EOPNOTSUPP);
}
