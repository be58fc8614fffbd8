// SPDX-License-Identifier: GPL-2.0
/*
 * The driver's side of a split virtqueue (virtio 1.3, 2.7). Indices run freely
 * from 0 to 65535; a chain is named by its first descriptor.
 */
#include <errno.h>

#include "ring.h"

static u16 *split_used_event(const struct ring *ring)
{
	return &ring->avail->ring[ring->num];
}

static u16 split_avail_event(const struct ring *ring)
{
	return __atomic_load_n((u16 *)&ring->used->ring[ring->num],
			       __ATOMIC_RELAXED);
}

static void split_start(struct ring *ring, u16 start)
{
	ring->avail_idx = start;
	ring->used_idx = start;
	ring->avail->idx = start;
	ring->used->idx = start;
}

static u16 split_add(struct ring *ring, const struct ring_desc *descs, u16 num)
{
	u16 i, at, head = ring->free_id[ring->num_ids - 1];

	for (i = 0; i < num; i++) {
		at = ring->free_id[--ring->num_ids];
		/* Of the last one it is nonsense, and nobody may look. */
		ring->link[at] = i + 1 < num ?
			ring->free_id[ring->num_ids - 1] : ring->num;
		ring->desc[at] = (struct vring_desc) {
			.addr = descs[i].addr,
			.len = descs[i].len_bytes,
			.flags = descs[i].flags,
			.next = ring->link[at],
		};
	}
	ring->avail->ring[ring->avail_idx % ring->num] = head;
	__atomic_store_n(&ring->avail->idx, ++ring->avail_idx, __ATOMIC_RELEASE);
	return head;
}

static bool split_must_kick(struct ring *ring)
{
	u16 new = ring->avail_idx, old = new - ring->num_added;

	if (ring->event_idx)
		return vring_need_event(split_avail_event(ring), new, old);
	return !(__atomic_load_n(&ring->used->flags, __ATOMIC_RELAXED) &
		 VRING_USED_F_NO_NOTIFY);
}

static bool split_has_used(const struct ring *ring)
{
	return __atomic_load_n(&ring->used->idx, __ATOMIC_ACQUIRE) !=
	       ring->used_idx;
}

static int split_take(struct ring *ring, u16 *id, u32 *len_bytes)
{
	const struct vring_used_elem *elem;
	u32 head;
	u16 i;

	if (!split_has_used(ring))
		return 0;
	elem = &ring->used->ring[ring->used_idx % ring->num];
	head = __atomic_load_n(&elem->id, __ATOMIC_RELAXED);
	if (head >= ring->num || !ring->chain[head].busy)
		return -EPROTO;
	*id = head;
	*len_bytes = elem->len;
	ring->used_idx++;
	for (i = *id; i != ring->num; i = ring->link[i])
		ring->free_id[ring->num_ids++] = i;
	return 1;
}

static void split_set_listening(struct ring *ring, bool listening)
{
	u16 flags = listening ? 0 : VRING_AVAIL_F_NO_INTERRUPT;

	__atomic_store_n(&ring->avail->flags, ring->event_idx ? 0 : flags,
			 __ATOMIC_RELAXED);
	/* An index that was passed long ago is as good as none. */
	__atomic_store_n(split_used_event(ring),
			 ring->used_idx - (listening ? 0 : ring->num + 1),
			 __ATOMIC_RELAXED);
}

const struct ring_ops split_ops = {
	.start		= split_start,
	.add		= split_add,
	.must_kick	= split_must_kick,
	.take		= split_take,
	.set_listening	= split_set_listening,
	.has_used	= split_has_used,
};
