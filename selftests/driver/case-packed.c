// SPDX-License-Identifier: GPL-2.0
/* Hostile cases that only a packed ring has (virtio 1.3, 2.8). */
#include <string.h>

#include "trial.h"

/*
 * Writes the descriptors of @req at position @at of a ring in its first round,
 * the first one's flags last. They are not ring_add()'s, so ring_take() has to
 * be told of them.
 */
static void packed_write(struct trial *t, struct request *req, u16 at, u16 id)
{
	struct ring_desc descs[REQUEST_MAX_DESCS];
	struct ring *ring = &t->queue->ring;
	u16 num = request_lay_out(req, descs);
	int i;

	for (i = num - 1; i >= 0; i--) {
		ring->pdesc[at + i].addr = descs[i].addr;
		ring->pdesc[at + i].len = descs[i].len_bytes;
		ring->pdesc[at + i].id = id;
		__atomic_store_n(&ring->pdesc[at + i].flags,
				 descs[i].flags | RING_AVAIL, __ATOMIC_RELEASE);
	}
}

static void id_out_of_range(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	packed_write(t, req, 0, t->queue->ring.num);
	queue_kick(t->queue);
	trial_expect_broken(t);
}

static void id_far_out_of_range(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	packed_write(t, req, 0, 0xffff);
	queue_kick(t->queue);
	trial_expect_broken(t);
}

/* In one batch, so that the first is still in flight: a slow volume helps. */
static void id_twice(struct trial *t)
{
	struct request *one = trial_request(t, VIRTIO_BLK_T_IN, 0, 65536);
	struct request *two = trial_request(t, VIRTIO_BLK_T_IN, 128, 65536);

	packed_write(t, two, 3, 7);
	packed_write(t, one, 0, 7);
	queue_kick(t->queue);
	trial_expect_needs_reset(t);
}

/* Only the last descriptor's id counts. */
static void id_of_last_counts(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];
	struct ring *ring = &t->queue->ring;

	must(vdpa_suspend(&t->drv->dev), "suspend");
	trial_offer(t, req, descs, request_lay_out(req, descs));
	ring->pdesc[0].id = 0xffff;
	ring->pdesc[1].id = 0x1234;
	must(vdpa_resume(&t->drv->dev), "resume");
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

/* Every descriptor is available, and none is the last. */
static void chain_without_end(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring *ring = &t->queue->ring;
	int i;

	for (i = ring->num - 1; i >= 0; i--) {
		ring->pdesc[i].addr = req->iova;
		ring->pdesc[i].len = 16;
		ring->pdesc[i].id = 0;
		__atomic_store_n(&ring->pdesc[i].flags,
				 RING_AVAIL | VRING_DESC_F_NEXT, __ATOMIC_RELEASE);
	}
	queue_kick(t->queue);
	trial_expect_broken(t);
}

/* A chain goes on where nothing is available; the driver has to write it first. */
static void chain_cut_short(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring *ring = &t->queue->ring;

	ring->pdesc[0].addr = req->iova;
	ring->pdesc[0].len = 16;
	__atomic_store_n(&ring->pdesc[0].flags, RING_AVAIL | VRING_DESC_F_NEXT,
			 __ATOMIC_RELEASE);
	queue_kick(t->queue);
	sleep_ms(100);
}

/* Flags that mean neither available nor used in this round. */
static void wrap_abused(struct trial *t)
{
	static const u16 flags[] = { 0, RING_USED, RING_AVAIL | RING_USED };
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring *ring = &t->queue->ring;
	size_t i;

	for (i = 0; i < NUM(flags); i++) {
		ring->pdesc[0].addr = req->iova;
		ring->pdesc[0].len = 16;
		__atomic_store_n(&ring->pdesc[0].flags, flags[i],
				 __ATOMIC_RELEASE);
		queue_kick(t->queue);
		sleep_ms(50);
		if (driver_status(t->drv) & VIRTIO_CONFIG_S_NEEDS_RESET)
			trial_fail(t, "flags %#x are taken for a chain", flags[i]);
	}
	trial_expect_alive(t);
}

/* More than a round at once: the second time round is none of the driver's. */
static void all_available_twice(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring *ring = &t->queue->ring;
	int i;

	for (i = ring->num - 1; i >= 0; i--) {
		ring->pdesc[i].addr = request_status_iova(req);
		ring->pdesc[i].len = 1;
		ring->pdesc[i].id = i;
		__atomic_store_n(&ring->pdesc[i].flags,
				 RING_AVAIL | VRING_DESC_F_WRITE, __ATOMIC_RELEASE);
	}
	queue_kick(t->queue);
	sleep_ms(50);
	for (i = ring->num - 1; i >= 0; i--) {
		ring->pdesc[i].id = i;
		__atomic_store_n(&ring->pdesc[i].flags,
				 RING_USED | VRING_DESC_F_WRITE, __ATOMIC_RELEASE);
	}
	queue_kick(t->queue);
	sleep_ms(50);
}

/* Within a table only WRITE means anything, and the order is the table's. */
static void table_of_odd_flags(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];
	struct vring_packed_desc *table;
	u16 i, num = request_lay_out(req, descs);

	must(vdpa_suspend(&t->drv->dev), "suspend");
	trial_offer_table(t, req, descs, num);
	table = (void *)(t->queue->ring.tables +
			 (t->queue->ring.pdesc[0].addr -
			  t->queue->ring.tables_iova));
	for (i = 0; i < num; i++) {
		table[i].id = 0xabc0 + i;
		table[i].flags |= VRING_DESC_F_NEXT | RING_AVAIL | RING_USED;
	}
	must(vdpa_resume(&t->drv->dev), "resume");
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

const struct hostile_case packed_cases[] = {
	{ "id-out-of-range", id_out_of_range, "needs reset", CASE_PACKED },
	{ "id-far-out-of-range", id_far_out_of_range, "needs reset", CASE_PACKED },
	{ "id-twice", id_twice, "needs reset", CASE_PACKED },
	{ "id-of-last-counts", id_of_last_counts, "OK", CASE_PACKED },
	{ "chain-without-end", chain_without_end, "needs reset", CASE_PACKED },
	{ "chain-cut-short", chain_cut_short, "a reset helps", CASE_PACKED },
	{ "wrap-abused", wrap_abused, "no chain, lives on", CASE_PACKED },
	{ "all-available-twice", all_available_twice, "a reset helps", CASE_PACKED },
	{ "table-of-odd-flags", table_of_odd_flags, "OK",
	  CASE_PACKED | CASE_INDIRECT },
	{ }
};
