// SPDX-License-Identifier: GPL-2.0
/* Split ring: kicks and interrupts, suppressed and not, and the races of both. */
#include <endian.h>
#include <linux/compiler.h>
#include <linux/string.h>

#include "driver.h"
#include "unit.h"

static const struct buf buf = { 0x1000, 16, 0 };
static struct vblk_chain chain;
static struct driver *racing;
static u32 barriers;		/* how often a hook was called */

/* @num chains go to the device and come back. */
static void pass(struct driver *drv, u16 num)
{
	u32 len_bytes;
	u16 head;

	while (num--) {
		driver_add(drv, &buf, 1);
		driver_publish(drv);
		CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
		vblk_ring_push(&drv->ring, chain.id, 0);
		CHECK(driver_get_used(drv, &head, &len_bytes));
	}
}

static void add_and_publish(struct driver *drv, u16 num)
{
	while (num--)
		driver_add(drv, &buf, 1);
	driver_publish(drv);
}

static void test_kicks_by_flag(void)
{
	struct driver *drv = split_create(8, false, false, 0);

	CHECK(!vblk_ring_enable_kicks(&drv->ring));
	add_and_publish(drv, 1);
	CHECK(driver_must_kick(drv));
	vblk_ring_disable_kicks(&drv->ring);
	add_and_publish(drv, 1);
	CHECK(!driver_must_kick(drv));
	CHECK(vblk_ring_enable_kicks(&drv->ring));
	CHECK(le16toh(drv->used->flags) == 0);
	driver_destroy(drv);
}

/* Asked for one, at any index: exactly that one kicks. */
static void test_kicks_by_index(void)
{
	struct driver *drv = split_create(8, false, true, 0xfff0);
	u32 i;

	for (i = 0; i < 64; i++) {
		CHECK(!vblk_ring_enable_kicks(&drv->ring));
		CHECK(le16toh(*split_avail_event(drv)) == (u16)(0xfff0 + 3 * i));
		pass(drv, 1);
		CHECK(driver_must_kick(drv));
		/* We are looking: the index asked for is stale. */
		vblk_ring_disable_kicks(&drv->ring);
		pass(drv, 1);
		CHECK(!driver_must_kick(drv));
		pass(drv, 1);
		CHECK(!driver_must_kick(drv));
	}
	driver_destroy(drv);
}

static void add_at_barrier(enum shim_barrier kind)
{
	if (kind != SHIM_MB || barriers++)
		return;
	driver_add(racing, &buf, 1);
	driver_publish(racing);
}

static void forget_last_at_barrier(enum shim_barrier kind)
{
	if (kind == SHIM_MB)
		racing->avail->idx = htole16(racing->next_avail - 1);
}

/* What comes while we ask for kicks is either kicked for, or seen. */
static void test_enable_race(bool event_idx)
{
	racing = split_create(8, false, event_idx, 0xffff);
	if (event_idx)
		*split_avail_event(racing) = htole16(0x1234);
	vblk_ring_disable_kicks(&racing->ring);
	barriers = 0;
	shim_at_barrier = add_at_barrier;
	CHECK(vblk_ring_enable_kicks(&racing->ring));
	CHECK(barriers > 0);

	/* The look comes after the barrier, not before. */
	shim_at_barrier = forget_last_at_barrier;
	CHECK(!vblk_ring_enable_kicks(&racing->ring));
	shim_at_barrier = NULL;

	/* And the request before it: a driver at the barrier would kick. */
	CHECK(driver_must_kick(racing));
	driver_destroy(racing);
}

static void test_enable_race_flag(void)
{
	test_enable_race(false);
}

static void test_enable_race_index(void)
{
	test_enable_race(true);
}

static void check_asked_at_barrier(enum shim_barrier kind)
{
	if (kind != SHIM_MB)
		return;
	barriers++;
	CHECK(racing->event_idx ?
	      le16toh(*split_avail_event(racing)) == racing->ring.last_avail :
	      racing->used->flags == 0);
}

