// SPDX-License-Identifier: GPL-2.0
/* Split ring: what the device makes of good chains and of each kind of bad one. */
#include <endian.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "driver.h"
#include "unit.h"

#define NEXT VRING_DESC_F_NEXT
#define WRITE VRING_DESC_F_WRITE
#define INDIRECT VRING_DESC_F_INDIRECT

static struct vblk_chain chain;

/* A ring of 8 with one descriptor of @flags and @next, offered. */
static struct driver *one_desc(u16 flags, u16 next)
{
	struct driver *drv = split_create(8, true, false, 0);

	split_set_desc(&drv->desc[0], 0x1000, 16, flags, next);
	split_offer(drv, 0);
	driver_publish(drv);
	return drv;
}

/* A ring of 8 with an indirect table of @len_bytes, its entries all chained. */
static struct driver *one_table(u32 len_bytes)
{
	struct driver *drv = one_desc(INDIRECT, 0);
	u32 i, num = len_bytes / sizeof(struct vring_desc);

	split_set_desc(&drv->desc[0], MEM_BASE, len_bytes, INDIRECT, 0);
	for (i = 0; i < num && i < VBLK_RING_MAX_SIZE; i++)
		split_set_desc(&split_table(drv, 0)[i], 0x1000 * (i + 1), 16,
			       i + 1 < num ? NEXT : 0, i + 1);
	return drv;
}

/* The device must call the ring broken, now and when asked again. */
static void check_broken(struct driver *drv, int err)
{
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == err);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) != 1);
	driver_destroy(drv);
}

static void check_iov(u16 i, u64 addr, u32 len_bytes)
{
	CHECK(chain.iov[i].addr == addr && chain.iov[i].len_bytes == len_bytes);
}

static void test_direct(void)
{
	const struct buf bufs[] = {
		{ 0x1000, 16, 0 }, { 0x20000, 4096, 0 }, { ~0ULL, 1, WRITE },
	};
	struct driver *drv = split_create(8, false, false, 0);
	u16 head;
	u32 len_bytes;

	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 0);
	CHECK(driver_add(drv, bufs, 3) == 0);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 0);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	CHECK(chain.id == 0 && chain.num_iov == 3 && chain.num_readable == 2);
	check_iov(0, 0x1000, 16);
	check_iov(1, 0x20000, 4096);
	check_iov(2, ~0ULL, 1);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 0);

	CHECK(!driver_get_used(drv, &head, &len_bytes));
	vblk_ring_push(&drv->ring, 0, 77);
	CHECK(driver_get_used(drv, &head, &len_bytes));
	CHECK(head == 0 && len_bytes == 77 && drv->num_free == 8);
	driver_destroy(drv);
}

/* 2.7.5.3.2: an indirect descriptor may end a chain of direct ones. */
static void test_indirect_after_direct(void)
{
	struct driver *drv = one_table(3 * sizeof(struct vring_desc));

	split_set_desc(&drv->desc[1], 0xabc000, 5, NEXT, 0);
	drv->avail->ring[0] = htole16(1);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	CHECK(chain.id == 1 && chain.num_iov == 4 && chain.num_readable == 4);
	check_iov(0, 0xabc000, 5);
	check_iov(1, 0x1000, 16);
	check_iov(3, 0x3000, 16);
	driver_destroy(drv);
}

/* The table may be larger than the ring, up to a bound of our own. */
static void test_indirect_lengths(void)
{
	const size_t entry = sizeof(struct vring_desc);
	struct driver *drv = one_table(VBLK_RING_MAX_SIZE * entry);

	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	CHECK(chain.num_iov == VBLK_RING_MAX_SIZE);
	check_iov(VBLK_RING_MAX_SIZE - 1, 0x1000 * VBLK_RING_MAX_SIZE, 16);
	driver_destroy(drv);

	check_broken(one_table((VBLK_RING_MAX_SIZE + 1) * entry), -EINVAL);
	check_broken(one_table(0), -EINVAL);
	check_broken(one_table(entry - 1), -EINVAL);
	check_broken(one_table(entry + 1), -EINVAL);
	check_broken(one_table(0xfffffff0), -EINVAL);
	/* One entry, if the number were cut off at 16 bits. */
	check_broken(one_table(0x10001 * entry), -EINVAL);
}

