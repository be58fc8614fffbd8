// SPDX-License-Identifier: GPL-2.0
/* Packed ring: sizes and positions, and what follows from them. */
#include <endian.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "driver.h"
#include "unit.h"

#define WRAP VBLK_RING_WRAP

static const struct buf bufs[] = {
	{ 0x1000, 16, 0 }, { 0x2000, 32, 0 }, { 0x3000, 1, VRING_DESC_F_WRITE },
};

static struct vblk_chain chain;

static void test_area_bytes(void)
{
	struct vblk_ring ring = { .num = 100, .packed = true };

	CHECK(vblk_ring_area_bytes(&ring, VBLK_AREA_DESC) == 1600);
	CHECK(vblk_ring_area_bytes(&ring, VBLK_AREA_DRIVER) == 4);
	CHECK(vblk_ring_area_bytes(&ring, VBLK_AREA_DEVICE) == 4);

	/* 2.7, with room for what EVENT_IDX adds. */
	ring = (struct vblk_ring) { .num = 128 };
	CHECK(vblk_ring_area_bytes(&ring, VBLK_AREA_DESC) == 16 * 128);
	CHECK(vblk_ring_area_bytes(&ring, VBLK_AREA_DRIVER) == 6 + 2 * 128);
	CHECK(vblk_ring_area_bytes(&ring, VBLK_AREA_DEVICE) == 6 + 8 * 128);
}

static void test_init(void)
{
	struct vblk_ring ring = { .num = 8 };

	vblk_ring_init(&ring, true);
	CHECK(ring.packed);
	CHECK(ring.last_avail == WRAP && ring.last_used == WRAP);
	CHECK(vblk_ring_is_valid(&ring));
	vblk_ring_init(&ring, false);
	CHECK(!ring.packed && !ring.last_avail && !ring.last_used);
	CHECK(vblk_ring_is_valid(&ring));
}

static void test_valid_sizes(void)
{
	struct vblk_ring ring = { };
	u32 num;

	for (num = 0; num < 0x10000; num++) {
		ring.num = num;
		vblk_ring_init(&ring, true);
		CHECK(vblk_ring_is_valid(&ring) == (num >= 1 && num <= 1024));
		vblk_ring_init(&ring, false);
		CHECK(vblk_ring_is_valid(&ring) ==
		      (num == 1 || num == 2 || num == 4 || num == 8 ||
		       num == 16 || num == 32 || num == 64 || num == 128 ||
		       num == 256 || num == 512 || num == 1024));
	}
}

/* A split ring may be anywhere, since its positions run freely. */
static void test_split_positions(void)
{
	struct vblk_ring ring = { .num = 4 };
	u32 at;

	for (at = 0; at < 0x10000; at++) {
		vblk_ring_set_state(&ring, at, 77);
		CHECK(vblk_ring_is_valid(&ring));
		CHECK(ring.last_avail == at && ring.last_used == at);
	}
}

/* Is it 0 to @num steps from @used to @avail, both within the ring? */
static bool is_reachable(const struct driver *drv, u16 avail, u16 used)
{
	u16 i;

	if ((avail & ~WRAP) >= drv->num || (used & ~WRAP) >= drv->num)
		return false;
	for (i = 0; i <= drv->num; i++, used = packed_next(drv, used))
		if (used == avail)
			return true;
	return false;
}

static void test_valid_positions(void)
{
	u16 num, avail, used;
	struct driver drv;

	for (num = 1; num < 9; num++) {
		drv = (struct driver) { .num = num, .ring.num = num };
		vblk_ring_init(&drv.ring, true);
		for (avail = 0; avail < 32; avail++) {
			for (used = 0; used < 32; used++) {
				/* Bit 4 is the wrap counter. */
				u16 a = (avail & 15) | (avail & 16 ? WRAP : 0);
				u16 u = (used & 15) | (used & 16 ? WRAP : 0);

				vblk_ring_set_state(&drv.ring, a, u);
				CHECK(vblk_ring_is_valid(&drv.ring) ==
				      is_reachable(&drv, a, u));
			}
		}
		vblk_ring_set_state(&drv.ring, 0x7fff, 0);
		CHECK(!vblk_ring_is_valid(&drv.ring));
		vblk_ring_set_state(&drv.ring, 0, 0xffff);
		CHECK(!vblk_ring_is_valid(&drv.ring));
	}
}

/* One chain of @num_bufs goes to the device and comes back. */
static void pass(struct driver *drv, u16 num_bufs, u32 written_bytes)
{
	u32 len_bytes = ~written_bytes;
	u16 id = 0xffff;

	CHECK(driver_add(drv, bufs, num_bufs) >= 0);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	CHECK(chain.num_iov == num_bufs);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 0);
	vblk_ring_push(&drv->ring, chain.id, written_bytes);
	CHECK(driver_get_used(drv, &id, &len_bytes));
	CHECK(id == chain.id && len_bytes == written_bytes);
	CHECK(drv->ring.last_avail == drv->next_avail);
	CHECK(drv->ring.last_used == drv->last_used);
}

