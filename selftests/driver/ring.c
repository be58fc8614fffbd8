// SPDX-License-Identifier: GPL-2.0
/* What the driver's side of a virtqueue does in either format. */
#include <errno.h>
#include <string.h>

#include "ring.h"

#define TABLE_BYTES	(RING_TABLE_NUM * sizeof(struct vring_desc))

static const struct ring_ops *ring_ops(const struct ring *ring)
{
	return ring->packed ? &packed_ops : &split_ops;
}

size_t ring_part_bytes(const struct ring *ring, int part)
{
	size_t num = ring->num;

	if (part == RING_DESC)
		return num * sizeof(struct vring_desc);
	if (ring->packed)
		return sizeof(struct vring_packed_desc_event);
	if (part == RING_DRIVER)
		return sizeof(struct vring_avail) + (num + 1) * sizeof(u16);
	return sizeof(struct vring_used) +
	       num * sizeof(struct vring_used_elem) + sizeof(u16);
}

/* Room that a ring of either format takes at most. */
size_t ring_bytes(u16 num)
{
	return round_up_to(num * (16 + 2 + 8) + 64 + num * TABLE_BYTES,
			   PAGE_BYTES) + 3 * PAGE_BYTES;
}

/* Where the device begins, if it gets this ring before anyone uses it. */
u32 ring_start_base(const struct ring *ring)
{
	u16 half = ring->avail_idx;

	if (!ring->packed)
		return half;
	half |= ring->avail_wrap << 15;
	return half | (u32)half << 16;
}

/* Takes room from @area; @start is the first index, or the first position. */
void ring_create(struct ring *ring, struct area *area, u16 num, u64 features,
		 u16 start)
{
	void *part[RING_NUM_PARTS];
	int i;

	memset(ring, 0, sizeof(*ring));
	ring->num = num;
	ring->packed = features & BIT_ULL(VIRTIO_F_RING_PACKED);
	ring->indirect = features & BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC);
	ring->event_idx = features & BIT_ULL(VIRTIO_RING_F_EVENT_IDX);
	for (i = 0; i < RING_NUM_PARTS; i++) {
		part[i] = area_alloc(area, ring_part_bytes(ring, i), PAGE_BYTES);
		ring->iova[i] = area_iova(area, part[i]);
		memset(part[i], 0, ring_part_bytes(ring, i));
	}
	ring->desc = part[RING_DESC];
	ring->avail = part[RING_DRIVER];
	ring->used = part[RING_DEVICE];
	ring->tables = area_alloc(area, num * TABLE_BYTES, 16);
	ring->tables_iova = area_iova(area, ring->tables);

	ring->num_free = num;
	while (ring->num_ids < num) {
		ring->free_id[ring->num_ids] = num - 1 - ring->num_ids;
		ring->num_ids++;
	}
	ring_ops(ring)->start(ring, start);
}

/*
 * Makes a chain of @num descriptors available, just as it is. Returns what the
 * device is going to call it, or -ENOSPC.
 */
int ring_add(struct ring *ring, const struct ring_desc *descs, u16 num,
	     u16 cookie)
{
	u16 id;

	if (num > ring->num_free)
		return -ENOSPC;
	id = ring_ops(ring)->add(ring, descs, num);
	ring->num_free -= num;
	ring->num_added++;
	ring->chain[id] = (struct ring_chain) {
		.busy = true,
		.cookie = cookie,
		.num_descs = num,
	};
	return id;
}

/*
 * The same through a table. 2.8.19: in a packed ring's table the order is that
 * of the table, and NEXT is not used.
 */
int ring_add_indirect(struct ring *ring, const struct ring_desc *descs, u16 num,
		      u16 cookie)
{
	struct ring_desc one = {
		.len_bytes = num * sizeof(struct vring_desc),
		.flags = VRING_DESC_F_INDIRECT,
	};
	size_t at;
	u16 i;

	if (num > RING_TABLE_NUM || !ring->num_free)
		return -ENOSPC;
	at = ring->free_id[ring->num_ids - 1] * TABLE_BYTES;
	for (i = 0; i < num; i++) {
		struct vring_desc *desc = (void *)(ring->tables + at);
		u16 flags = descs[i].flags;

		desc[i] = (struct vring_desc) {
			.addr = descs[i].addr,
			.len = descs[i].len_bytes,
			.flags = ring->packed ? 0 : flags,
			.next = i + 1,
		};
		/* The same 16 bytes: "next" is there "flags". */
		if (ring->packed)
			((struct vring_packed_desc *)desc)[i].flags =
				flags & VRING_DESC_F_WRITE;
	}
	one.addr = ring->tables_iova + at;
	return ring_add(ring, &one, 1, cookie);
}

/* Ends a batch of additions. Returns true if the device wants a kick. */
bool ring_publish(struct ring *ring)
{
	bool kick;

	/* The device writes what it wants, then looks for what we added. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	kick = ring->num_added && ring_ops(ring)->must_kick(ring);
	ring->num_added = 0;
	return kick;
}

/*
 * Takes back the next used chain: 1, 0 if there is none, -EPROTO if the device
 * returned what it does not have.
 */
int ring_take(struct ring *ring, u16 *cookie, u32 *len_bytes)
{
	struct ring_chain *chain;
	u16 id = 0;
	int ret;

	ret = ring_ops(ring)->take(ring, &id, len_bytes);
	if (ret <= 0)
		return ret;
	chain = &ring->chain[id];
	chain->busy = false;
	*cookie = chain->cookie;
	ring->num_free += chain->num_descs;
	return 1;
}

/* No interrupts, please: a wish that the device may not heed. */
void ring_mute(struct ring *ring)
{
	ring_ops(ring)->set_listening(ring, false);
}

/* An interrupt for the next used chain. Returns true if there is one now. */
bool ring_listen(struct ring *ring)
{
	ring_ops(ring)->set_listening(ring, true);
	/* The device writes the chain, then looks whether we want to know. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return ring_has_used(ring);
}

bool ring_has_used(const struct ring *ring)
{
	return ring_ops(ring)->has_used(ring);
}
