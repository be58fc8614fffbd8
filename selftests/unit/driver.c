// SPDX-License-Identifier: GPL-2.0
/* A well-behaved driver, virtio 1.3, 2.7. See driver.h. */
#include <endian.h>
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

struct driver *driver_create(u16 num, bool indirect, bool event_idx, u16 start)
{
	struct driver *drv = calloc(1, sizeof(*drv));
	u16 i;

	drv->num = num;
	drv->event_idx = event_idx;
	/* Each of its exact size, so that the sanitizer sees what is beyond. */
	drv->desc = calloc(1, vblk_ring_desc_bytes(num));
	drv->avail = calloc(1, vblk_ring_avail_bytes(num));
	drv->used = calloc(1, vblk_ring_used_bytes(num));
	drv->mem_bytes = num * TABLE_BYTES;
	drv->mem = calloc(1, drv->mem_bytes);
	for (i = 0; i < num; i++)
		drv->free[drv->num_free++] = num - 1 - i;
	drv->avail_idx = start;
	drv->kick_idx = start;
	drv->last_used = start;
	drv->avail->idx = htole16(start);
	drv->used->idx = htole16(start);

	drv->ring.num = num;
	drv->ring.indirect = indirect;
	drv->ring.event_idx = event_idx;
	drv->ring.desc = drv->desc;
	drv->ring.avail = drv->avail;
	drv->ring.used = drv->used;
	drv->ring.copy = driver_copy;
	drv->ring.copy_ctx = drv;
	vblk_ring_reset(&drv->ring, start);
	return drv;
}

void driver_destroy(struct driver *drv)
{
	free(drv->desc);
	free(drv->avail);
	free(drv->used);
	free(drv->mem);
	free(drv);
}

struct vring_desc *driver_table(struct driver *drv, u16 head)
{
	return (struct vring_desc *)(drv->mem + head * TABLE_BYTES);
}

void driver_set_desc(struct vring_desc *desc, u64 addr, u32 len_bytes,
		     u16 flags, u16 next)
{
	desc->addr = htole64(addr);
	desc->len = htole32(len_bytes);
	desc->flags = htole16(flags);
	desc->next = htole16(next);
}

/* Makes @head available, but does not say so yet. */
void driver_offer(struct driver *drv, u16 head)
{
	drv->avail->ring[drv->avail_idx++ & (drv->num - 1)] = htole16(head);
}

/* A chain in the ring's own table; its head, or -1 if there is no room. */
int driver_add(struct driver *drv, const struct buf *bufs, u16 num_bufs)
{
	u16 i, at, next, head;

	if (!num_bufs || num_bufs > drv->num_free)
		return -1;
	head = drv->free[drv->num_free - 1];
	for (i = 0; i < num_bufs; i++) {
		at = drv->free[--drv->num_free];
		next = i + 1 < num_bufs ? drv->free[drv->num_free - 1] : 0;
		driver_set_desc(&drv->desc[at], bufs[i].addr, bufs[i].len_bytes,
				bufs[i].flags | (i + 1 < num_bufs ?
						 VRING_DESC_F_NEXT : 0), next);
	}
	drv->held[head] = num_bufs;
	drv->is_indirect[head] = false;
	driver_offer(drv, head);
	return head;
}

/* The same with the chain in a table of its own. */
int driver_add_indirect(struct driver *drv, const struct buf *bufs,
			u16 num_bufs)
{
	struct vring_desc *table;
	u16 i, head;

	if (!num_bufs || !drv->num_free)
		return -1;
	head = drv->free[--drv->num_free];
	table = driver_table(drv, head);
	for (i = 0; i < num_bufs; i++)
		driver_set_desc(&table[i], bufs[i].addr, bufs[i].len_bytes,
				bufs[i].flags | (i + 1 < num_bufs ?
						 VRING_DESC_F_NEXT : 0), i + 1);
	driver_set_desc(&drv->desc[head], MEM_BASE + head * TABLE_BYTES,
			num_bufs * sizeof(*table), VRING_DESC_F_INDIRECT, 0);
	drv->held[head] = 1;
	drv->is_indirect[head] = true;
	driver_offer(drv, head);
	return head;
}

void driver_publish(struct driver *drv)
{
	WRITE_ONCE(drv->avail->idx, htole16(drv->avail_idx));
}

/* After driver_publish(): has the device asked for a kick? */
bool driver_must_kick(struct driver *drv)
{
	u16 old = drv->kick_idx;

	drv->kick_idx = drv->avail_idx;
	if (!drv->event_idx)
		return !(le16toh(drv->used->flags) & VRING_USED_F_NO_NOTIFY);
	return vring_need_event(le16toh(*driver_avail_event(drv)),
				drv->avail_idx, old);
}

/* Takes one chain back, if the device is done with one. */
bool driver_get_used(struct driver *drv, u16 *head, u32 *len_bytes)
{
	struct vring_used_elem *elem;
	u16 i;

	if (drv->last_used == le16toh(drv->used->idx))
		return false;
	elem = &drv->used->ring[drv->last_used++ & (drv->num - 1)];
	*head = le32toh(elem->id);
	*len_bytes = le32toh(elem->len);

	/* In reverse, so that what was a chain can be a head another time. */
	for (i = *head; drv->held[*head]; i = le16toh(drv->desc[i].next)) {
		drv->free[drv->num_free++] = i;
		drv->held[*head]--;
	}
	return true;
}

/* Asks for an interrupt when @more chains beyond the next are done. */
void driver_ask_signal(struct driver *drv, u16 more)
{
	*driver_used_event(drv) = htole16(drv->last_used + more);
	drv->avail->flags = 0;
}

__virtio16 *driver_used_event(struct driver *drv)
{
	return &drv->avail->ring[drv->num];
}

__virtio16 *driver_avail_event(struct driver *drv)
{
	return (__virtio16 *)&drv->used->ring[drv->num];
}