/* More buffers in all than a chain can hold, each part within its bound. */
static void test_too_many_buffers(void)
{
	struct driver *drv = one_table(VBLK_RING_MAX_SIZE *
				       sizeof(struct vring_desc));

	split_set_desc(&drv->desc[1], 0x1000, 16, NEXT, 0);
	drv->avail->ring[0] = htole16(1);
	check_broken(drv, -EINVAL);
}

static void test_indirect_refused(void)
{
	struct driver *drv = one_table(16);

	drv->ring.indirect = false;
	check_broken(drv, -EINVAL);

	drv = one_table(16);
	drv->desc[0].flags = htole16(INDIRECT | NEXT);
	check_broken(drv, -EINVAL);

	drv = one_table(32);
	split_table(drv, 0)[1].flags = htole16(INDIRECT);
	check_broken(drv, -EINVAL);
}

static void test_indirect_next(void)
{
	struct driver *drv = one_table(4 * sizeof(struct vring_desc));
	u16 i;

	split_table(drv, 0)[1].next = htole16(4);
	check_broken(drv, -EINVAL);

	drv = one_table(4 * sizeof(struct vring_desc));
	split_table(drv, 0)[2].next = htole16(0);
	check_broken(drv, -EINVAL);

	/* Of buffers that count nothing: the bound is on steps. */
	drv = one_table(4 * sizeof(struct vring_desc));
	for (i = 0; i < 4; i++)
		split_set_desc(&split_table(drv, 0)[i], 1, 0, NEXT, !i);
	check_broken(drv, -EINVAL);

	drv = one_table(4 * sizeof(struct vring_desc));
	split_table(drv, 0)[3].flags = htole16(NEXT);
	split_table(drv, 0)[3].next = htole16(0xffff);
	check_broken(drv, -EINVAL);
}

/* The table, or its second half, is not in the driver's memory. */
static void test_indirect_unmapped(void)
{
	struct driver *drv = one_table(32);

	drv->desc[0].addr = htole64(0x1000);
	check_broken(drv, -EFAULT);

	drv = one_table(32);
	drv->desc[0].addr = htole64(MEM_BASE + drv->mem_bytes - 16);
	split_set_desc((void *)(drv->mem + drv->mem_bytes - 16), 1, 1, NEXT, 1);
	check_broken(drv, -EFAULT);

	drv = one_table(32);
	drv->desc[0].addr = htole64(~0ULL - 7);
	check_broken(drv, -EFAULT);
}

static void test_head_out_of_range(void)
{
	struct driver *drv = one_desc(0, 0);

	drv->avail->ring[0] = htole16(8);
	check_broken(drv, -EINVAL);
	drv = one_desc(0, 0);
	drv->avail->ring[0] = htole16(0xffff);
	check_broken(drv, -EINVAL);
}

static void test_next_out_of_range(void)
{
	static const u16 nexts[] = { 8, 9, 0x8000, 0xffff };
	struct driver *drv;
	u16 i;

	/* Descriptor 0 is good: what is out of range must not become 0. */
	for (i = 0; i < 4; i++) {
		drv = one_desc(0, 0);
		split_set_desc(&drv->desc[1], 0x1000, 16, NEXT, nexts[i]);
		drv->avail->ring[0] = htole16(1);
		check_broken(drv, -EINVAL);
	}
}

static void test_loop(void)
{
	struct driver *drv;
	u16 i;

	check_broken(one_desc(NEXT, 0), -EINVAL);

	drv = one_desc(NEXT, 1);
	for (i = 0; i < 8; i++)
		split_set_desc(&drv->desc[i], 0x1000, 16, NEXT, (i + 1) % 8);
	check_broken(drv, -EINVAL);

	/* Of buffers that count nothing: the bound is on steps. */
	drv = one_desc(NEXT, 1);
	for (i = 0; i < 8; i++)
		split_set_desc(&drv->desc[i], 0x1000, 0, NEXT, (i + 1) % 8);
	check_broken(drv, -EINVAL);
}

/* As long as the ring is no loop. */
static void test_longest_chain(void)
{
	struct driver *drv = split_create(1024, false, false, 0);
	struct buf bufs[1024];
	u16 i;

	for (i = 0; i < 1024; i++)
		bufs[i] = (struct buf) { i * 4096, i + 1, i < 600 ? 0 : WRITE };
	CHECK(driver_add(drv, bufs, 1024) == 0);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	CHECK(chain.num_iov == 1024 && chain.num_readable == 600);
	check_iov(1023, 1023 * 4096, 1024);
	driver_destroy(drv);
}

