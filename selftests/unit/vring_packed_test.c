// SPDX-License-Identifier: GPL-2.0
/* Packed ring: what the device makes of good chains and of bad ones. */
#include <endian.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "driver.h"
#include "unit.h"

#define NEXT VRING_DESC_F_NEXT
#define WRITE VRING_DESC_F_WRITE
#define INDIRECT VRING_DESC_F_INDIRECT
#define AVAIL BIT(VRING_PACKED_DESC_F_AVAIL)
#define USED BIT(VRING_PACKED_DESC_F_USED)
#define WRAP VBLK_RING_WRAP

static const size_t entry_bytes = sizeof(struct vring_packed_desc);
static struct vblk_chain chain;

/* A ring of 8 at its beginning. */
static struct driver *ring_of_8(void)
{
	return packed_create(8, true, false, WRAP);
}

/* With one descriptor of @flags and @id, available. */
static struct driver *one_desc(u16 flags, u16 id)
{
	struct driver *drv = ring_of_8();

	packed_put(drv, 0x1000, 16, id, flags);
	driver_publish(drv);
	return drv;
}

static void fill_table(struct driver *drv, u32 num)
{
	u32 i;

	for (i = 0; i < num && i < VBLK_RING_MAX_SIZE; i++)
		packed_set_desc(&packed_table(drv, 0)[i], 0x1000 * (i + 1), 16,
				0, 0);
}

/* With an indirect table of @len_bytes, all its entries readable. */
static struct driver *one_table(u32 len_bytes, u16 flags)
{
	struct driver *drv = ring_of_8();

	fill_table(drv, len_bytes / entry_bytes);
	packed_put(drv, MEM_BASE, len_bytes, 0, INDIRECT | flags);
	driver_publish(drv);
	return drv;
}

/* With a descriptor of @flags, and an indirect one after it. */
static struct driver *table_after(u16 flags, u32 len_bytes)
{
	struct driver *drv = ring_of_8();

	fill_table(drv, len_bytes / entry_bytes);
	packed_put(drv, 0xabc000, 5, 0, NEXT | flags);
	packed_put(drv, MEM_BASE, len_bytes, 6, INDIRECT);
	driver_publish(drv);
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

static void check_fetch(struct driver *drv, u16 id, u16 num_iov)
{
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	CHECK(chain.id == id && chain.num_iov == num_iov);
}

static void check_used(struct driver *drv, u16 id, u32 len_bytes)
{
	u16 used_id = 0xffff;
	u32 used_bytes = 0;

	CHECK(driver_get_used(drv, &used_id, &used_bytes));
	CHECK(used_id == id && used_bytes == len_bytes);
}

static void test_direct(void)
{
	const struct buf bufs[] = {
		{ 0x1000, 16, 0 }, { 0x20000, 4096, 0 }, { ~0ULL, 1, WRITE },
	};
	struct driver *drv = ring_of_8();
	u32 len_bytes;
	u16 id;

	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 0);
	CHECK(driver_add(drv, bufs, 3) == 0);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 0);
	CHECK(!vblk_ring_has_more(&drv->ring));
	driver_publish(drv);
	CHECK(vblk_ring_has_more(&drv->ring));
	check_fetch(drv, 0, 3);
	CHECK(chain.num_readable == 2);
	check_iov(0, 0x1000, 16);
	check_iov(1, 0x20000, 4096);
	check_iov(2, ~0ULL, 1);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 0);

	CHECK(!driver_get_used(drv, &id, &len_bytes));
	vblk_ring_push(&drv->ring, 0, 77);
	check_used(drv, 0, 77);
	CHECK(drv->num_free == 8 && drv->room == 8);
	CHECK(!driver_get_used(drv, &id, &len_bytes));
	driver_destroy(drv);
}

/* Of all flags one pair means available, in each round another. */
static void test_available_flags(void)
{
	static const u16 flags[] = { 0, AVAIL, USED, AVAIL | USED };
	u16 i, wrap;
	struct driver *drv;

	for (wrap = 0; wrap < 2; wrap++) {
		for (i = 0; i < 4; i++) {
			drv = packed_create(8, false, false, wrap ? WRAP : 0);
			packed_set_desc(drv->slots, 0x1000, 16, 3, flags[i]);
			CHECK(vblk_ring_has_more(&drv->ring) ==
			      (flags[i] == (wrap ? AVAIL : USED)));
			CHECK(vblk_ring_fetch(&drv->ring, &chain) ==
			      (flags[i] == (wrap ? AVAIL : USED)));
			driver_destroy(drv);
		}
	}
}