static void test_asks_before_barrier(void)
{
	u32 event_idx;

	for (event_idx = 0; event_idx < 2; event_idx++) {
		racing = split_create(8, false, event_idx, 0);
		pass(racing, 5);
		add_and_publish(racing, 1);
		CHECK(vblk_ring_fetch(&racing->ring, &chain) == 1);
		vblk_ring_disable_kicks(&racing->ring);
		barriers = 0;
		shim_at_barrier = check_asked_at_barrier;
		vblk_ring_enable_kicks(&racing->ring);
		shim_at_barrier = NULL;
		CHECK(barriers > 0);
		driver_destroy(racing);
	}
}

static void test_signals_by_flag(void)
{
	struct driver *drv = split_create(8, false, false, 0);

	pass(drv, 1);
	CHECK(vblk_ring_should_signal(&drv->ring));
	drv->avail->flags = htole16(VRING_AVAIL_F_NO_INTERRUPT);
	pass(drv, 1);
	CHECK(!vblk_ring_should_signal(&drv->ring));
	drv->avail->flags = 0;
	pass(drv, 1);
	CHECK(vblk_ring_should_signal(&drv->ring));
	driver_destroy(drv);
}

/* With EVENT_IDX the flag counts nothing (2.7.7.1). */
static void test_signals_flag_ignored(void)
{
	struct driver *drv = split_create(8, false, true, 0);

	vblk_ring_should_signal(&drv->ring);
	driver_ask_signal(drv, 0);
	drv->avail->flags = htole16(VRING_AVAIL_F_NO_INTERRUPT);
	pass(drv, 1);
	CHECK(vblk_ring_should_signal(&drv->ring));
	driver_destroy(drv);
}

/* The n-th is asked for: silence before, one interrupt, silence after. */
static void test_signals_by_index(void)
{
	struct driver *drv = split_create(64, false, true, 0xff00);
	u32 i, more, sum = 0;

	pass(drv, 1);
	CHECK(vblk_ring_should_signal(&drv->ring));
	for (more = 0; more < 60; more++) {
		driver_ask_signal(drv, more);
		for (i = 0; i < more; i++) {
			pass(drv, 1);
			CHECK(!vblk_ring_should_signal(&drv->ring));
		}
		pass(drv, 1);
		CHECK(vblk_ring_should_signal(&drv->ring));
		pass(drv, 3);
		CHECK(!vblk_ring_should_signal(&drv->ring));
		sum += more + 4;
	}
	CHECK(sum > 1800);
	driver_destroy(drv);
}

/* A batch that passes the index asked for, anywhere in it, over the wrap. */
static void test_signals_batch(void)
{
	u16 start, at;
	struct driver *drv;

	for (start = 0xfff8; start != 8; start++) {
		for (at = 0; at < 8; at++) {
			drv = split_create(8, false, true, start);
			vblk_ring_should_signal(&drv->ring);
			driver_ask_signal(drv, at);
			pass(drv, 5);
			CHECK(vblk_ring_should_signal(&drv->ring) == (at < 5));
			pass(drv, 3);
			CHECK(vblk_ring_should_signal(&drv->ring) == (at >= 5));
			driver_destroy(drv);
		}
	}
}

/* Right after a start nothing is known of what the driver saw: signal. */
static void test_signals_after_reset(void)
{
	struct driver *drv = split_create(8, false, true, 0);

	pass(drv, 3);
	vblk_ring_should_signal(&drv->ring);
	vblk_ring_set_state(&drv->ring, 700, 700);
	*split_used_event(drv) = htole16(3);
	CHECK(vblk_ring_should_signal(&drv->ring));
	driver_destroy(drv);
}

static void ask_at_barrier(enum shim_barrier kind)
{
	if (kind != SHIM_MB)
		return;
	barriers++;
	racing->avail->flags = 0;
	*split_used_event(racing) = htole16(racing->ring.last_used - 1);
}

