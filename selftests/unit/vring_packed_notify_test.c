// SPDX-License-Identifier: GPL-2.0
/* Packed ring: kicks and interrupts, suppressed and not, and their races. */
#include <endian.h>
#include <linux/compiler.h>
#include <linux/string.h>

#include "driver.h"
#include "unit.h"

#define WRAP VBLK_RING_WRAP
#define ENABLE VRING_PACKED_EVENT_FLAG_ENABLE
#define DISABLE VRING_PACKED_EVENT_FLAG_DISABLE
#define DESC VRING_PACKED_EVENT_FLAG_DESC

static const struct buf bufs[3] = { { 1, 1, 0 }, { 2, 2, 0 }, { 3, 3, 0 } };
static struct vblk_chain chain;
static struct driver *racing;
static u32 barriers;

/* A chain of @num_desc goes to the device and comes back. */
static void pass_chain(struct driver *drv, u16 num_desc)
{
	u32 len_bytes;
	u16 id;

	driver_add(drv, bufs, num_desc);
	driver_publish(drv);
	CHECK(vblk_ring_fetch(&drv->ring, &chain) == 1);
	vblk_ring_push(&drv->ring, chain.id, 0);
	CHECK(driver_get_used(drv, &id, &len_bytes));
}

static void pass(struct driver *drv, u16 num)
{
	while (num--)
		pass_chain(drv, 1);
}

static void add_and_publish(struct driver *drv)
{
	driver_add(drv, bufs, 1);
	driver_publish(drv);
}

static void set_driver_event(struct driver *drv, u16 flags, u16 off_wrap)
{
	drv->driver_event->flags = htole16(flags);
	drv->driver_event->off_wrap = htole16(off_wrap);
}

static bool device_event_is(const struct driver *drv, u16 flags, u16 off_wrap)
{
	return le16toh(drv->device_event->flags) == flags &&
	       le16toh(drv->device_event->off_wrap) == off_wrap;
}

static void test_kicks_by_flag(void)
{
	struct driver *drv = packed_create(8, false, false, WRAP);

	drv->device_event->off_wrap = htole16(0x1234);
	vblk_ring_disable_kicks(&drv->ring);
	CHECK(device_event_is(drv, DISABLE, 0x1234));
	CHECK(!vblk_ring_enable_kicks(&drv->ring));
	CHECK(device_event_is(drv, ENABLE, 0x1234));
	add_and_publish(drv);
	CHECK(driver_must_kick(drv));
	vblk_ring_disable_kicks(&drv->ring);
	add_and_publish(drv);
	CHECK(!driver_must_kick(drv));
	CHECK(vblk_ring_enable_kicks(&drv->ring));
	driver_destroy(drv);
}

/* Asked for one, at any position: exactly that one kicks. */
static void test_kicks_by_position(void)
{
	struct driver *drv = packed_create(7, false, true, 5);
	u16 i, at = 5;

	for (i = 0; i < 64; i++) {
		CHECK(!vblk_ring_enable_kicks(&drv->ring));
		CHECK(device_event_is(drv, DESC, at));
		pass_chain(drv, 2);
		CHECK(driver_must_kick(drv));
		pass_chain(drv, 1);
		CHECK(!driver_must_kick(drv));
		vblk_ring_disable_kicks(&drv->ring);
		CHECK(device_event_is(drv, DISABLE, at));
		pass_chain(drv, 2);
		CHECK(!driver_must_kick(drv));
		at = packed_skip(drv, at, 5);
	}
	driver_destroy(drv);
}

static void add_at_barrier(enum shim_barrier kind)
{
	if (kind == SHIM_MB && !barriers++)
		add_and_publish(racing);
}

static void take_back_at_barrier(enum shim_barrier kind)
{
	if (kind == SHIM_MB)
		packed_slot(racing, racing->ring.last_avail)->flags = 0;
}

/* What comes while we ask for kicks is either kicked for, or seen. */
static void test_enable_race(void)
{
	u32 event_idx;

	for (event_idx = 0; event_idx < 2; event_idx++) {
		racing = packed_create(8, false, event_idx, 7 | WRAP);
		racing->device_event->off_wrap = htole16(3);
		vblk_ring_disable_kicks(&racing->ring);
		barriers = 0;
		shim_at_barrier = add_at_barrier;
		CHECK(vblk_ring_enable_kicks(&racing->ring));
		CHECK(barriers > 0);

		/* The look comes after the barrier, not before. */
		shim_at_barrier = take_back_at_barrier;
		CHECK(!vblk_ring_enable_kicks(&racing->ring));
		shim_at_barrier = NULL;

		/* And the request before it: a driver there would kick. */
		CHECK(driver_must_kick(racing));
		driver_destroy(racing);
	}
}

