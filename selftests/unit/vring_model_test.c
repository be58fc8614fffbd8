// SPDX-License-Identifier: GPL-2.0
/*
 * The ring against a well-behaved driver, at random: chains of all shapes, done
 * in any order, both sides asleep as often as the protocol lets them, and each
 * at work while the other is amidst a barrier. Whatever is offered must arrive
 * unchanged, come back once, and wake whoever sleeps.
 */
#include <linux/compiler.h>
#include <linux/string.h>

#include "driver.h"
#include "unit.h"

#define MAX_BUFS 40

enum side { DRIVER, FETCHER, PUSHER };

/* What is between the two sides of one ring. */
struct world {
	struct driver *drv;
	u16 offered[VBLK_RING_MAX_SIZE];	/* IDs, in order */
	u32 num_offered, num_published, num_fetched;
	u32 token[VBLK_RING_MAX_SIZE];		/* of an ID's buffers */
	u16 num_bufs[VBLK_RING_MAX_SIZE];
	u16 inflight[VBLK_RING_MAX_SIZE];
	u32 num_inflight;
	u32 num_unsignalled;			/* pushed since we last looked */
	bool device_sleeps;
	bool driver_sleeps;
	u32 asked;				/* driver_num_used() to be woken at */
	bool draining;
	enum side side;				/* whose step it is */
	bool interrupted;			/* by another's */
};

static struct world world;
static struct vblk_chain chain;

/* The i-th buffer of a chain follows from its token. */
static struct buf make_buf(u32 token, u16 i, u16 num_bufs)
{
	u32 x = (token + i) * 2654435761U;

	return (struct buf) {
		.addr = (u64)x << (x % 30),
		.len_bytes = 1 + (x >> 8),
		.flags = i < token % (num_bufs + 1) ? 0 : VRING_DESC_F_WRITE,
	};
}

static void driver_step(struct world *w)
{
	struct driver *drv = w->drv;
	u16 i, num_bufs = 1 + random_below(random_below(2) ? MAX_BUFS : 4);
	u32 token = random_below(1 << 30);
	struct buf bufs[MAX_BUFS];
	int id;

	for (i = 0; i < num_bufs; i++)
		bufs[i] = make_buf(token, i, num_bufs);
	if (drv->ring.indirect && random_below(2))
		id = driver_add_indirect(drv, bufs, num_bufs);
	else
		id = driver_add(drv, bufs, num_bufs);
	if (id < 0)
		return;
	w->token[id] = token;
	w->num_bufs[id] = num_bufs;
	w->offered[w->num_offered++ % VBLK_RING_MAX_SIZE] = id;
}

static void driver_publish_step(struct world *w)
{
	driver_publish(w->drv);
	w->num_published = w->num_offered;
	if (driver_must_kick(w->drv))
		w->device_sleeps = false;
	/* Nothing may wait for a device that nobody wakes. */
	CHECK(!w->device_sleeps || w->num_offered == w->num_fetched);
}

static void check_chain(struct world *w)
{
	u16 i, id = w->offered[w->num_fetched % VBLK_RING_MAX_SIZE];
	struct buf buf;

	CHECK(chain.id == id && chain.num_iov == w->num_bufs[id]);
	CHECK(chain.num_readable == w->token[id] % (chain.num_iov + 1));
	for (i = 0; i < chain.num_iov && !unit_failed; i++) {
		buf = make_buf(w->token[id], i, chain.num_iov);
		CHECK(chain.iov[i].addr == buf.addr &&
		      chain.iov[i].len_bytes == buf.len_bytes);
	}
}

static void fetcher_step(struct world *w)
{
	int ret;

	if (w->device_sleeps)
		return;
	vblk_ring_disable_kicks(&w->drv->ring);
	ret = vblk_ring_fetch(&w->drv->ring, &chain);
	CHECK(ret >= 0);
	if (ret == 1) {
		check_chain(w);
		w->num_fetched++;
		w->inflight[w->num_inflight++] = chain.id;
	} else {
		w->device_sleeps = !vblk_ring_enable_kicks(&w->drv->ring);
	}
}

/* Some of what is in flight is done, in any order. */
static void pusher_step(struct world *w)
{
	u32 i, num = random_below(8);
	u16 id;

	while (num-- && w->num_inflight) {
		i = random_below(w->num_inflight);
		id = w->inflight[i];
		w->inflight[i] = w->inflight[--w->num_inflight];
		vblk_ring_push(&w->drv->ring, id, w->token[id]);
		w->num_unsignalled++;
	}
	/* One look for a batch, sooner or later. */
	if (!w->num_unsignalled || random_below(3))
		return;
	if (vblk_ring_should_signal(&w->drv->ring))
		w->driver_sleeps = false;
	w->num_unsignalled = 0;
}