/* Three chains, of 3, 1 and 2 descriptors, that end in another order. */
static void test_used_over_chains(void)
{
	const struct buf bufs[] = {
		{ 1, 1, WRITE }, { 2, 2, WRITE }, { 3, 3, WRITE },
	};
	struct driver *drv = ring_of_8();
	struct vring_packed_desc before[8];
	u16 i;

	CHECK(driver_add(drv, bufs, 3) == 0);
	CHECK(driver_add(drv, bufs, 1) == 1);
	CHECK(driver_add(drv, bufs, 2) == 2);
	driver_publish(drv);
	for (i = 0; i < 3; i++)
		CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	memcpy(before, drv->slots, sizeof(before));

	vblk_ring_push(&drv->ring, 1, 10);
	vblk_ring_push(&drv->ring, 2, 0);
	vblk_ring_push(&drv->ring, 0, 30);
	/* No address is written, nor what is skipped. */
	packed_set_desc(&before[0], 1, 10, 1, AVAIL | USED | WRITE);
	packed_set_desc(&before[1], 2, 0, 2, AVAIL | USED);
	packed_set_desc(&before[3], 1, 30, 0, AVAIL | USED | WRITE);
	CHECK(!memcmp(before, drv->slots, sizeof(before)));
	check_used(drv, 1, 10);
	check_used(drv, 2, 0);
	check_used(drv, 0, 30);
	CHECK(drv->room == 8);
	driver_destroy(drv);
}

/* Across the end of the ring, which need not be a power of two. */
static void test_chain_wraps(void)
{
	const struct buf bufs[] = {
		{ 1, 1, 0 }, { 2, 2, 0 }, { 3, 3, WRITE }, { 4, 4, WRITE },
	};
	struct driver *drv = packed_create(5, false, false, 3 | WRAP);
	u16 i;

	for (i = 0; i < 20; i++) {
		CHECK(driver_add(drv, bufs, 4) >= 0);
		driver_publish(drv);
		CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
		CHECK(chain.num_iov == 4 && chain.num_readable == 2);
		check_iov(1, 2, 2);
		check_iov(3, 4, 4);
		vblk_ring_push(&drv->ring, chain.id, i);
		check_used(drv, chain.id, i);
	}
	driver_destroy(drv);
}

/* In the second round a used descriptor has both bits clear. */
static void test_used_flags_second_round(void)
{
	struct driver *drv = packed_create(2, false, false, 1);
	const struct buf buf = { 1, 1, WRITE };

	CHECK(driver_add(drv, &buf, 1) == 0);
	driver_publish(drv);
	check_fetch(drv, 0, 1);
	vblk_ring_push(&drv->ring, 0, 9);
	CHECK(le16toh(drv->slots[1].flags) == WRITE);
	CHECK(drv->ring.last_used == WRAP && drv->ring.last_avail == WRAP);
	driver_destroy(drv);
}

/* A chain of @num descriptors while the driver has room for three. */
static struct driver *three_left(u16 num, u32 len_bytes)
{
	struct driver *drv = ring_of_8();
	u16 i;

	for (i = 0; i < 5; i++)
		packed_put(drv, 0x1000, 16, i, i == 4 ? 0 : NEXT);
	driver_publish(drv);
	check_fetch(drv, 4, 5);
	for (i = 0; i < num; i++)
		packed_put(drv, 0x1000, len_bytes, 7, i == num - 1 ? 0 : NEXT);
	driver_publish(drv);
	return drv;
}

static void test_longer_than_room(void)
{
	struct driver *drv = three_left(3, 16);

	check_fetch(drv, 7, 3);
	/* Now it is full: what looks available is in use. */
	CHECK(!vblk_ring_has_more(&drv->ring));
	packed_put(drv, 0x1000, 16, 6, 0);
	driver_publish(drv);
	CHECK(vblk_ring_has_more(&drv->ring));
	check_broken(drv, -EINVAL);

	check_broken(three_left(4, 16), -EINVAL);
	/* Of buffers that count nothing: the bound is on steps. */
	check_broken(three_left(4, 0), -EINVAL);
}

/* All descriptors say that there is a next one. */
static void test_loop(void)
{
	static const u16 sizes[] = { 1, 2, 7, 1024 };
	struct driver *drv;
	u16 i, at, len_bytes;

	for (i = 0; i < 4; i++) {
		for (len_bytes = 0; len_bytes < 2; len_bytes++) {
			drv = packed_create(sizes[i], false, false, WRAP);
			for (at = 0; at < sizes[i]; at++)
				packed_put(drv, 1, len_bytes, at, NEXT);
			driver_publish(drv);
			check_broken(drv, -EINVAL);
		}
	}
}

