// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: a hostile driver, and the device's side of vring.c, which
 * has to keep its promises whatever is in the ring. Input: 4 bytes of set-up,
 * then operations of 1 byte and their arguments, until it is used up.
 */
#include <endian.h>
#include <stdlib.h>
#include <linux/compiler.h>
#include <linux/string.h>

#include "driver.h"

static const u8 *input, *input_end;
static struct driver *drv;
static struct vblk_chain chain;
static bool broken, racing;
static u16 inflight[VBLK_RING_MAX_SIZE];
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

/* Writes input over something; @at wraps, so that every value hits. */
static void scribble(void *base, size_t size_bytes, u32 at)
{
	u32 i, num_bytes = 1 + take(1) % 16;

	for (i = 0; i < num_bytes && input < input_end; i++)
		((u8 *)base)[(at + i) % size_bytes] = *input++;
}

/* The driver's other CPU: after a read, perhaps something changes. */
static void race(const volatile void *addr, size_t len_bytes)
{
	if (racing && take(1) % 4 == 0)
		scribble((void *)addr, len_bytes, 0);
}

static void check_chain(void)
{
	u16 i;

	must(chain.head < drv->num);
	must(chain.num_iov <= VBLK_RING_MAX_SIZE);
	must(chain.num_readable <= chain.num_iov);
	for (i = 0; i < chain.num_iov; i++)
		must(chain.iov[i].len_bytes);
	for (i = 0; i < num_inflight; i++)
		must(inflight[i] != chain.head);
	must(num_inflight < drv->num);
	inflight[num_inflight++] = chain.head;
}

static void fetch(void)
{
	int ret;

	if (broken)
		return;
	ret = vblk_ring_fetch(&drv->ring, &chain);
	must(ret <= 1);
	if (ret == 1)
		check_chain();
	broken = ret < 0;
}

static void push(void)
{
	u16 used_idx = drv->ring.used_idx;
	u32 i = take(1);

	if (!num_inflight)
		return;
	i %= num_inflight;
	vblk_ring_push(&drv->ring, inflight[i], take(2));
	inflight[i] = inflight[--num_inflight];
	must(drv->ring.used_idx == (u16)(used_idx + 1));
	must(le16toh(drv->used->idx) == drv->ring.used_idx);
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
	drv->avail->idx = htole16(drv->avail_idx);
}

/* Any head, again and again: in flight or not, in range or not. */
static void offer(void)
{
	driver_offer(drv, take(1) % (drv->num + 1));
	drv->avail->idx = htole16(drv->avail_idx);
}

static void step(void)
{
	u16 num = drv->num;

	switch (take(1) % 13) {
	case 0:	return scribble(drv->desc, vblk_ring_desc_bytes(num), take(2));
	case 1: return scribble(drv->avail, vblk_ring_avail_bytes(num), take(2));
	case 2: return scribble(drv->used, vblk_ring_used_bytes(num), take(2));
	case 3: return scribble(drv->mem, drv->mem_bytes, take(3));
	case 4: return add();
	case 5:	return push();
	case 6:	return vblk_ring_disable_kicks(&drv->ring);
	case 7:
		vblk_ring_enable_kicks(&drv->ring);
		return;
	case 8:
		vblk_ring_should_signal(&drv->ring);
		return;
	case 9:
		racing = take(1) % 2;
		return;
	case 10: return offer();
	default: return fetch();
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size_bytes)
{
	u32 flags;

	input = data;
	input_end = data + size_bytes;
	flags = take(1);
	drv = driver_create(2 << take(1) % 5, flags & 1, flags & 2, take(2));
	num_inflight = 0;
	broken = false;
	racing = false;
	shim_after_read = race;
	while (input < input_end)
		step();
	shim_after_read = NULL;
	driver_destroy(drv);
	return 0;
}
