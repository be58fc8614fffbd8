// SPDX-License-Identifier: GPL-2.0
/*
 * Hostile cases: chains of descriptors, in a split ring or in either format,
 * and indirect tables (kernel-side rules: every index is checked, every loop
 * ends, what makes no sense breaks the ring).
 */
#include <string.h>

#include "trial.h"

#define TABLE_MAX	1024		/* what the device takes at most */
#define PIECES_MAX	126		/* of data, likewise */

/* --- split: indices ------------------------------------------------------- */

/* Three good descriptors in the table from @at on; they are not offered. */
static void split_write_chain(struct trial *t, struct request *req, u16 at)
{
	struct ring_desc descs[REQUEST_MAX_DESCS];
	u16 i, num = request_lay_out(req, descs);

	for (i = 0; i < num; i++)
		t->queue->ring.desc[at + i] = (struct vring_desc) {
			descs[i].addr, descs[i].len_bytes, descs[i].flags,
			at + i + 1
		};
}

static void split_offer(struct trial *t, u16 head)
{
	struct vring_avail *avail = t->queue->ring.avail;

	avail->ring[avail->idx % t->queue->ring.num] = head;
	__atomic_store_n(&avail->idx, avail->idx + 1, __ATOMIC_RELEASE);
}

/* One entry more than there can be, and nothing wrong with any of them. */
static void avail_jump(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring *ring = &t->queue->ring;
	u16 i;

	for (i = 0; i < ring->num; i++) {
		ring->desc[i] = (struct vring_desc) {
			request_status_iova(req), 1, VRING_DESC_F_WRITE
		};
		ring->avail->ring[(ring->avail_idx + i) % ring->num] = i;
	}
	__atomic_store_n(&ring->avail->idx, ring->avail_idx + ring->num + 1,
			 __ATOMIC_RELEASE);
	queue_kick(t->queue);
	trial_expect_broken(t);
}

static void avail_back(struct trial *t)
{
	t->queue->ring.avail->idx--;
	queue_kick(t->queue);
	trial_expect_broken(t);
}

static void head_out_of_range(struct trial *t)
{
	split_offer(t, t->queue->ring.num);
	queue_kick(t->queue);
	trial_expect_broken(t);
}

static void head_far_out_of_range(struct trial *t)
{
	split_offer(t, 0xffff);
	queue_kick(t->queue);
	trial_expect_broken(t);
}

static void next_out_of_range(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	split_write_chain(t, req, 0);
	t->queue->ring.desc[1].next = t->queue->ring.num;
	split_offer(t, 0);
	queue_kick(t->queue);
	trial_expect_broken(t);
}

static void chain_loop(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);

	split_write_chain(t, req, 0);
	t->queue->ring.desc[1].next = 0;
	split_offer(t, 0);
	queue_kick(t->queue);
	trial_expect_broken(t);
}

static void chain_to_itself(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);

	split_write_chain(t, req, 0);
	t->queue->ring.desc[0].next = 0;
	split_offer(t, 0);
	queue_kick(t->queue);
	trial_expect_broken(t);
}

/* In one batch, so that the first is still in flight: a slow volume helps. */
static void head_twice(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 65536);

	split_write_chain(t, req, 0);
	split_offer(t, 0);
	split_offer(t, 0);
	queue_kick(t->queue);
	trial_expect_needs_reset(t);
}

/* --- chains in either format ---------------------------------------------- */

/* Header, as many pieces of data as it takes to make @num, status. */
static u16 long_chain(struct request *req, struct ring_desc *descs, u16 num)
{
	u32 piece_bytes = req->data_bytes / (num - 2);
	u16 i;

	descs[0] = (struct ring_desc) { req->iova, 16, VRING_DESC_F_NEXT };
	for (i = 0; i < num - 2; i++)
		descs[i + 1] = (struct ring_desc) {
			request_data_iova(req) + i * piece_bytes, piece_bytes,
			VRING_DESC_F_NEXT | VRING_DESC_F_WRITE
		};
	descs[num - 1] = (struct ring_desc) {
		request_status_iova(req), 1, VRING_DESC_F_WRITE
	};
	return num;
}