static void test_readable_after_writable(void)
{
	struct driver *drv = one_desc(NEXT | WRITE, 1);

	split_set_desc(&drv->desc[1], 0x1000, 16, 0, 0);
	check_broken(drv, -EINVAL);

	drv = one_table(32);
	split_table(drv, 0)[0].flags = htole16(NEXT | WRITE);
	check_broken(drv, -EINVAL);

	/* Across the border between ring and table. */
	drv = one_table(16);
	split_set_desc(&drv->desc[1], 0x1000, 16, NEXT | WRITE, 0);
	drv->avail->ring[0] = htole16(1);
	check_broken(drv, -EINVAL);
}

static void test_zero_length(void)
{
	const struct buf bufs[] = {
		{ 1, 0, 0 }, { 2, 20, 0 }, { 3, 0, 0 },
		{ 4, 0, WRITE }, { 5, 50, WRITE }, { 6, 0, WRITE },
	};
	struct driver *drv = split_create(8, true, false, 0);

	CHECK(driver_add(drv, bufs, 6) == 0);
	CHECK(driver_add(drv, bufs, 1) == 6);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	CHECK(chain.num_iov == 2 && chain.num_readable == 1);
	check_iov(0, 2, 20);
	check_iov(1, 5, 50);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	CHECK(chain.id == 6 && chain.num_iov == 0 && chain.num_readable == 0);
	driver_destroy(drv);
}

static void test_avail_jump(void)
{
	struct driver *drv = split_create(8, true, false, 0);

	drv->avail->idx = htole16(9);
	CHECK(vblk_ring_has_more(&drv->ring));
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == -EINVAL);
	driver_destroy(drv);

	/* Backwards is a jump as well. */
	drv = split_create(8, true, false, 100);
	drv->avail->idx = htole16(99);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == -EINVAL);
	driver_destroy(drv);

	/* A full ring is none. */
	drv = split_create(8, true, false, 0xfffc);
	drv->avail->idx = htole16(4);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	driver_destroy(drv);
}

static void test_head_twice(void)
{
	struct driver *drv = one_desc(0, 0);

	split_offer(drv, 0);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	check_broken(drv, -EINVAL);

	/* Once it was given back it is free again, in any order. */
	drv = one_desc(0, 0);
	split_offer(drv, 3);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	vblk_ring_push(&drv->ring, 3, 0);
	split_offer(drv, 3);
	split_offer(drv, 0);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	CHECK(chain.id == 3);
	check_broken(drv, -EINVAL);
}

static void test_reset_forgets(void)
{
	struct driver *drv = one_desc(0, 0);

	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	vblk_ring_set_state(&drv->ring, 500, 500);
	drv->next_avail = 500;
	split_offer(drv, 0);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	vblk_ring_push(&drv->ring, 0, 1);
	CHECK(le16toh(drv->used->idx) == 501);
	CHECK(le32toh(drv->used->ring[500 % 8].len) == 1);
	driver_destroy(drv);
}

/* All indices pass 65535 a few times, at every size. */
static void test_wrap(void)
{
	const struct buf bufs[] = { { 0x1000, 16, 0 }, { 0x2000, 1, WRITE } };
	struct driver *drv;
	u32 i, num, len_bytes;
	u16 head;

	for (num = 2; num <= 1024; num *= 8) {
		drv = split_create(num, true, true, 0xfff0);
		for (i = 0; i < 70000 && !unit_failed; i++) {
			CHECK(driver_add(drv, bufs, 2) >= 0);
			driver_publish(drv);
			CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
			vblk_ring_push(&drv->ring, chain.id, i);
			CHECK(driver_get_used(drv, &head, &len_bytes));
			CHECK(head == chain.id && len_bytes == i);
		}
		driver_destroy(drv);
	}
}

/* --- the driver changes what we have just read --- */

static struct driver *racing;

static void scribble(const volatile void *addr, size_t len_bytes)
{
	memset((void *)addr, 0xee, len_bytes);
}