/* Who asks after looking must find the index already written, or be heard. */
static void test_signal_race(void)
{
	u32 event_idx;

	for (event_idx = 0; event_idx < 2; event_idx++) {
		racing = split_create(8, false, event_idx, 0);
		vblk_ring_should_signal(&racing->ring);
		racing->avail->flags = htole16(VRING_AVAIL_F_NO_INTERRUPT);
		*split_used_event(racing) = htole16(0x4000);
		pass(racing, 1);
		barriers = 0;
		shim_at_barrier = ask_at_barrier;
		CHECK(vblk_ring_should_signal(&racing->ring));
		shim_at_barrier = NULL;
		CHECK(barriers > 0);
		driver_destroy(racing);
	}
}

static void check_push_at_barrier(enum shim_barrier kind)
{
	if (kind != SHIM_WMB)
		return;
	barriers++;
	CHECK(le32toh(racing->used->ring[0].id) == 5);
	CHECK(le32toh(racing->used->ring[0].len) == 99);
	CHECK(le16toh(racing->used->idx) == 0);
}

/* The entry is written, then the barrier, then the index. */
static void test_push_order(void)
{
	racing = split_create(8, false, false, 0);
	barriers = 0;
	shim_at_barrier = check_push_at_barrier;
	vblk_ring_push(&racing->ring, 5, 99);
	shim_at_barrier = NULL;
	CHECK(barriers > 0);
	CHECK(le16toh(racing->used->idx) == 1);
	driver_destroy(racing);
}

static void fill_at_barrier(enum shim_barrier kind)
{
	barriers++;
	split_set_desc(&racing->desc[0], 0x5000, 5, 0, 0);
	racing->avail->ring[0] = 0;
}

/* Entries are read after the barrier that follows the index. */
static void test_fetch_order(void)
{
	racing = split_create(8, false, false, 0);
	racing->avail->idx = htole16(1);
	racing->avail->ring[0] = htole16(0xffff);
	barriers = 0;
	shim_at_barrier = fill_at_barrier;
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == 1);
	shim_at_barrier = NULL;
	CHECK(barriers > 0 && chain.iov[0].addr == 0x5000);
	driver_destroy(racing);
}

static void count_index_reads(const volatile void *addr, size_t len_bytes)
{
	barriers += addr == &racing->avail->idx;
}

/* The index, which costs a cache miss, is read once for what it stands for. */
static void test_fetch_batch(void)
{
	u16 i;

	racing = split_create(8, false, false, 0xfffe);
	add_and_publish(racing, 5);
	barriers = 0;
	shim_after_read = count_index_reads;
	for (i = 0; i < 5; i++)
		CHECK(vblk_ring_fetch(&racing->ring, &chain) == 1);
	CHECK(barriers == 1);
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == 0);
	CHECK(barriers == 2);
	shim_after_read = NULL;
	driver_destroy(racing);
}

const struct unit_case vring_split_notify_cases[] = {
	{ "split: kicks suppressed by flag", test_kicks_by_flag },
	{ "split: kicks asked for by index, with wrap", test_kicks_by_index },
	{ "split: entry comes while kicks are enabled by flag", test_enable_race_flag },
	{ "split: entry comes while kicks are enabled by index", test_enable_race_index },
	{ "split: kicks are asked for before the barrier", test_asks_before_barrier },
	{ "split: interrupts suppressed by flag", test_signals_by_flag },
	{ "split: interrupts: flag ignored with EVENT_IDX", test_signals_flag_ignored },
	{ "split: interrupts asked for by index, with wrap", test_signals_by_index },
	{ "split: interrupts: index within a batch, with wrap", test_signals_batch },
	{ "split: interrupts: always after a start", test_signals_after_reset },
	{ "split: interrupt asked for while we push", test_signal_race },
	{ "split: used entry is written before the index", test_push_order },
	{ "split: available entry is read after the index", test_fetch_order },
	{ "split: available index is read once for a batch", test_fetch_batch },
	{ }
};
