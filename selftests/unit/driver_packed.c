// SPDX-License-Identifier: GPL-2.0
/*
 * A well-behaved driver of a packed ring, virtio 1.3, 2.8. See driver.h. It
 * goes from descriptor to descriptor as the standard tells it, one at a time:
 * the device's arithmetic is held against that.
 */
#include <endian.h>
#include <linux/compiler.h>

#include "driver.h"

#define AVAIL BIT(VRING_PACKED_DESC_F_AVAIL)
#define USED BIT(VRING_PACKED_DESC_F_USED)
#define RESERVED_ID 0xdead	/* where an ID means nothing */

struct driver *packed_create(u16 num, bool indirect, bool event_idx, u16 start)
{
	struct driver *drv = driver_create(true, num, indirect, event_idx,
					   start);
	u16 at;

	drv->slots = drv->ring.area[VBLK_AREA_DESC];
	drv->driver_event = drv->ring.area[VBLK_AREA_DRIVER];
	drv->device_event = drv->ring.area[VBLK_AREA_DEVICE];

	/* As if the two rounds before the start had left their marks. */
	for (at = packed_next(drv, start); at != start; at = packed_next(drv, at))
		packed_slot(drv, at)->flags =
			at & VBLK_RING_WRAP ? htole16(AVAIL | USED) : 0;
	return drv;
}

struct vring_packed_desc *packed_table(struct driver *drv, u16 id)
{
	return (struct vring_packed_desc *)(drv->mem + id * TABLE_BYTES);
}

struct vring_packed_desc *packed_slot(const struct driver *drv, u16 at)
{
	return &drv->slots[at & ~VBLK_RING_WRAP];
}

u16 packed_next(const struct driver *drv, u16 at)
{
	u16 wrap = at & VBLK_RING_WRAP;

	at &= ~VBLK_RING_WRAP;
	if (at + 1 == drv->num)
		return wrap ^ VBLK_RING_WRAP;
	return (at + 1) | wrap;
}

u16 packed_skip(const struct driver *drv, u16 at, u32 count)
{
	while (count--)
		at = packed_next(drv, at);
	return at;
}

void packed_set_desc(struct vring_packed_desc *desc, u64 addr, u32 len_bytes,
		     u16 id, u16 flags)
{
	desc->addr = htole64(addr);
	desc->len = htole32(len_bytes);
	desc->id = htole16(id);
	desc->flags = htole16(flags);
}

/*
 * Writes the next descriptor. The first that is not published yet gets no
 * flags, and so hides all after it.
 */
void packed_put(struct driver *drv, u64 addr, u32 len_bytes, u16 id, u16 flags)
{
	struct vring_packed_desc *desc = packed_slot(drv, drv->next_avail);
	u16 old = le16toh(desc->flags);

	flags |= drv->next_avail & VBLK_RING_WRAP ? AVAIL : USED;
	packed_set_desc(desc, addr, len_bytes, id, flags);
	if (!drv->unpublished++) {
		drv->first = drv->next_avail;
		drv->first_flags = flags;
		desc->flags = htole16(old);
	}
	drv->next_avail = packed_next(drv, drv->next_avail);
}

static u16 packed_get_id(struct driver *drv, u16 num_desc)
{
	u16 id = drv->free[--drv->num_free];

	drv->held[id] = num_desc;
	drv->room -= num_desc;
	return id;
}

static int packed_add(struct driver *drv, const struct buf *bufs, u16 num_bufs)
{
	bool last;
	u16 i, id;

	if (!num_bufs || num_bufs > drv->room)
		return -1;
	id = packed_get_id(drv, num_bufs);
	for (i = 0; i < num_bufs; i++) {
		last = i == num_bufs - 1;
		packed_put(drv, bufs[i].addr, bufs[i].len_bytes,
			   last ? id : RESERVED_ID,
			   bufs[i].flags | (last ? 0 : VRING_DESC_F_NEXT));
	}
	return id;
}