/* Takes back all there is, then sleeps, unless something came meanwhile. */
static void driver_reap_step(struct world *w)
{
	struct driver *drv = w->drv;
	u32 pending, len_bytes;
	u16 id;

	if (w->driver_sleeps) {
		/* What it waits for was signalled, or is not there. */
		CHECK(w->num_unsignalled || driver_num_used(drv) <= w->asked);
		return;
	}
	driver_ignore_signals(drv);
	while (driver_get_used(drv, &id, &len_bytes))
		CHECK(len_bytes == w->token[id]);

	/* Often not for the next: for the last of those that are there. */
	pending = w->num_published - w->num_fetched + w->num_inflight;
	w->asked = drv->event_idx && !w->draining && pending ?
		   random_below(pending) : 0;
	driver_ask_signal(drv, w->asked);
	w->driver_sleeps = driver_num_used(drv) <= w->asked;
}

/* The sides are one thread each. */
static void run_step(struct world *w)
{
	static const struct {
		enum side side;
		void (*run)(struct world *w);
	} steps[] = {
		{ DRIVER, driver_step }, { DRIVER, driver_step },
		{ DRIVER, driver_publish_step }, { DRIVER, driver_reap_step },
		{ FETCHER, fetcher_step }, { FETCHER, fetcher_step },
		{ PUSHER, pusher_step },
	};
	u32 i = random_below(7);

	if (w->interrupted && steps[i].side == w->side)
		return;
	if (!w->interrupted)
		w->side = steps[i].side;
	steps[i].run(w);
}

/* The other CPUs are at work while one waits at a barrier. */
static void run_others(enum shim_barrier kind)
{
	u32 num_steps = random_below(4);

	if (world.interrupted)
		return;
	world.interrupted = true;
	while (num_steps--)
		run_step(&world);
	world.interrupted = false;
}

/* All that was begun ends. */
static void drain(struct world *w)
{
	u32 i;

	w->draining = true;
	for (i = 0; i < 100000 && !unit_failed; i++) {
		driver_publish_step(w);
		fetcher_step(w);
		pusher_step(w);
		driver_reap_step(w);
		if (w->drv->num_free == w->drv->num)
			break;
	}
	CHECK(w->drv->num_free == w->drv->num);
	CHECK(w->num_offered == w->num_fetched && !w->num_inflight);
}

static void run_world(struct driver *drv)
{
	u32 num_steps = 100000;

	world = (struct world) { .drv = drv };
	shim_at_barrier = run_others;
	while (num_steps-- && !unit_failed)
		run_step(&world);
	shim_at_barrier = NULL;
	drain(&world);
	if (unit_failed)
		printf("# size %u\n", drv->num);
	driver_destroy(drv);
}

static void run_split(bool indirect, bool event_idx)
{
	u32 num;

	for (num = 1; num <= VBLK_RING_MAX_SIZE && !unit_failed; num *= 2)
		run_world(split_create(num, indirect, event_idx,
				       0x10000 - random_below(4096)));
}

static void run_packed(bool indirect, bool event_idx)
{
	static const u16 sizes[] = {
		1, 2, 3, 4, 5, 7, 8, 16, 31, 64, 100, 255, 256, 1000, 1023, 1024,
	};
	u16 i, wrap;

	for (i = 0; i < 16 && !unit_failed; i++) {
		wrap = random_below(2) ? VBLK_RING_WRAP : 0;
		run_world(packed_create(sizes[i], indirect, event_idx,
					random_below(sizes[i]) | wrap));
	}
}

static void test_split(void)
{
	run_split(false, false);
}

static void test_split_event_idx(void)
{
	run_split(false, true);
}

static void test_split_indirect(void)
{
	run_split(true, false);
}

static void test_split_both(void)
{
	run_split(true, true);
}

static void test_packed(void)
{
	run_packed(false, false);
}

static void test_packed_event_idx(void)
{
	run_packed(false, true);
}

static void test_packed_indirect(void)
{
	run_packed(true, false);
}

static void test_packed_both(void)
{
	run_packed(true, true);
}

const struct unit_case vring_model_cases[] = {
	{ "split: random traffic, all sizes", test_split },
	{ "split: random traffic, EVENT_IDX", test_split_event_idx },
	{ "split: random traffic, INDIRECT_DESC", test_split_indirect },
	{ "split: random traffic, both", test_split_both },
	{ "packed: random traffic, all sizes", test_packed },
	{ "packed: random traffic, EVENT_IDX", test_packed_event_idx },
	{ "packed: random traffic, INDIRECT_DESC", test_packed_indirect },
	{ "packed: random traffic, both", test_packed_both },
	{ }
};