static void test_longest_chain(void)
{
	static const u16 sizes[] = { 1, 3, 1000, 1024 };
	static struct buf bufs[1024];
	struct driver *drv;
	u16 i, num;

	for (i = 0; i < 1024; i++)
		bufs[i] = (struct buf) { i * 4096, i + 1, i < 600 ? 0 : WRITE };
	for (i = 0; i < 4; i++) {
		num = sizes[i];
		drv = packed_create(num, false, false, num / 2);
		CHECK(driver_add(drv, bufs, num) == 0);
		driver_publish(drv);
		check_fetch(drv, 0, num);
		CHECK(chain.num_readable == (num < 600 ? num : 600));
		check_iov(num - 1, (num - 1) * 4096, num);
		CHECK(drv->ring.last_avail == ((num / 2) ^ WRAP));
		vblk_ring_push(&drv->ring, 0, 1);
		check_used(drv, 0, 1);
		driver_destroy(drv);
	}
}

static void test_id_out_of_range(void)
{
	check_broken(one_desc(0, 8), -EINVAL);
	check_broken(one_desc(0, 9), -EINVAL);
	check_broken(one_desc(0, 0x8000), -EINVAL);
	check_broken(one_desc(0, 0xffff), -EINVAL);
}

/* The last descriptor names the chain, wherever it lies. */
static void test_id_of_last(void)
{
	struct driver *drv = ring_of_8();

	packed_put(drv, 1, 1, 0xffff, NEXT);
	packed_put(drv, 2, 2, 3, NEXT);
	packed_put(drv, 3, 3, 7, 0);
	driver_publish(drv);
	check_fetch(drv, 7, 3);
	driver_destroy(drv);
}

static void test_id_twice(void)
{
	struct driver *drv = one_desc(0, 5);

	packed_put(drv, 0x1000, 16, 0, NEXT);
	packed_put(drv, 0x1000, 16, 5, 0);
	driver_publish(drv);
	check_fetch(drv, 5, 1);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == -EINVAL);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == -EINVAL);
	/* The first one has kept its length. */
	vblk_ring_push(&drv->ring, 5, 0);
	CHECK(drv->ring.last_used == (1 | WRAP));
	driver_destroy(drv);

	/* Once it was given back it is free again, in any order. */
	drv = one_desc(0, 5);
	packed_put(drv, 0x1000, 16, 3, 0);
	driver_publish(drv);
	check_fetch(drv, 5, 1);
	check_fetch(drv, 3, 1);
	vblk_ring_push(&drv->ring, 3, 0);
	packed_put(drv, 0x1000, 16, 3, 0);
	packed_put(drv, 0x1000, 16, 5, 0);
	driver_publish(drv);
	check_fetch(drv, 3, 1);
	check_broken(drv, -EINVAL);
}

static void test_readable_after_writable(void)
{
	struct driver *drv = ring_of_8();

	packed_put(drv, 0x1000, 16, 0, NEXT | WRITE);
	packed_put(drv, 0x1000, 16, 0, 0);
	driver_publish(drv);
	check_broken(drv, -EINVAL);

	drv = one_table(2 * entry_bytes, 0);
	packed_table(drv, 0)[0].flags = htole16(WRITE);
	check_broken(drv, -EINVAL);

	/* Across the border between ring and table. */
	check_broken(table_after(WRITE, entry_bytes), -EINVAL);
}

static void test_zero_length(void)
{
	const struct buf bufs[] = {
		{ 1, 0, 0 }, { 2, 20, 0 }, { 3, 0, 0 },
		{ 4, 0, WRITE }, { 5, 50, WRITE }, { 6, 0, WRITE },
	};
	struct driver *drv = ring_of_8();

	CHECK(driver_add(drv, bufs, 6) == 0);
	CHECK(driver_add(drv, bufs, 1) == 1);
	driver_publish(drv);
	check_fetch(drv, 0, 2);
	CHECK(chain.num_readable == 1);
	check_iov(0, 2, 20);
	check_iov(1, 5, 50);
	check_fetch(drv, 1, 0);
	CHECK(chain.num_readable == 0);
	/* They do count where used descriptors are skipped to. */
	vblk_ring_push(&drv->ring, 0, 1);
	vblk_ring_push(&drv->ring, 1, 1);
	CHECK(le16toh(drv->slots[6].flags) == (AVAIL | USED | WRITE));
	driver_destroy(drv);
}