static void chain_as_long_as_ring(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc descs[RING_MAX_NUM];
	u16 num = t->queue->ring.num;

	if (num < 3 || num > 18) {
		trial_skip(t, "rings of 3 to 18 entries");
		return;
	}
	request_set(req, VIRTIO_BLK_T_IN, 0, (num - 2) * 4096);
	trial_offer(t, req, descs, long_chain(req, descs, num));
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

static void readable_after_writable(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];
	u16 num = request_lay_out(req, descs);
	struct ring_desc header = descs[0];

	descs[0] = descs[1];
	descs[1] = header;
	trial_offer(t, req, descs, num);
	trial_expect_broken(t);
}

static void zero_length(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc d[REQUEST_MAX_DESCS], descs[6];
	u16 i;

	request_lay_out(req, d);
	for (i = 0; i < 3; i++) {
		descs[2 * i] = d[i];
		descs[2 * i].len_bytes = 0;
		descs[2 * i].addr = TRIAL_NOWHERE;
		descs[2 * i].flags |= VRING_DESC_F_NEXT;
		descs[2 * i + 1] = d[i];
	}
	trial_offer(t, req, descs, 6);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

static void nothing_but_zero_length(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];
	u16 i, num = request_lay_out(req, descs);

	for (i = 0; i < num; i++)
		descs[i].len_bytes = 0;
	trial_offer(t, req, descs, num);
	trial_expect_broken(t);
}

/* --- indirect tables ------------------------------------------------------ */

/* The table of @req, offered with another length, address or flags. */
static void offer_odd_table(struct trial *t, struct request *req, u64 addr,
			    u32 len_bytes, u16 flags)
{
	struct ring_desc one = { addr, len_bytes, VRING_DESC_F_INDIRECT | flags };

	trial_offer(t, req, &one, 1);
}

/* Entry @i of a table at @at in spare memory, which is mapped. */
static void write_entry(struct trial *t, size_t at, u16 i, struct ring_desc from)
{
	bool packed = t->queue->ring.packed;
	struct vring_desc desc = {
		.addr = from.addr,
		.len = from.len_bytes,
		/* packed: the id, and behind it the flags */
		.flags = packed ? 0 : from.flags,
		.next = packed ? from.flags & VRING_DESC_F_WRITE : i + 1,
	};

	memcpy(t->spare.addr + at + i * sizeof(desc), &desc, sizeof(desc));
}

/* A good table for @req there; returns its bytes. */
static u32 write_table(struct trial *t, struct request *req, size_t at)
{
	struct ring_desc descs[REQUEST_MAX_DESCS];
	u16 i, num = request_lay_out(req, descs);

	for (i = 0; i < num; i++)
		write_entry(t, at, i, descs[i]);
	return num * sizeof(struct vring_desc);
}

/* A read whose data is cut into @num pieces: a longer table than any ring. */
static void offer_pieces(struct trial *t, u16 num, u8 vstatus)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, num * SECTOR_BYTES);
	u16 i;

	write_entry(t, 0, 0, (struct ring_desc) { req->iova, 16, VRING_DESC_F_NEXT });
	for (i = 0; i < num; i++)
		write_entry(t, 0, i + 1, (struct ring_desc) {
			request_data_iova(req) + i * SECTOR_BYTES, SECTOR_BYTES,
			VRING_DESC_F_NEXT | VRING_DESC_F_WRITE
		});
	write_entry(t, 0, num + 1, (struct ring_desc) {
		request_status_iova(req), 1, VRING_DESC_F_WRITE
	});
	offer_odd_table(t, req, TRIAL_SPARE_IOVA,
			(num + 2) * sizeof(struct vring_desc), 0);
	trial_expect(t, req, vstatus);
}

