// SPDX-License-Identifier: GPL-2.0
/* A well-behaved driver of a split ring, virtio 1.3, 2.7. See driver.h. */
#include <endian.h>
#include <linux/compiler.h>

#include "driver.h"

struct driver *split_create(u16 num, bool indirect, bool event_idx, u16 start)
{
	struct driver *drv = driver_create(false, num, indirect, event_idx,
					   start);

	drv->desc = drv->ring.area[VBLK_AREA_DESC];
	drv->avail = drv->ring.area[VBLK_AREA_DRIVER];
	drv->used = drv->ring.area[VBLK_AREA_DEVICE];
	drv->avail->idx = htole16(start);
	drv->used->idx = htole16(start);
	return drv;
}

struct vring_desc *split_table(struct driver *drv, u16 head)
{
	return (struct vring_desc *)(drv->mem + head * TABLE_BYTES);
}

void split_set_desc(struct vring_desc *desc, u64 addr, u32 len_bytes,
		    u16 flags, u16 next)
{
	desc->addr = htole64(addr);
	desc->len = htole32(len_bytes);
	desc->flags = htole16(flags);
	desc->next = htole16(next);
}

/* Makes @head available, but does not say so yet. */
void split_offer(struct driver *drv, u16 head)
{
	drv->avail->ring[drv->next_avail++ & (drv->num - 1)] = htole16(head);
}

static int split_add(struct driver *drv, const struct buf *bufs, u16 num_bufs)
{
	u16 i, at, next, head;

	if (!num_bufs || num_bufs > drv->num_free)
		return -1;
	head = drv->free[drv->num_free - 1];
	for (i = 0; i < num_bufs; i++) {
		at = drv->free[--drv->num_free];
		next = i + 1 < num_bufs ? drv->free[drv->num_free - 1] : 0;
		split_set_desc(&drv->desc[at], bufs[i].addr, bufs[i].len_bytes,
			       bufs[i].flags | (i + 1 < num_bufs ?
						VRING_DESC_F_NEXT : 0), next);
	}
	drv->held[head] = num_bufs;
	split_offer(drv, head);
	return head;
}

static int split_add_indirect(struct driver *drv, const struct buf *bufs,
			      u16 num_bufs)
{
	struct vring_desc *table;
	u16 i, head;

	if (!num_bufs || !drv->num_free)
		return -1;
	head = drv->free[--drv->num_free];
	table = split_table(drv, head);
	for (i = 0; i < num_bufs; i++)
		split_set_desc(&table[i], bufs[i].addr, bufs[i].len_bytes,
			       bufs[i].flags | (i + 1 < num_bufs ?
						VRING_DESC_F_NEXT : 0), i + 1);
	split_set_desc(&drv->desc[head], MEM_BASE + head * TABLE_BYTES,
		       num_bufs * sizeof(*table), VRING_DESC_F_INDIRECT, 0);
	drv->held[head] = 1;
	split_offer(drv, head);
	return head;
}

static void split_publish(struct driver *drv)
{
	WRITE_ONCE(drv->avail->idx, htole16(drv->next_avail));
}

static bool split_must_kick(struct driver *drv)
{
	u16 old = drv->kicked;

	drv->kicked = drv->next_avail;
	if (!drv->event_idx)
		return !(le16toh(drv->used->flags) & VRING_USED_F_NO_NOTIFY);
	return vring_need_event(le16toh(*split_avail_event(drv)),
				drv->next_avail, old);
}

static u32 split_num_used(const struct driver *drv)
{
	return (u16)(le16toh(drv->used->idx) - drv->last_used);
}

static bool split_get_used(struct driver *drv, u16 *head, u32 *len_bytes)
{
	struct vring_used_elem *elem;
	u16 i;

	if (!split_num_used(drv))
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

static void split_ask_signal(struct driver *drv, u16 more)
{
	*split_used_event(drv) = htole16(drv->last_used + more);
	drv->avail->flags = 0;
}

static void split_ignore_signals(struct driver *drv)
{
	drv->avail->flags = htole16(VRING_AVAIL_F_NO_INTERRUPT);
}

__virtio16 *split_used_event(const struct driver *drv)
{
	return &drv->avail->ring[drv->num];
}

__virtio16 *split_avail_event(const struct driver *drv)
{
	return (__virtio16 *)&drv->used->ring[drv->num];
}

const struct driver_ops split_ops = {
	.add		= split_add,
	.add_indirect	= split_add_indirect,
	.publish	= split_publish,
	.must_kick	= split_must_kick,
	.num_used	= split_num_used,
	.get_used	= split_get_used,
	.ask_signal	= split_ask_signal,
	.ignore_signals	= split_ignore_signals,
};
