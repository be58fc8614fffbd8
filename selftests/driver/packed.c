// SPDX-License-Identifier: GPL-2.0
/*
 * The driver's side of a packed virtqueue (virtio 1.3, 2.8).
 *
 * Positions run from 0 to num - 1, each side has a wrap counter that flips when
 * its position does so. The driver marks a descriptor available with AVAIL =
 * its counter and USED = the opposite, the device marks it used with both equal
 * to its counter. A chain is named by an id in its last descriptor; the device
 * writes one descriptor for it and skips the rest.
 */
#include <errno.h>

#include "ring.h"

static void packed_step(const struct ring *ring, u16 *idx, bool *wrap, u16 num)
{
	*idx += num;
	if (*idx < ring->num)
		return;
	*idx -= ring->num;
	*wrap = !*wrap;
}

static void packed_start(struct ring *ring, u16 start)
{
	u16 i;

	/* As if what is before had been used in this round. */
	for (i = 0; i < start % ring->num; i++)
		ring->pdesc[i].flags = RING_AVAIL | RING_USED;
	ring->avail_idx = start % ring->num;
	ring->used_idx = start % ring->num;
	ring->avail_wrap = true;
	ring->used_wrap = true;
}

static u16 packed_avail_flags(const struct ring *ring)
{
	return ring->avail_wrap ? RING_AVAIL : RING_USED;
}

static u16 packed_add(struct ring *ring, const struct ring_desc *descs, u16 num)
{
	u16 i, id = ring->free_id[--ring->num_ids];
	u16 head = ring->avail_idx, head_flags = 0;

	for (i = 0; i < num; i++) {
		struct vring_packed_desc *desc = &ring->pdesc[ring->avail_idx];
		u16 flags = descs[i].flags | packed_avail_flags(ring);

		desc->addr = descs[i].addr;
		desc->len = descs[i].len_bytes;
		desc->id = id;
		/* The first one makes them all visible, so it comes last. */
		if (i)
			desc->flags = flags;
		else
			head_flags = flags;
		packed_step(ring, &ring->avail_idx, &ring->avail_wrap, 1);
	}
	__atomic_store_n(&ring->pdesc[head].flags, head_flags, __ATOMIC_RELEASE);
	/* From here on num_added counts descriptors: ring_add() adds one. */
	ring->num_added += num - 1;
	return id;
}

static bool packed_must_kick(struct ring *ring)
{
	u16 flags = __atomic_load_n(&ring->device_event->flags, __ATOMIC_ACQUIRE);
	u16 off_wrap = __atomic_load_n(&ring->device_event->off_wrap,
				       __ATOMIC_RELAXED);
	u16 new = ring->avail_idx, old = new - ring->num_added;
	u16 event = off_wrap & ~RING_WRAP;

	if (flags != VRING_PACKED_EVENT_FLAG_DESC)
		return flags != VRING_PACKED_EVENT_FLAG_DISABLE;
	if (!(off_wrap & RING_WRAP) == ring->avail_wrap)
		event -= ring->num;
	return vring_need_event(event, new, old);
}

static bool packed_has_used(const struct ring *ring)
{
	u16 flags = __atomic_load_n(&ring->pdesc[ring->used_idx].flags,
				    __ATOMIC_ACQUIRE);

	return !(flags & RING_AVAIL) != ring->used_wrap &&
	       !(flags & RING_USED) != ring->used_wrap;
}

static int packed_take(struct ring *ring, u16 *id, u32 *len_bytes)
{
	const struct vring_packed_desc *desc = &ring->pdesc[ring->used_idx];

	if (!packed_has_used(ring))
		return 0;
	*id = __atomic_load_n(&desc->id, __ATOMIC_RELAXED);
	if (*id >= ring->num || !ring->chain[*id].busy)
		return -EPROTO;
	*len_bytes = desc->len;
	packed_step(ring, &ring->used_idx, &ring->used_wrap,
		    ring->chain[*id].num_descs);
	ring->free_id[ring->num_ids++] = *id;
	return 1;
}

static void packed_set_listening(struct ring *ring, bool listening)
{
	u16 flags = VRING_PACKED_EVENT_FLAG_DISABLE;

	if (listening)
		flags = ring->event_idx ? VRING_PACKED_EVENT_FLAG_DESC :
					  VRING_PACKED_EVENT_FLAG_ENABLE;
	__atomic_store_n(&ring->driver_event->off_wrap,
			 ring->used_idx | (ring->used_wrap ? RING_WRAP : 0),
			 __ATOMIC_RELAXED);
	__atomic_store_n(&ring->driver_event->flags, flags, __ATOMIC_RELEASE);
}

const struct ring_ops packed_ops = {
	.start		= packed_start,
	.add		= packed_add,
	.must_kick	= packed_must_kick,
	.take		= packed_take,
	.set_listening	= packed_set_listening,
	.has_used	= packed_has_used,
};