/* The table may be larger than the ring, up to a bound of our own. */
static void test_indirect_lengths(void)
{
	struct driver *drv = one_table(VBLK_RING_MAX_SIZE * entry_bytes, 0);

	check_fetch(drv, 0, VBLK_RING_MAX_SIZE);
	check_iov(VBLK_RING_MAX_SIZE - 1, 0x1000 * VBLK_RING_MAX_SIZE, 16);
	CHECK(drv->ring.last_avail == (1 | WRAP));
	driver_destroy(drv);

	check_broken(one_table((VBLK_RING_MAX_SIZE + 1) * entry_bytes, 0), -EINVAL);
	check_broken(one_table(0, 0), -EINVAL);
	check_broken(one_table(entry_bytes - 1, 0), -EINVAL);
	check_broken(one_table(entry_bytes + 1, 0), -EINVAL);
	check_broken(one_table(0xfffffff0, 0), -EINVAL);
	/* One entry, if the number were cut off at 16 bits. */
	check_broken(one_table(0x10001 * entry_bytes, 0), -EINVAL);
}

static void test_indirect_refused(void)
{
	struct driver *drv = one_table(entry_bytes, 0);

	drv->ring.indirect = false;
	check_broken(drv, -EINVAL);

	check_broken(one_table(entry_bytes, NEXT), -EINVAL);

	drv = one_table(2 * entry_bytes, 0);
	packed_table(drv, 0)[1].flags = htole16(INDIRECT);
	check_broken(drv, -EINVAL);
}

/*
 * 2.8.7: of a table's flags only WRITE counts, and IDs do not. WRITE means
 * nothing where the table is pointed to.
 */
static void test_indirect_reserved(void)
{
	struct driver *drv = one_table(3 * entry_bytes, WRITE);
	struct vring_packed_desc *table = packed_table(drv, 0);

	table[0].flags = htole16(USED | AVAIL);
	table[0].id = htole16(0xffff);
	table[1].flags = htole16(WRITE | USED);
	table[2].flags = htole16(WRITE | NEXT);
	table[2].id = htole16(7);
	check_fetch(drv, 0, 3);
	CHECK(chain.num_readable == 1);
	check_iov(2, 0x3000, 16);
	driver_destroy(drv);
}

/* No driver should, but a table may end a chain, as in a split ring. */
static void test_indirect_after_direct(void)
{
	struct driver *drv = table_after(0, 3 * entry_bytes);

	check_fetch(drv, 6, 4);
	CHECK(chain.num_readable == 4);
	check_iov(0, 0xabc000, 5);
	check_iov(3, 0x3000, 16);
	CHECK(drv->ring.last_avail == (2 | WRAP));
	vblk_ring_push(&drv->ring, 6, 0);
	CHECK(drv->ring.last_used == (2 | WRAP));
	driver_destroy(drv);

	/* More buffers in all than a chain can hold, each part in its bound. */
	check_broken(table_after(0, VBLK_RING_MAX_SIZE * entry_bytes), -EINVAL);
}

/* The table, or its second half, is not in the driver's memory. */
static void test_indirect_unmapped(void)
{
	struct driver *drv = one_table(2 * entry_bytes, 0);

	drv->slots[0].addr = htole64(0x1000);
	check_broken(drv, -EFAULT);

	drv = one_table(2 * entry_bytes, 0);
	drv->slots[0].addr = htole64(MEM_BASE + drv->mem_bytes - entry_bytes);
	check_broken(drv, -EFAULT);

	drv = one_table(2 * entry_bytes, 0);
	drv->slots[0].addr = htole64(~0ULL - 7);
	check_broken(drv, -EFAULT);
}

/* --- the driver changes what we have just read --- */

static struct driver *racing;

static void scribble(const volatile void *addr, size_t len_bytes)
{
	if (driver_owns(racing, addr))
		memset((void *)addr, 0xee, len_bytes);
}

