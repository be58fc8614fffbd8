// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: a hostile driver, and the device's side of a ring, which
 * has to keep its promises whatever is in the ring. One source, built for
 * either format. Input: 4 bytes of set-up, then operations of 1 byte and their
 * arguments, until it is used up.
 *
 * The promises: an ID is in flight once; chains in flight have room in the
 * ring; positions stay valid; nothing is read or written beyond the areas
 * (their size is exact, the sanitizer looks), and within them the device only
 * writes what is its to write (they are held against copies).
 */
#include <endian.h>
#include <stdlib.h>
#include <linux/compiler.h>
#include <linux/string.h>

#include "driver.h"

/* A chain that the device has fetched, and how far it went for it. */
struct flight {
	u16 id;
	u16 num_desc;
};

static const u8 *input, *input_end;
static struct driver *drv;
static struct driver expected;		/* what the areas should be like */
static struct vblk_chain chain;
static bool broken, racing, interrupted;
static bool producing, pushing;		/* the device's second side is at it */
static struct flight inflight[VBLK_RING_MAX_SIZE];
static u32 num_inflight;

static u32 take(u32 num_bytes)
{
	u32 value = 0;

	while (num_bytes-- && input < input_end)
		value = value << 8 | *input++;
	return value;
}

static void must(bool is_so)
{
	if (!is_so)
		abort();
}

/* --- what the device may write --- */

static size_t area_bytes(u32 area)
{
	return vblk_ring_area_bytes(&drv->ring, area);
}

static void set_areas(struct driver *of)
{
	void **area = of->ring.area;

	if (of->ring.packed) {
		of->slots = area[VBLK_AREA_DESC];
		of->driver_event = area[VBLK_AREA_DRIVER];
		of->device_event = area[VBLK_AREA_DEVICE];
	} else {
		of->desc = area[VBLK_AREA_DESC];
		of->avail = area[VBLK_AREA_DRIVER];
		of->used = area[VBLK_AREA_DEVICE];
	}
}

static void expect_nothing(void)
{
	u32 i;

	for (i = 0; i < VBLK_NUM_AREAS; i++)
		memcpy(expected.ring.area[i], drv->ring.area[i], area_bytes(i));
}

static void expect_kicks(bool enabled)
{
	u16 at = drv->ring.last_avail;
	bool by_position = enabled && drv->event_idx;
	u16 flags = !enabled ? VRING_PACKED_EVENT_FLAG_DISABLE :
		    drv->event_idx ? VRING_PACKED_EVENT_FLAG_DESC :
				     VRING_PACKED_EVENT_FLAG_ENABLE;

	if (drv->ring.packed) {
		expected.device_event->flags = htole16(flags);
		if (by_position)
			expected.device_event->off_wrap = htole16(at);
	} else if (by_position) {
		*split_avail_event(&expected) = htole16(at);
	} else if (!drv->event_idx) {
		expected.used->flags =
			htole16(enabled ? 0 : VRING_USED_F_NO_NOTIFY);
	}
}

static void expect_push(u16 id, u32 len_bytes)
{
	u16 at = drv->ring.last_used;
	u16 flags = at & VBLK_RING_WRAP ? BIT(VRING_PACKED_DESC_F_AVAIL) |
					  BIT(VRING_PACKED_DESC_F_USED) : 0;
	struct vring_packed_desc *slot;
	struct vring_used_elem *elem;

	if (drv->ring.packed) {
		slot = packed_slot(&expected, at);
		slot->id = htole16(id);
		slot->len = htole32(len_bytes);
		slot->flags = htole16(flags |
				      (len_bytes ? VRING_DESC_F_WRITE : 0));
	} else {
		elem = &expected.used->ring[at % drv->num];
		elem->id = htole32(id);
		elem->len = htole32(len_bytes);
		expected.used->idx = htole16(at + 1);
	}
}

/* After each operation, all that came in between included. */
static void check_areas(void)
{
	u32 i;

	if (interrupted)
		return;
	for (i = 0; i < VBLK_NUM_AREAS; i++)
		must(!memcmp(expected.ring.area[i], drv->ring.area[i],
			     area_bytes(i)));
	must(vblk_ring_is_valid(&drv->ring));
}

/* --- the driver --- */

/* Writes input over something; @at wraps, so that every value hits. */
static void scribble(u8 *base, u8 *copy, size_t size_bytes, u32 at)
{
	u32 i, num_bytes = 1 + take(1) % 16;

	for (i = 0; i < num_bytes && input < input_end; i++, input++) {
		base[(at + i) % size_bytes] = *input;
		if (copy)
			copy[(at + i) % size_bytes] = *input;
	}
}

/* The driver's other CPU: after a read, perhaps something changes. */
static void race(const volatile void *addr, size_t len_bytes)
{
	const volatile u8 *at = addr;
	u32 i;

	if (!racing || pushing || !driver_owns(drv, addr) || take(1) % 4)
		return;
	for (i = 0; i < VBLK_NUM_AREAS; i++) {
		u8 *area = drv->ring.area[i], *copy = expected.ring.area[i];

		if (at >= area && at < area + area_bytes(i))
			scribble((u8 *)at, copy + (at - area), len_bytes, 0);
	}
}

/* What a driver that means well would do, so that the fuzzer gets far. */
static void add(void)
{
	struct buf bufs[8];
	u32 i, num_bufs = 1 + take(1) % 8;

	for (i = 0; i < num_bufs; i++)
		bufs[i] = (struct buf) { take(1) << 12, take(1), take(1) & 2 };
	if (!drv->num_free)
		return;
	if (take(1) % 2)
		driver_add(drv, bufs, num_bufs);
	else
		driver_add_indirect(drv, bufs, num_bufs);
	driver_publish(drv);
	expect_nothing();
}