static void test_start_anywhere(void)
{
	struct driver *drv;
	u16 num, at, i;

	for (num = 1; num < 10; num++) {
		for (at = 0; at < 2 * num; at++) {
			drv = packed_create(num, false, false,
					    at < num ? at : (at - num) | WRAP);
			CHECK(vblk_ring_fetch(&drv->ring, &chain) == 0);
			for (i = 0; i < 3 * num; i++)
				pass(drv, 1 + i % (num < 3 ? num : 3), i);
			driver_destroy(drv);
		}
	}
}

/*
 * What another device has fetched and not used still takes room. @gap of 8
 * descriptors do, and a chain of the rest fits, not one more.
 */
static void check_gap(u16 used, u16 gap, u16 more)
{
	struct driver *drv = packed_create(8, false, false, used);
	u16 i, num_desc = 8 - gap + more;

	drv->next_avail = packed_skip(drv, used, gap);
	vblk_ring_set_state(&drv->ring, drv->next_avail, used);
	CHECK(vblk_ring_is_valid(&drv->ring));
	for (i = 0; i < num_desc; i++)
		packed_put(drv, 1, 1, 0,
			   i + 1 < num_desc ? VRING_DESC_F_NEXT : 0);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) ==
	      (more ? -EINVAL : num_desc > 0));
	driver_destroy(drv);
}

static void test_start_with_gap(void)
{
	u16 used, gap;

	for (used = 0; used < 8; used++) {
		for (gap = 0; gap <= 8; gap++) {
			check_gap(used, gap, 0);
			check_gap(used, gap, 1);
			check_gap(used | WRAP, gap, 0);
			check_gap(used | WRAP, gap, 1);
		}
	}
}

static void test_reset_forgets(void)
{
	struct driver *drv = packed_create(8, false, true, WRAP);

	vblk_ring_should_signal(&drv->ring);
	pass(drv, 3, 1);
	driver_add(drv, bufs, 2);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1 && chain.id == 0);
	CHECK(drv->ring.num_used == 3);
	vblk_ring_set_state(&drv->ring, 5, 5);
	CHECK(drv->ring.last_avail == 5 && drv->ring.last_used == 5);
	CHECK(drv->ring.signalled_used == 5 && !drv->ring.num_used);
	CHECK(!drv->ring.signalled_valid);

	/* ID 0 was in flight. */
	drv->next_avail = 5;
	packed_put(drv, 1, 1, 0, 0);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1 && chain.id == 0);
	vblk_ring_push(&drv->ring, 0, 1);
	CHECK(drv->ring.last_used == 6);
	driver_destroy(drv);
}

/* Many rounds at sizes of all kinds, chains and wraps out of step. */
static void test_rounds(void)
{
	static const u16 sizes[] = { 1, 2, 3, 4, 7, 100, 1000, 1024 };
	struct driver *drv;
	u32 i, size;

	for (size = 0; size < 8; size++) {
		drv = packed_create(sizes[size], false, true, WRAP);
		for (i = 0; i < 9000 && !unit_failed; i++)
			pass(drv, 1 + i % (sizes[size] < 3 ? 1 : 3), i);
		driver_destroy(drv);
	}
}

/* As many chains as descriptors, given back the other way round. */
static void test_full(void)
{
	struct driver *drv = packed_create(1000, false, false, 123);
	u32 i, len_bytes, round;
	u16 id;

	for (round = 0; round < 5; round++) {
		for (i = 0; i < 1000; i++)
			CHECK(driver_add(drv, bufs, 1) >= 0);
		CHECK(driver_add(drv, bufs, 1) == -1);
		driver_publish(drv);
		while (vblk_ring_fetch(&drv->ring, &chain) == 1)
			i--;
		CHECK(!i);
		for (i = 1; i <= 1000; i++)
			vblk_ring_push(&drv->ring, 1000 - i, i);
		for (i = 1; driver_get_used(drv, &id, &len_bytes); i++)
			CHECK(id == 1000 - i && len_bytes == i);
		CHECK(i == 1001 && drv->room == 1000);
	}
	driver_destroy(drv);
}

const struct unit_case vring_packed_state_cases[] = {
	{ "sizes of the areas", test_area_bytes },
	{ "positions at the beginning", test_init },
	{ "which sizes are valid", test_valid_sizes },
	{ "split: all positions are valid", test_split_positions },
	{ "packed: which positions are valid", test_valid_positions },
	{ "packed: start at any position", test_start_anywhere },
	{ "packed: start with chains in flight", test_start_with_gap },
	{ "packed: reset forgets what was in flight", test_reset_forgets },
	{ "packed: wrap counters flip, many rounds", test_rounds },
	{ "packed: ring full, given back in reverse", test_full },
	{ }
};