/* Nothing is read twice: after the first time it is garbage. */
static void test_read_once(void)
{
	const struct buf bufs[] = {
		{ 0x1000, 16, 0 }, { 0x2000, 32, 0 }, { 0x3000, 1, WRITE },
	};

	racing = ring_of_8();
	driver_add(racing, bufs, 3);
	driver_publish(racing);
	shim_after_read = scribble;
	check_fetch(racing, 0, 3);
	shim_after_read = NULL;
	CHECK(chain.num_readable == 2);
	check_iov(0, 0x1000, 16);
	check_iov(1, 0x2000, 32);
	check_iov(2, 0x3000, 1);
	vblk_ring_push(&racing->ring, 0, 5);
	CHECK(racing->ring.last_used == (3 | WRAP));
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
	racing = one_table(3 * entry_bytes, 0);
	racing->ring.copy = scribbling_copy;
	shim_after_read = scribble;
	copies = 0;
	check_fetch(racing, 0, 3);
	shim_after_read = NULL;
	CHECK(copies == 1);
	check_iov(2, 0x3000, 16);
	driver_destroy(racing);
}

/* A table is longer than what is copied at once. */
static void test_indirect_long(void)
{
	u16 i;

	racing = one_table(20 * entry_bytes, 0);
	racing->ring.copy = scribbling_copy;
	copies = 0;
	check_fetch(racing, 0, 20);
	CHECK(copies == 3);
	for (i = 0; i < 20; i++)
		check_iov(i, 0x1000 * (i + 1), 16);
	driver_destroy(racing);
}

/* Makes the descriptor after the one just read available to all, for ever. */
static void add_next(const volatile void *addr, size_t len_bytes)
{
	u16 i;

	for (i = 0; i < 8; i++)
		racing->slots[i].flags |= htole16(NEXT);
}

/* A chain that the driver makes longer while we walk it ends with the room. */
static void test_grows(void)
{
	racing = three_left(1, 0);
	shim_after_read = add_next;
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == 1);
	vblk_ring_push(&racing->ring, 4, 0);
	packed_put(racing, 1, 0, 2, NEXT);
	driver_publish(racing);
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == -EINVAL);
	shim_after_read = NULL;
	driver_destroy(racing);
}

static void fetch_at_unlock(enum shim_barrier kind)
{
	if (kind == SHIM_UNLOCK && !copies++)
		check_fetch(racing, 5, 3);
}

/*
 * The ID of a chain in flight, available once more: just when it is given back
 * the other side takes the second chain. The first keeps its length.
 */
static void test_id_twice_race(void)
{
	racing = one_desc(0, 5);
	packed_put(racing, 0x1000, 16, 0, NEXT);
	packed_put(racing, 0x1000, 16, 0, NEXT);
	packed_put(racing, 0x1000, 16, 5, 0);
	driver_publish(racing);
	check_fetch(racing, 5, 1);
	copies = 0;
	shim_at_barrier = fetch_at_unlock;
	vblk_ring_push(&racing->ring, 5, 0);
	shim_at_barrier = NULL;
	CHECK(copies == 1 && racing->ring.last_used == (1 | WRAP));
	vblk_ring_push(&racing->ring, 5, 0);
	CHECK(racing->ring.last_used == (4 | WRAP));
	CHECK(racing->ring.last_used == racing->ring.last_avail);
	driver_destroy(racing);
}

const struct unit_case vring_packed_cases[] = {
	{ "packed: direct chain, there and back", test_direct },
	{ "packed: which flags mean available", test_available_flags },
	{ "packed: used descriptors over chains", test_used_over_chains },
	{ "packed: chain wraps, size 5", test_chain_wraps },
	{ "packed: used flags in the second round", test_used_flags_second_round },
	{ "packed: chain longer than the driver's room", test_longer_than_room },
	{ "packed: loop over the whole ring", test_loop },
	{ "packed: chain as long as the ring", test_longest_chain },
	{ "packed: ID out of range", test_id_out_of_range },
	{ "packed: ID of the last descriptor", test_id_of_last },
	{ "packed: ID available twice", test_id_twice },
	{ "packed: readable after writable", test_readable_after_writable },
	{ "packed: zero-length descriptors are left out", test_zero_length },
	{ "packed: length of an indirect table", test_indirect_lengths },
	{ "packed: indirect: not negotiated, NEXT, nested", test_indirect_refused },
	{ "packed: indirect: what is reserved is ignored", test_indirect_reserved },
	{ "packed: indirect table ends a direct chain", test_indirect_after_direct },
	{ "packed: indirect: table not in memory", test_indirect_unmapped },
	{ "packed: driver changes descriptors under us", test_read_once },
	{ "packed: driver changes a table under us", test_read_once_indirect },
	{ "packed: indirect: a long table", test_indirect_long },
	{ "packed: driver makes a chain longer under us", test_grows },
	{ "packed: ID available twice, fetched while pushed", test_id_twice_race },
	{ }
};