static void check_asked_at_barrier(enum shim_barrier kind)
{
	u16 at = racing->ring.last_avail;

	barriers |= 1 << kind;
	if (kind == SHIM_WMB)
		CHECK(device_event_is(racing, DISABLE, at));
	else
		CHECK(device_event_is(racing, racing->event_idx ? DESC : ENABLE,
				      racing->event_idx ? at : 0));
}

/* First where, then that we want it, then the look for what came. */
static void test_enable_order(void)
{
	u32 event_idx;

	for (event_idx = 0; event_idx < 2; event_idx++) {
		racing = packed_create(8, false, event_idx, WRAP);
		pass(racing, 5);
		add_and_publish(racing);
		CHECK(vblk_ring_fetch(&racing->ring, &chain) == 1);
		vblk_ring_disable_kicks(&racing->ring);
		barriers = 0;
		shim_at_barrier = check_asked_at_barrier;
		vblk_ring_enable_kicks(&racing->ring);
		shim_at_barrier = NULL;
		CHECK(barriers == (event_idx ? 1 << SHIM_WMB | 1 << SHIM_MB :
				   1 << SHIM_MB));
		driver_destroy(racing);
	}
}

static void test_signals_by_flag(void)
{
	struct driver *drv = packed_create(8, false, false, WRAP);

	pass(drv, 1);
	CHECK(vblk_ring_should_signal(&drv->ring));
	set_driver_event(drv, DISABLE, 0);
	pass(drv, 1);
	CHECK(!vblk_ring_should_signal(&drv->ring));
	set_driver_event(drv, ENABLE, 0);
	pass(drv, 1);
	CHECK(vblk_ring_should_signal(&drv->ring));
	driver_destroy(drv);
}

/* Whoever says something we do not know may wait for us: signal. */
static void test_signals_unknown_flags(void)
{
	struct driver *drv;
	u32 event_idx;

	for (event_idx = 0; event_idx < 2; event_idx++) {
		drv = packed_create(8, false, event_idx, WRAP);
		pass(drv, 1);
		vblk_ring_should_signal(&drv->ring);

		/* Of the next: the one just used does not matter. */
		set_driver_event(drv, DESC, 3 | WRAP);
		pass(drv, 1);
		CHECK(vblk_ring_should_signal(&drv->ring) == !event_idx);
		set_driver_event(drv, 3, 7 | WRAP);
		pass(drv, 1);
		CHECK(vblk_ring_should_signal(&drv->ring));
		set_driver_event(drv, 0xffff, 7 | WRAP);
		pass(drv, 1);
		CHECK(vblk_ring_should_signal(&drv->ring));
		driver_destroy(drv);
	}
}

/* The n-th is asked for: silence before, one interrupt, silence after. */
static void test_signals_by_position(void)
{
	struct driver *drv = packed_create(100, false, true, 90);
	u32 i, more;

	pass(drv, 1);
	CHECK(vblk_ring_should_signal(&drv->ring));
	for (more = 0; more < 97; more++) {
		driver_ask_signal(drv, more);
		for (i = 0; i < more; i++) {
			pass(drv, 1);
			CHECK(!vblk_ring_should_signal(&drv->ring));
		}
		pass(drv, 1);
		CHECK(vblk_ring_should_signal(&drv->ring));
		pass(drv, 3);
		CHECK(!vblk_ring_should_signal(&drv->ring));
	}
	driver_destroy(drv);
}

/* Where a chain is skipped over there is no used descriptor, but an event. */
static void test_signals_within_chain(void)
{
	struct driver *drv;
	u16 at;

	for (at = 0; at < 7; at++) {
		drv = packed_create(7, false, true, 5 | WRAP);
		vblk_ring_should_signal(&drv->ring);
		driver_ask_signal(drv, at);
		pass_chain(drv, 2);
		CHECK(vblk_ring_should_signal(&drv->ring) == (at < 2));
		pass_chain(drv, 3);
		CHECK(vblk_ring_should_signal(&drv->ring) ==
		      (at >= 2 && at < 5));
		pass_chain(drv, 2);
		CHECK(vblk_ring_should_signal(&drv->ring) == (at >= 5));
		driver_destroy(drv);
	}
}

