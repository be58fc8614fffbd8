// SPDX-License-Identifier: GPL-2.0
/*
 * ipst_test_disk.ko: a disk in memory that can do what no other disk without
 * hardware can, secure erase above all, and that counts what it was asked for.
 * Counts and limits are module parameters.
 */
#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#define TEST_DISK_BYTES		(64 << 20)

static unsigned long flushes;
module_param(flushes, ulong, 0644);

/* The rest in sectors. */
static unsigned long fua;
module_param(fua, ulong, 0644);

static unsigned long discarded;
module_param(discarded, ulong, 0644);

static unsigned long zeroed;
module_param(zeroed, ulong, 0644);

static unsigned long zeroed_nounmap;
module_param(zeroed_nounmap, ulong, 0644);

static unsigned long erased;
module_param(erased, ulong, 0644);

static unsigned int block_bytes = 512;
module_param(block_bytes, uint, 0444);

static unsigned int max_sectors = 8192;	/* of one discard, zeroing or erase */
module_param(max_sectors, uint, 0444);

static unsigned int physical_bytes;	/* 0: a block */
module_param(physical_bytes, uint, 0444);

static unsigned int min_bytes;		/* preferred I/O, at least */
module_param(min_bytes, uint, 0444);

static unsigned int opt_bytes;		/* best of all */
module_param(opt_bytes, uint, 0444);

static bool offload = true;		/* discard, zeroing and erase */
module_param(offload, bool, 0444);

static struct gendisk *test_disk;
static u8 *test_data;

static DEFINE_SPINLOCK(count_lock);	/* the counts above */

static void test_disk_count(unsigned long *count, unsigned int by)
{
	unsigned long flags;

	spin_lock_irqsave(&count_lock, flags);
	*count += by;
	spin_unlock_irqrestore(&count_lock, flags);
}

static void test_disk_rw(struct bio *bio)
{
	u8 *at = test_data + (bio->bi_iter.bi_sector << SECTOR_SHIFT);
	struct bvec_iter iter;
	struct bio_vec bvec;

	bio_for_each_segment(bvec, bio, iter) {
		if (op_is_write(bio_op(bio)))
			memcpy_from_bvec(at, &bvec);
		else
			memcpy_to_bvec(&bvec, at);
		at += bvec.bv_len;
	}
}

/* What is discarded reads as ones: nobody may count on zeroes. */
static void test_disk_fill(struct bio *bio, unsigned long *count, u8 value)
{
	memset(test_data + (bio->bi_iter.bi_sector << SECTOR_SHIFT), value,
	       bio->bi_iter.bi_size);
	test_disk_count(count, bio_sectors(bio));
}

static void test_disk_submit_bio(struct bio *bio)
{
	if (bio->bi_opf & REQ_PREFLUSH)
		test_disk_count(&flushes, 1);
	if (bio->bi_opf & REQ_FUA)
		test_disk_count(&fua, bio_sectors(bio));

	switch (bio_op(bio)) {
	case REQ_OP_READ:
	case REQ_OP_WRITE:
		test_disk_rw(bio);
		break;
	case REQ_OP_FLUSH:
		break;
	case REQ_OP_DISCARD:
		test_disk_fill(bio, &discarded, 0xff);
		break;
	case REQ_OP_SECURE_ERASE:
		test_disk_fill(bio, &erased, 0xee);
		break;
	case REQ_OP_WRITE_ZEROES:
		test_disk_fill(bio, bio->bi_opf & REQ_NOUNMAP ?
			       &zeroed_nounmap : &zeroed, 0);
		break;
	default:
		bio->bi_status = BLK_STS_NOTSUPP;
	}
	bio_endio(bio);
}

static const struct block_device_operations test_disk_ops = {
	.owner		= THIS_MODULE,
	.submit_bio	= test_disk_submit_bio,
};

static int __init test_disk_init(void)
{
	struct queue_limits lim = {
		.logical_block_size	= block_bytes,
		.physical_block_size	= physical_bytes,
		.io_min			= min_bytes,
		.io_opt			= opt_bytes,
		.features		= BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA,
	};
	int ret = -ENOMEM;

	if (offload) {
		lim.max_hw_discard_sectors = max_sectors;
		lim.max_write_zeroes_sectors = max_sectors;
		lim.max_secure_erase_sectors = max_sectors;
		lim.discard_granularity = 4096;
	}
	test_data = vzalloc(TEST_DISK_BYTES);
	if (!test_data)
		return ret;
	test_disk = blk_alloc_disk(&lim, NUMA_NO_NODE);
	if (IS_ERR(test_disk)) {
		ret = PTR_ERR(test_disk);
		goto err_free;
	}
	strscpy(test_disk->disk_name, "ipst-test");
	test_disk->fops = &test_disk_ops;
	test_disk->flags = GENHD_FL_NO_PART;
	set_capacity(test_disk, TEST_DISK_BYTES >> SECTOR_SHIFT);
	ret = add_disk(test_disk);
	if (ret)
		goto err_put;
	return 0;

err_put:
	put_disk(test_disk);
err_free:
	vfree(test_data);
	return ret;
}

static void __exit test_disk_exit(void)
{
	del_gendisk(test_disk);
	put_disk(test_disk);
	vfree(test_data);
}

module_init(test_disk_init);
module_exit(test_disk_exit);

MODULE_DESCRIPTION("IPU storage target: a disk for tests");
MODULE_LICENSE("GPL");