static void data_in_pieces(struct trial *t)
{
	if (t->drv->disk.blk_size != SECTOR_BYTES) {
		trial_skip(t, "blocks of 512 bytes");
		return;
	}
	must(area_map(&t->spare, &t->drv->dev, VHOST_ACCESS_RW), "map");
	offer_pieces(t, PIECES_MAX, VIRTIO_BLK_S_OK);
	offer_pieces(t, PIECES_MAX + 1, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static struct request *table_request(struct trial *t, u32 *len_bytes)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	must(area_map(&t->spare, &t->drv->dev, VHOST_ACCESS_RW), "map");
	*len_bytes = write_table(t, req, 0);
	return req;
}

static void table_good(struct trial *t)
{
	u32 len_bytes;
	struct request *req = table_request(t, &len_bytes);

	offer_odd_table(t, req, TRIAL_SPARE_IOVA, len_bytes, 0);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

static void table_of_odd_length(struct trial *t)
{
	u32 len_bytes;
	struct request *req = table_request(t, &len_bytes);

	offer_odd_table(t, req, TRIAL_SPARE_IOVA, len_bytes + 8, 0);
	trial_expect_broken(t);
}

static void table_empty(struct trial *t)
{
	u32 len_bytes;
	struct request *req = table_request(t, &len_bytes);

	offer_odd_table(t, req, TRIAL_SPARE_IOVA, 0, 0);
	trial_expect_broken(t);
}

static void table_too_long(struct trial *t)
{
	u32 len_bytes;
	struct request *req = table_request(t, &len_bytes);

	offer_odd_table(t, req, TRIAL_SPARE_IOVA, (TABLE_MAX + 1) * 16, 0);
	trial_expect_broken(t);
}

static void table_huge(struct trial *t)
{
	u32 len_bytes;
	struct request *req = table_request(t, &len_bytes);

	offer_odd_table(t, req, TRIAL_SPARE_IOVA, 0xfffffff0, 0);
	trial_expect_broken(t);
}

static void table_unmapped(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	offer_odd_table(t, req, TRIAL_NOWHERE, 48, 0);
	trial_expect_broken(t);
}

static void table_at_end_of_space(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	offer_odd_table(t, req, ~0ULL - 15, 48, 0);
	trial_expect_broken(t);
}

static void table_not_readable(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	offer_odd_table(t, req, TRIAL_WRITE_IOVA, 48, 0);
	trial_expect_broken(t);
}

static void table_and_next(struct trial *t)
{
	u32 len_bytes;
	struct request *req = table_request(t, &len_bytes);
	struct ring_desc descs[2] = {
		{ TRIAL_SPARE_IOVA, len_bytes,
		  VRING_DESC_F_INDIRECT | VRING_DESC_F_NEXT },
		{ TRIAL_SPARE_IOVA + 4096, 1, VRING_DESC_F_WRITE },
	};

	trial_offer(t, req, descs, 2);
	trial_expect_broken(t);
}

static void table_in_table(struct trial *t)
{
	u32 len_bytes;
	struct request *req = table_request(t, &len_bytes);
	struct vring_desc *desc = (void *)t->spare.addr;

	if (t->queue->ring.packed)
		desc[1].next |= VRING_DESC_F_INDIRECT;
	else
		desc[1].flags |= VRING_DESC_F_INDIRECT;
	offer_odd_table(t, req, TRIAL_SPARE_IOVA, len_bytes, 0);
	trial_expect_broken(t);
}

static void table_loop(struct trial *t)
{
	u32 len_bytes;
	struct request *req = table_request(t, &len_bytes);
	struct vring_desc *desc = (void *)t->spare.addr;

	desc[1].next = 0;
	desc[1].flags &= ~VRING_DESC_F_WRITE;
	offer_odd_table(t, req, TRIAL_SPARE_IOVA, len_bytes, 0);
	trial_expect_broken(t);
}

static void table_next_out_of_range(struct trial *t)
{
	u32 len_bytes;
	struct request *req = table_request(t, &len_bytes);
	struct vring_desc *desc = (void *)t->spare.addr;

	desc[1].next = 3;
	offer_odd_table(t, req, TRIAL_SPARE_IOVA, len_bytes, 0);
	trial_expect_broken(t);
}

/* 2.7.5.3.2: the device ignores WRITE in the descriptor of a table. */
static void table_with_write_flag(struct trial *t)
{
	u32 len_bytes;
	struct request *req = table_request(t, &len_bytes);

	offer_odd_table(t, req, TRIAL_SPARE_IOVA, len_bytes, VRING_DESC_F_WRITE);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

/* One descriptor of it in each of two mappings, half and half. */
static void table_across_mappings(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct vdpa *dev = &t->drv->dev;
	u32 at = PAGE_BYTES - 24;
	u32 len_bytes = write_table(t, req, at);

	/* In the other order in memory: contiguous for nobody but the device. */
	must(vdpa_map(dev, TRIAL_SPARE_IOVA, PAGE_BYTES,
		      t->spare.addr + 4 * PAGE_BYTES, VHOST_ACCESS_RO), "map");
	must(vdpa_map(dev, TRIAL_SPARE_IOVA + PAGE_BYTES, PAGE_BYTES,
		      t->spare.addr + PAGE_BYTES, VHOST_ACCESS_RO), "map");
	memcpy(t->spare.addr + 4 * PAGE_BYTES, t->spare.addr, PAGE_BYTES);
	memset(t->spare.addr, 0xff, PAGE_BYTES);
	offer_odd_table(t, req, TRIAL_SPARE_IOVA + at, len_bytes, 0);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

static void table_not_negotiated(struct trial *t)
{
	u64 features = t->drv->features;
	u32 len_bytes;
	struct request *req;

	t->drv->features &= ~BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC);
	trial_begin(t);
	req = table_request(t, &len_bytes);
	offer_odd_table(t, req, TRIAL_SPARE_IOVA, len_bytes, 0);
	trial_expect_broken(t);
	t->drv->features = features;
}

const struct hostile_case chain_cases[] = {
	{ "avail-jump", avail_jump, "needs reset", CASE_SPLIT },
	{ "avail-back", avail_back, "needs reset", CASE_SPLIT },
	{ "head-out-of-range", head_out_of_range, "needs reset", CASE_SPLIT },
	{ "head-far-out-of-range", head_far_out_of_range, "needs reset", CASE_SPLIT },
	{ "next-out-of-range", next_out_of_range, "needs reset", CASE_SPLIT },
	{ "chain-loop", chain_loop, "needs reset", CASE_SPLIT },
	{ "chain-to-itself", chain_to_itself, "needs reset", CASE_SPLIT },
	{ "head-twice", head_twice, "needs reset", CASE_SPLIT },
	{ "chain-as-long-as-ring", chain_as_long_as_ring, "OK" },
	{ "readable-after-writable", readable_after_writable, "needs reset" },
	{ "zero-length", zero_length, "OK" },
	{ "nothing-but-zero-length", nothing_but_zero_length, "needs reset" },
	{ "data-in-pieces", data_in_pieces, "126 OK, 127 IOERR", CASE_INDIRECT },
	{ "table-good", table_good, "OK", CASE_INDIRECT },
	{ "table-of-odd-length", table_of_odd_length, "needs reset", CASE_INDIRECT },
	{ "table-empty", table_empty, "needs reset", CASE_INDIRECT },
	{ "table-too-long", table_too_long, "needs reset", CASE_INDIRECT },
	{ "table-huge", table_huge, "needs reset", CASE_INDIRECT },
	{ "table-unmapped", table_unmapped, "needs reset", CASE_INDIRECT },
	{ "table-at-end-of-space", table_at_end_of_space, "needs reset", CASE_INDIRECT },
	{ "table-not-readable", table_not_readable, "needs reset", CASE_INDIRECT },
	{ "table-and-next", table_and_next, "needs reset", CASE_INDIRECT },
	{ "table-in-table", table_in_table, "needs reset", CASE_INDIRECT },
	{ "table-loop", table_loop, "needs reset", CASE_INDIRECT | CASE_SPLIT },
	{ "table-next-out-of-range", table_next_out_of_range, "needs reset",
	  CASE_INDIRECT | CASE_SPLIT },
	{ "table-with-write-flag", table_with_write_flag, "OK", CASE_INDIRECT },
	{ "table-across-mappings", table_across_mappings, "OK", CASE_INDIRECT },
	{ "table-not-negotiated", table_not_negotiated, "needs reset", CASE_INDIRECT },
	{ }
};