/* A batch of @num_used from @start on, up to three rounds long. */
static void check_batch(u16 num, u16 start, u16 num_used, u16 event)
{
	struct driver *drv = packed_create(num, false, true, start);
	bool asked = false;
	u16 i, at;

	vblk_ring_should_signal(&drv->ring);
	set_driver_event(drv, DESC, event);
	for (i = 0, at = start; i < num_used; i++, at = packed_next(drv, at))
		asked |= at == event;
	pass(drv, num_used);
	CHECK(vblk_ring_should_signal(&drv->ring) == asked);
	/* It counts once. */
	CHECK(!vblk_ring_should_signal(&drv->ring));
	driver_destroy(drv);
}

static void check_batches(u16 num, u16 start, u16 event)
{
	u16 num_used;

	for (num_used = 0; num_used <= 3 * num; num_used++)
		check_batch(num, start, num_used, event);
}

/* Any batch against any position asked for. */
static void test_signals_batch(void)
{
	u16 num, start, event;

	for (num = 1; num < 6; num++)
		for (start = 0; start < num; start++)
			for (event = 0; event < num; event++) {
				check_batches(num, start, event);
				check_batches(num, start, event | WRAP);
				check_batches(num, start | WRAP, event);
				check_batches(num, start | WRAP, event | WRAP);
			}
}

/* No descriptor is there to wait for: signal each time. */
static void test_signals_beyond(void)
{
	static const u16 events[] = { 8, 8 | WRAP, 9, 0x7fff, 0xffff };
	struct driver *drv = packed_create(8, false, true, WRAP);
	u16 i;

	pass(drv, 1);
	vblk_ring_should_signal(&drv->ring);
	for (i = 0; i < 5; i++) {
		set_driver_event(drv, DESC, events[i]);
		pass(drv, 1);
		CHECK(vblk_ring_should_signal(&drv->ring));
	}
	driver_destroy(drv);
}

/* Right after a start nothing is known of what the driver saw: signal. */
static void test_signals_after_reset(void)
{
	struct driver *drv = packed_create(8, false, true, WRAP);

	set_driver_event(drv, DESC, 6 | WRAP);
	pass(drv, 3);
	CHECK(vblk_ring_should_signal(&drv->ring));
	pass(drv, 1);
	CHECK(!vblk_ring_should_signal(&drv->ring));
	vblk_ring_set_state(&drv->ring, 4 | WRAP, 4 | WRAP);
	pass(drv, 1);
	CHECK(vblk_ring_should_signal(&drv->ring));

	/* Unless it wants none whatever happened. */
	vblk_ring_set_state(&drv->ring, 5 | WRAP, 5 | WRAP);
	set_driver_event(drv, DISABLE, 6 | WRAP);
	pass(drv, 1);
	CHECK(!vblk_ring_should_signal(&drv->ring));
	driver_destroy(drv);
}

/* What was used while interrupts were off is not asked for later. */
static void test_signals_disabled_between(void)
{
	struct driver *drv = packed_create(8, false, true, WRAP);

	vblk_ring_should_signal(&drv->ring);
	set_driver_event(drv, DISABLE, 0);
	pass(drv, 3);
	CHECK(!vblk_ring_should_signal(&drv->ring));
	set_driver_event(drv, DESC, 1 | WRAP);
	pass(drv, 3);
	CHECK(!vblk_ring_should_signal(&drv->ring));
	driver_destroy(drv);
}

static void ask_at_barrier(enum shim_barrier kind)
{
	if (kind != SHIM_MB)
		return;
	barriers++;
	set_driver_event(racing, racing->event_idx ? DESC : ENABLE, WRAP);
}

/* Who asks after looking must find it already used, or be heard. */
static void test_signal_race(void)
{
	u32 event_idx;

	for (event_idx = 0; event_idx < 2; event_idx++) {
		racing = packed_create(8, false, event_idx, WRAP);
		vblk_ring_should_signal(&racing->ring);
		set_driver_event(racing, DISABLE, 0);
		pass(racing, 1);
		barriers = 0;
		shim_at_barrier = ask_at_barrier;
		CHECK(vblk_ring_should_signal(&racing->ring));
		shim_at_barrier = NULL;
		CHECK(barriers > 0);
		driver_destroy(racing);
	}
}

static void move_event_at_barrier(enum shim_barrier kind)
{
	if (kind == SHIM_RMB && !barriers++)
		racing->driver_event->off_wrap = htole16(WRAP);
}