/* Any ID, again and again: in flight or not, in range or not. */
static void offer(void)
{
	u16 id = take(1) % (drv->num + 1);

	if (drv->ring.packed)
		packed_put(drv, take(1) << 12, take(1), id, take(1) % 8);
	else
		split_offer(drv, id);
	driver_publish(drv);
	expect_nothing();
}

/* The driver gets back what it offered itself, if that can be told. */
static void take_back(const struct flight *done)
{
	if (drv->held[done->id] != done->num_desc)
		return;
	drv->held[done->id] = 0;
	drv->free[drv->num_free++] = done->id;
	drv->room += done->num_desc;
}

/* --- the device --- */

/* One by one from @from to @to; more than the ring has is too far. */
static u16 count_desc(u16 from, u16 to)
{
	u16 count = 0;

	for (; from != to; from = packed_next(drv, from))
		must(++count <= drv->num);
	return count;
}

static void check_chain(u16 num_desc)
{
	u32 i, sum = num_desc;

	must(chain.id < drv->num);
	must(chain.num_iov <= VBLK_RING_MAX_SIZE);
	must(chain.num_readable <= chain.num_iov);
	for (i = 0; i < chain.num_iov; i++)
		must(chain.iov[i].len_bytes);
	for (i = 0; i < num_inflight; i++) {
		must(inflight[i].id != chain.id);
		sum += inflight[i].num_desc;
	}
	must(num_desc && sum <= drv->num);
	inflight[num_inflight++] = (struct flight) { chain.id, num_desc };
}

static void fetch(void)
{
	u16 at = drv->ring.last_avail;
	int ret;

	if (broken)
		return;
	ret = vblk_ring_fetch(&drv->ring, &chain);
	must(ret <= 1);
	if (ret == 1)
		check_chain(drv->ring.packed ?
			    count_desc(at, drv->ring.last_avail) : 1);
	broken = ret < 0;
	check_areas();
}

static void push(void)
{
	u16 at = drv->ring.last_used;
	u32 len_bytes, i = take(1);
	struct flight done;

	if (!num_inflight)
		return;
	i %= num_inflight;
	done = inflight[i];
	inflight[i] = inflight[--num_inflight];
	len_bytes = take(2);

	expect_push(done.id, len_bytes);
	producing = true;
	pushing = true;
	vblk_ring_push(&drv->ring, done.id, len_bytes);
	pushing = false;
	producing = false;
	must(drv->ring.last_used == (drv->ring.packed ?
				     packed_skip(drv, at, done.num_desc) :
				     (u16)(at + 1)));
	check_areas();
	take_back(&done);
}

static void disable_kicks(void)
{
	expect_kicks(false);
	vblk_ring_disable_kicks(&drv->ring);
	check_areas();
}

static void enable_kicks(void)
{
	expect_kicks(true);
	vblk_ring_enable_kicks(&drv->ring);
	check_areas();
}

static void should_signal(void)
{
	producing = true;
	vblk_ring_should_signal(&drv->ring);
	producing = false;
	check_areas();
}

/* The device's other CPU: one fetches while one pushes, and back. */
static void meanwhile(enum shim_barrier kind)
{
	if (!racing || interrupted || take(1) % 4)
		return;
	interrupted = true;
	if (producing)
		fetch();
	else
		push();
	interrupted = false;
}

/* Starts again, where another device may have stopped. */
static void restart(void)
{
	u16 last_avail = take(2), last_used = take(2);

	vblk_ring_set_state(&drv->ring, last_avail, last_used);
	if (!vblk_ring_is_valid(&drv->ring))
		vblk_ring_init(&drv->ring, drv->ring.packed);
	drv->next_avail = drv->ring.last_avail;
	drv->unpublished = 0;
	num_inflight = 0;
	broken = false;
}

static void set_mode(void)
{
	u32 mode = take(1);

	racing = mode % 2;
	if (mode >= 0xf0)
		restart();
}

static void step(void)
{
	u32 op = take(1) % 13;

	switch (op) {
	case VBLK_AREA_DESC:
	case VBLK_AREA_DRIVER:
	case VBLK_AREA_DEVICE:
		return scribble(drv->ring.area[op], expected.ring.area[op],
				area_bytes(op), take(2));
	case 3: return scribble(drv->mem, NULL, drv->mem_bytes, take(3));
	case 4: return add();
	case 5:	return push();
	case 6:	return disable_kicks();
	case 7:	return enable_kicks();
	case 8:	return should_signal();
	case 9:	return set_mode();
	case 10: return offer();
	default: return fetch();
	}
}

static void create(void)
{
	u32 i, flags = take(1), size = take(1), start = take(2);

	if (FUZZ_PACKED) {
		size = 1 + size % 33;
		drv = packed_create(size, flags & 1, flags & 2,
				    (start & ~VBLK_RING_WRAP) % size |
				    (start & VBLK_RING_WRAP));
	} else {
		drv = split_create(2 << size % 5, flags & 1, flags & 2, start);
	}
	expected = *drv;
	for (i = 0; i < VBLK_NUM_AREAS; i++)
		expected.ring.area[i] = malloc(area_bytes(i));
	set_areas(&expected);
	expect_nothing();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size_bytes)
{
	u32 i;

	input = data;
	input_end = data + size_bytes;
	create();
	num_inflight = 0;
	broken = false;
	racing = false;
	shim_after_read = race;
	shim_at_barrier = meanwhile;
	while (input < input_end)
		step();
	shim_at_barrier = NULL;
	shim_after_read = NULL;
	for (i = 0; i < VBLK_NUM_AREAS; i++)
		free(expected.ring.area[i]);
	driver_destroy(drv);
	return 0;
}
