// SPDX-License-Identifier: GPL-2.0
/*
 * vring.c against a well-behaved driver, at random: chains of all shapes, done
 * in any order, both sides asleep as often as the protocol lets them. Whatever
 * is offered must arrive unchanged, come back once, and wake whoever sleeps.
 */
#include <endian.h>
#include <linux/string.h>

#include "driver.h"
#include "unit.h"

#define MAX_BUFS 40

/* What is between the two sides of one ring. */
struct world {
	struct driver *drv;
	u16 offered[VBLK_RING_MAX_SIZE];	/* heads, in order */
	u32 num_offered, num_fetched;
	u32 token[VBLK_RING_MAX_SIZE];		/* of a head's buffers */
	u16 num_bufs[VBLK_RING_MAX_SIZE];
	u16 inflight[VBLK_RING_MAX_SIZE];
	u32 num_inflight;
	u32 num_unsignalled;			/* pushed since we last looked */
	bool device_sleeps;
	bool driver_sleeps;
};

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
	u16 i, num_bufs = 1 + random_below(MAX_BUFS);
	u32 token = random_below(1 << 30);
	struct buf bufs[MAX_BUFS];
	int head;

	for (i = 0; i < num_bufs; i++)
		bufs[i] = make_buf(token, i, num_bufs);
	if (drv->ring.indirect && random_below(2))
		head = driver_add_indirect(drv, bufs, num_bufs);
	else
		head = driver_add(drv, bufs, num_bufs);
	if (head < 0)
		return;
	w->token[head] = token;
	w->num_bufs[head] = num_bufs;
	w->offered[w->num_offered++ % VBLK_RING_MAX_SIZE] = head;
}

static void driver_publish_step(struct world *w)
{
	driver_publish(w->drv);
	if (driver_must_kick(w->drv))
		w->device_sleeps = false;
	/* Nothing may wait for a device that nobody wakes. */
	CHECK(!w->device_sleeps || w->num_offered == w->num_fetched);
}

static void check_chain(struct world *w)
{
	u16 i, head = w->offered[w->num_fetched % VBLK_RING_MAX_SIZE];
	struct buf buf;

	CHECK(chain.head == head && chain.num_iov == w->num_bufs[head]);
	CHECK(chain.num_readable == w->token[head] % (chain.num_iov + 1));
	for (i = 0; i < chain.num_iov && !unit_failed; i++) {
		buf = make_buf(w->token[head], i, chain.num_iov);
		CHECK(chain.iov[i].addr == buf.addr &&
		      chain.iov[i].len_bytes == buf.len_bytes);
	}
}

static void device_fetch_step(struct world *w)
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
		w->inflight[w->num_inflight++] = chain.head;
	} else {
		w->device_sleeps = !vblk_ring_enable_kicks(&w->drv->ring);
	}
}

/* Some of what is in flight is done, in any order. */
static void device_push_step(struct world *w)
{
	u32 i, num = random_below(8);

	while (num-- && w->num_inflight) {
		i = random_below(w->num_inflight);
		vblk_ring_push(&w->drv->ring, w->inflight[i],
			       w->token[w->inflight[i]]);
		w->inflight[i] = w->inflight[--w->num_inflight];
		w->num_unsignalled++;
	}
	/* One look for a batch, sooner or later. */
	if (!w->num_unsignalled || random_below(3))
		return;
	w->num_unsignalled = 0;
	if (vblk_ring_should_signal(&w->drv->ring))
		w->driver_sleeps = false;
}

/* Takes back all there is, then sleeps, unless something came meanwhile. */
static void driver_reap_step(struct world *w)
{
	struct driver *drv = w->drv;
	u32 len_bytes;
	u16 head;

	if (w->driver_sleeps) {
		/* The last used entry was signalled, or is not there. */
		CHECK(w->num_unsignalled || le16toh(drv->used->idx) == drv->last_used);
		return;
	}
	drv->avail->flags = htole16(VRING_AVAIL_F_NO_INTERRUPT);
	while (driver_get_used(drv, &head, &len_bytes))
		CHECK(len_bytes == w->token[head]);
	driver_ask_signal(drv, 0);
	w->driver_sleeps = le16toh(drv->used->idx) == drv->last_used;
}

static void run_steps(struct world *w, u32 num_steps)
{
	static void (* const steps[])(struct world *w) = {
		driver_step, driver_step, driver_publish_step,
		device_fetch_step, device_fetch_step, device_push_step,
		driver_reap_step,
	};

	while (num_steps-- && !unit_failed)
		steps[random_below(7)](w);
}

/* All that was begun ends. */
static void drain(struct world *w)
{
	u32 i;

	for (i = 0; i < 100000 && !unit_failed; i++) {
		driver_publish_step(w);
		device_fetch_step(w);
		device_push_step(w);
		driver_reap_step(w);
		if (w->drv->num_free == w->drv->num)
			break;
	}
	CHECK(w->drv->num_free == w->drv->num);
	CHECK(w->num_offered == w->num_fetched && !w->num_inflight);
}

static void run_world(u16 num, bool indirect, bool event_idx)
{
	static struct world w;

	w = (struct world) {
		.drv = driver_create(num, indirect, event_idx,
				     0x10000 - random_below(4096)),
	};
	run_steps(&w, 150000);
	drain(&w);
	driver_destroy(w.drv);
}

static void run_all_sizes(bool indirect, bool event_idx)
{
	u32 num;

	for (num = 2; num <= VBLK_RING_MAX_SIZE && !unit_failed; num *= 2)
		run_world(num, indirect, event_idx);
	if (unit_failed)
		printf("# size %u\n", num / 2);
}

static void test_direct(void)
{
	run_all_sizes(false, false);
}

static void test_event_idx(void)
{
	run_all_sizes(false, true);
}

static void test_indirect(void)
{
	run_all_sizes(true, false);
}

static void test_both(void)
{
	run_all_sizes(true, true);
}

const struct unit_case vring_model_cases[] = {
	{ "random traffic, all sizes", test_direct },
	{ "random traffic, all sizes, EVENT_IDX", test_event_idx },
	{ "random traffic, all sizes, INDIRECT_DESC", test_indirect },
	{ "random traffic, all sizes, both", test_both },
	{ }
};