/* The position is read after the flags that say it counts. */
static void test_signal_order(void)
{
	racing = packed_create(8, false, true, WRAP);
	vblk_ring_should_signal(&racing->ring);
	set_driver_event(racing, DESC, 5);
	pass(racing, 1);
	barriers = 0;
	shim_at_barrier = move_event_at_barrier;
	CHECK(vblk_ring_should_signal(&racing->ring));
	shim_at_barrier = NULL;
	CHECK(barriers == 1);
	driver_destroy(racing);
}

static void spoil_event(const volatile void *addr, size_t len_bytes)
{
	if (driver_owns(racing, addr))
		memset((void *)addr, 0xff, len_bytes);
}

/* Neither of the two is read twice. */
static void test_signal_read_once(void)
{
	racing = packed_create(8, false, true, WRAP);
	vblk_ring_should_signal(&racing->ring);
	shim_after_read = spoil_event;
	set_driver_event(racing, DISABLE, 0);
	CHECK(!vblk_ring_should_signal(&racing->ring));
	set_driver_event(racing, DESC, 5);
	CHECK(!vblk_ring_should_signal(&racing->ring));
	shim_after_read = NULL;
	driver_destroy(racing);
}

static void check_push_at_barrier(enum shim_barrier kind)
{
	const struct vring_packed_desc *slot = &racing->slots[0];

	if (kind != SHIM_WMB)
		return;
	barriers++;
	CHECK(le16toh(slot->id) == 0 && le32toh(slot->len) == 99);
	CHECK(le16toh(slot->flags) == BIT(VRING_PACKED_DESC_F_AVAIL));
	/* Whoever sees the flags also sees that there is room again. */
	CHECK(racing->ring.last_used == (1 | WRAP));
	CHECK(!(racing->ring.inflight[0] & 1));
}

/* The rest is written, then the barrier, then the flags. */
static void test_push_order(void)
{
	racing = packed_create(8, false, false, WRAP);
	add_and_publish(racing);
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == 1);
	barriers = 0;
	shim_at_barrier = check_push_at_barrier;
	vblk_ring_push(&racing->ring, 0, 99);
	shim_at_barrier = NULL;
	CHECK(barriers == 1);
	CHECK(driver_num_used(racing) == 1);
	driver_destroy(racing);
}

static void fill_at_barrier(enum shim_barrier kind)
{
	if (kind != SHIM_RMB || barriers++)
		return;
	vblk_ring_push(&racing->ring, 0, 0);
	racing->slots[0].addr = htole64(0x5000);
	racing->slots[0].len = htole32(5);
	racing->slots[0].id = htole16(1);
}

/*
 * All else is read after the barrier that follows the flags, the room included:
 * when a full ring has a chain more, one has just been given back.
 */
static void test_fetch_order(void)
{
	racing = packed_create(2, false, false, WRAP);
	driver_add(racing, bufs, 2);
	driver_publish(racing);
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == 1 && !chain.id);
	racing->slots[0].flags = htole16(BIT(VRING_PACKED_DESC_F_USED));
	barriers = 0;
	shim_at_barrier = fill_at_barrier;
	CHECK(vblk_ring_fetch(&racing->ring, &chain) == 1);
	shim_at_barrier = NULL;
	CHECK(barriers == 1 && chain.id == 1 && chain.num_iov == 1);
	CHECK(chain.iov[0].addr == 0x5000 && chain.iov[0].len_bytes == 5);
	driver_destroy(racing);
}

const struct unit_case vring_packed_notify_cases[] = {
	{ "packed: kicks suppressed by flag", test_kicks_by_flag },
	{ "packed: kicks asked for by position, with wrap", test_kicks_by_position },
	{ "packed: chain comes while kicks are enabled", test_enable_race },
	{ "packed: position, flags, barrier, look", test_enable_order },
	{ "packed: interrupts suppressed by flag", test_signals_by_flag },
	{ "packed: interrupts: flags of no meaning", test_signals_unknown_flags },
	{ "packed: interrupts asked for by position", test_signals_by_position },
	{ "packed: interrupts: position within a chain", test_signals_within_chain },
	{ "packed: interrupts: batches up to three rounds", test_signals_batch },
	{ "packed: interrupts: position beyond the ring", test_signals_beyond },
	{ "packed: interrupts: always after a start", test_signals_after_reset },
	{ "packed: interrupts: off, then by position", test_signals_disabled_between },
	{ "packed: interrupt asked for while we push", test_signal_race },
	{ "packed: event flags are read before the position", test_signal_order },
	{ "packed: event is read once", test_signal_read_once },
	{ "packed: used descriptor is written before its flags", test_push_order },
	{ "packed: descriptor is read after its flags", test_fetch_order },
	{ }
};