/* Nothing is read twice: after the first time it is garbage. */
static void test_read_once(void)
{
	const struct buf bufs[] = {
		{ 0x1000, 16, 0 }, { 0x2000, 32, 0 }, { 0x3000, 1, WRITE },
	};

	racing = split_create(8, false, false, 0);
	driver_add(racing, bufs, 3);
	driver_publish(racing);
	shim_after_read = scribble;
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == 1);
	shim_after_read = NULL;
	CHECK(chain.id == 0 && chain.num_iov == 3 && chain.num_readable == 2);
	check_iov(0, 0x1000, 16);
	check_iov(1, 0x2000, 32);
	check_iov(2, 0x3000, 1);
	driver_destroy(racing);
}

static u32 copies;

static int scribbling_copy(void *ctx, u64 addr, void *buf, size_t len_bytes)
{
	u8 *from = racing->mem + (addr - MEM_BASE);

	copies++;
	memcpy(buf, from, len_bytes);
	memset(from, 0xee, len_bytes);
	return 0;
}

static void test_read_once_indirect(void)
{
	racing = one_table(48);
	racing->ring.copy = scribbling_copy;
	shim_after_read = scribble;
	copies = 0;
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == 1);
	shim_after_read = NULL;
	CHECK(copies == 1 && chain.num_iov == 3);
	check_iov(2, 0x3000, 16);
	driver_destroy(racing);
}

/* The chain goes up and down the table, further than is copied at once. */
static void test_indirect_backwards(void)
{
	struct driver *drv = one_table(20 * sizeof(struct vring_desc));
	struct vring_desc *table = split_table(drv, 0);
	u16 i, at = 0;

	for (i = 1; i < 20; i++) {
		u16 next = i % 2 ? 20 - (i + 1) / 2 : i / 2;

		split_set_desc(&table[at], 0x1000 * i, i, NEXT, next);
		at = next;
	}
	split_set_desc(&table[at], 0x1000 * i, i, 0, 0);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1 && chain.num_iov == 20);
	for (i = 0; i < 20; i++)
		check_iov(i, 0x1000 * (i + 1), i + 1);
	driver_destroy(drv);
}

static void end_at_first(const volatile void *addr, size_t len_bytes)
{
	if (addr == &racing->desc[0].flags)
		racing->desc[0].flags = 0;
}

static int end_at_first_copy(void *ctx, u64 addr, void *buf, size_t len_bytes)
{
	memcpy(buf, racing->mem + (addr - MEM_BASE), len_bytes);
	split_table(racing, 0)[0].flags = 0;
	return 0;
}

/* A loop that the driver ends when we have been round is too long as well. */
static void test_loop_ends(void)
{
	u16 i;

	racing = one_desc(NEXT, 1);
	for (i = 1; i < 8; i++)
		split_set_desc(&racing->desc[i], 0x1000, 16, NEXT, (i + 1) % 8);
	shim_after_read = end_at_first;
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == -EINVAL);
	shim_after_read = NULL;
	driver_destroy(racing);

	racing = one_table(32);
	split_set_desc(&split_table(racing, 0)[1], 0x1000, 16, NEXT, 0);
	racing->ring.copy = end_at_first_copy;
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == -EINVAL);
	driver_destroy(racing);
}

const struct unit_case vring_split_cases[] = {
	{ "split: direct chain, there and back", test_direct },
	{ "split: indirect table at the end of a direct chain", test_indirect_after_direct },
	{ "split: length of an indirect table", test_indirect_lengths },
	{ "split: more buffers than a chain holds", test_too_many_buffers },
	{ "split: indirect: not negotiated, with NEXT, nested", test_indirect_refused },
	{ "split: indirect: next out of range, loop", test_indirect_next },
	{ "split: indirect: up and down a long table", test_indirect_backwards },
	{ "split: indirect: table not in memory", test_indirect_unmapped },
	{ "split: head out of range", test_head_out_of_range },
	{ "split: next out of range", test_next_out_of_range },
	{ "split: loop", test_loop },
	{ "split: chain as long as the ring", test_longest_chain },
	{ "split: readable after writable", test_readable_after_writable },
	{ "split: zero-length descriptors are left out", test_zero_length },
	{ "split: available index jumps", test_avail_jump },
	{ "split: head available twice", test_head_twice },
	{ "split: reset forgets what was in flight", test_reset_forgets },
	{ "split: indices wrap", test_wrap },
	{ "split: driver changes descriptors under us", test_read_once },
	{ "split: driver changes an indirect table under us", test_read_once_indirect },
	{ "split: driver ends a loop under us", test_loop_ends },
	{ }
};
