// SPDX-License-Identifier: GPL-2.0
/* What the drivers of both formats share. See driver.h. */
#include <stdlib.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "driver.h"

void (*shim_after_read)(const volatile void *addr, size_t len_bytes);
void (*shim_at_barrier)(enum shim_barrier kind);
u64 random_seed = 1;

/* xorshift64*: the same on every machine. */
u32 random_below(u32 limit)
{
	random_seed ^= random_seed >> 12;
	random_seed ^= random_seed << 25;
	random_seed ^= random_seed >> 27;
	return (random_seed * 0x2545f4914f6cdd1dULL >> 32) % limit;
}

/* The device's way to memory outside of the ring. */
static int driver_copy(void *ctx, u64 addr, void *buf, size_t len_bytes)
{
	struct driver *drv = ctx;
	u64 offset = addr - MEM_BASE;

	if (offset >= drv->mem_bytes || len_bytes > drv->mem_bytes - offset)
		return -EFAULT;
	memcpy(buf, drv->mem + offset, len_bytes);
	return 0;
}

/*
 * Both sides begin at position @start. The areas each have their exact size,
 * so that the sanitizer sees what is beyond.
 */
struct driver *driver_create(bool packed, u16 num, bool indirect,
			     bool event_idx, u16 start)
{
	struct driver *drv = calloc(1, sizeof(*drv));
	u16 i;

	drv->ops = packed ? &packed_ops : &split_ops;
	drv->num = num;
	drv->room = num;
	drv->event_idx = event_idx;
	drv->mem_bytes = num * TABLE_BYTES;
	drv->mem = calloc(1, drv->mem_bytes);
	for (i = 0; i < num; i++)
		drv->free[drv->num_free++] = num - 1 - i;
	drv->next_avail = start;
	drv->kicked = start;
	drv->last_used = start;

	drv->ring.num = num;
	drv->ring.indirect = indirect;
	drv->ring.event_idx = event_idx;
	drv->ring.copy = driver_copy;
	drv->ring.copy_ctx = drv;
	vblk_ring_init(&drv->ring, packed);
	vblk_ring_set_state(&drv->ring, start, start);
	for (i = 0; i < VBLK_NUM_AREAS; i++)
		drv->ring.area[i] =
			calloc(1, vblk_ring_area_bytes(&drv->ring, i));
	return drv;
}

void driver_destroy(struct driver *drv)
{
	u16 i;

	for (i = 0; i < VBLK_NUM_AREAS; i++)
		free(drv->ring.area[i]);
	free(drv->mem);
	free(drv);
}

/* Makes a chain available; its ID, or -1 if there is no room. */
int driver_add(struct driver *drv, const struct buf *bufs, u16 num_bufs)
{
	return drv->ops->add(drv, bufs, num_bufs);
}

/* The same with the chain in a table of its own. */
int driver_add_indirect(struct driver *drv, const struct buf *bufs,
			u16 num_bufs)
{
	return drv->ops->add_indirect(drv, bufs, num_bufs);
}

/* Lets the device see what was added. */
void driver_publish(struct driver *drv)
{
	drv->ops->publish(drv);
}

/* After driver_publish(): has the device asked for a kick? */
bool driver_must_kick(struct driver *drv)
{
	return drv->ops->must_kick(drv);
}

/* How much is used and not taken back: chains if split, or descriptors. */
u32 driver_num_used(const struct driver *drv)
{
	return drv->ops->num_used(drv);
}

/* Takes one chain back, if the device is done with one. */
bool driver_get_used(struct driver *drv, u16 *id, u32 *len_bytes)
{
	return drv->ops->get_used(drv, id, len_bytes);
}

/*
 * Asks for an interrupt when driver_num_used() goes beyond @more. Without
 * EVENT_IDX it comes with whatever is used.
 */
void driver_ask_signal(struct driver *drv, u16 more)
{
	drv->ops->ask_signal(drv, more);
}

void driver_ignore_signals(struct driver *drv)
{
	drv->ops->ignore_signals(drv);
}

/* Is it the ring's memory, which the driver can change, or the device's own? */
bool driver_owns(const struct driver *drv, const volatile void *addr)
{
	const volatile u8 *at = addr;
	u16 i;

	for (i = 0; i < VBLK_NUM_AREAS; i++) {
		const u8 *area = drv->ring.area[i];

		if (at >= area &&
		    at < area + vblk_ring_area_bytes(&drv->ring, i))
			return true;
	}
	return false;
}