static int packed_add_indirect(struct driver *drv, const struct buf *bufs,
			       u16 num_bufs)
{
	struct vring_packed_desc *table;
	u16 i, id;

	if (!num_bufs || !drv->room)
		return -1;
	id = packed_get_id(drv, 1);
	table = packed_table(drv, id);
	for (i = 0; i < num_bufs; i++)
		packed_set_desc(&table[i], bufs[i].addr, bufs[i].len_bytes,
				RESERVED_ID, bufs[i].flags);
	packed_put(drv, MEM_BASE + id * TABLE_BYTES, num_bufs * sizeof(*table),
		   id, VRING_DESC_F_INDIRECT);
	return id;
}

static void packed_publish(struct driver *drv)
{
	if (drv->unpublished)
		WRITE_ONCE(packed_slot(drv, drv->first)->flags,
			   htole16(drv->first_flags));
	drv->unpublished = 0;
}

static bool packed_must_kick(struct driver *drv)
{
	u16 flags = le16toh(drv->device_event->flags);
	u16 event = le16toh(drv->device_event->off_wrap);
	bool passed = false;

	for (; drv->kicked != drv->next_avail;
	     drv->kicked = packed_next(drv, drv->kicked))
		passed |= drv->kicked == event;
	if (drv->event_idx && flags == VRING_PACKED_EVENT_FLAG_DESC)
		return passed;
	return flags != VRING_PACKED_EVENT_FLAG_DISABLE;
}

/* The descriptors of the used chain that begins at @at; 0 if it is not used. */
static u16 packed_used_at(const struct driver *drv, u16 at)
{
	const struct vring_packed_desc *desc = packed_slot(drv, at);
	u16 wanted = at & VBLK_RING_WRAP ? AVAIL | USED : 0;

	if ((le16toh(desc->flags) & (AVAIL | USED)) != wanted ||
	    le16toh(desc->id) >= drv->num)
		return 0;
	return drv->held[le16toh(desc->id)];
}

static u32 packed_num_used(const struct driver *drv)
{
	u32 num_used = 0, limit = drv->num - drv->room;
	u16 num_desc, at = drv->last_used;

	while (num_used < limit) {
		num_desc = packed_used_at(drv, at);
		if (!num_desc)
			break;
		num_used += num_desc;
		at = packed_skip(drv, at, num_desc);
	}
	return num_used;
}

static bool packed_get_used(struct driver *drv, u16 *id, u32 *len_bytes)
{
	struct vring_packed_desc *desc = packed_slot(drv, drv->last_used);
	u16 num_desc = packed_used_at(drv, drv->last_used);

	if (!num_desc)
		return false;
	*id = le16toh(desc->id);
	/* Without WRITE the length is reserved (2.8.4). */
	*len_bytes = le16toh(desc->flags) & VRING_DESC_F_WRITE ?
		     le32toh(desc->len) : 0;
	drv->last_used = packed_skip(drv, drv->last_used, num_desc);
	drv->held[*id] = 0;
	drv->free[drv->num_free++] = *id;
	drv->room += num_desc;
	return true;
}

static void packed_ask_signal(struct driver *drv, u16 more)
{
	u16 flags = VRING_PACKED_EVENT_FLAG_ENABLE;

	if (drv->event_idx) {
		drv->driver_event->off_wrap =
			htole16(packed_skip(drv, drv->last_used, more));
		flags = VRING_PACKED_EVENT_FLAG_DESC;
	}
	drv->driver_event->flags = htole16(flags);
}

static void packed_ignore_signals(struct driver *drv)
{
	drv->driver_event->flags = htole16(VRING_PACKED_EVENT_FLAG_DISABLE);
}

const struct driver_ops packed_ops = {
	.add		= packed_add,
	.add_indirect	= packed_add_indirect,
	.publish	= packed_publish,
	.must_kick	= packed_must_kick,
	.num_used	= packed_num_used,
	.get_used	= packed_get_used,
	.ask_signal	= packed_ask_signal,
	.ignore_signals	= packed_ignore_signals,
};
