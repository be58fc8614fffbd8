// SPDX-License-Identifier: GPL-2.0
/*
 * The device's side of a split virtqueue (virtio 1.3, 2.7).
 *
 * The driver may be hostile, and may change the ring while we look at it. So
 * every field is read once, the copy is validated, and only the copy is used;
 * every index is checked and every loop ends. An error means that the ring is
 * broken for good: the driver has to reset.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/nospec.h>
#include <linux/string.h>
#include <linux/virtio_byteorder.h>

#include "vring.h"

/* VIRTIO_F_VERSION_1 is mandatory: everything is little-endian. */
static u16 vblk_le16(__virtio16 value)
{
	return __virtio16_to_cpu(true, value);
}

static __virtio16 vblk_cpu16(u16 value)
{
	return __cpu_to_virtio16(true, value);
}

/* With EVENT_IDX each side asks for the other's next event by index. */
static const __virtio16 *vblk_ring_used_event(const struct vblk_ring *ring)
{
	return &ring->avail->ring[ring->num];
}

static __virtio16 *vblk_ring_avail_event(const struct vblk_ring *ring)
{
	return (__virtio16 *)&ring->used->ring[ring->num];
}

/**
 * vblk_ring_reset() - take the positions of a ring about to be started
 * @ring: ring on which nothing is in flight
 * @avail_idx: next available entry; as all before it are done, the next used
 *	one too
 */
void vblk_ring_reset(struct vblk_ring *ring, u16 avail_idx)
{
	ring->last_avail = avail_idx;
	ring->avail_idx = avail_idx;
	ring->used_idx = avail_idx;
	ring->signalled_used = avail_idx;
	ring->signalled_valid = false;
	memset(ring->inflight, 0, sizeof(ring->inflight));
}

/* The driver's memory is shared: copy a descriptor once, field by field. */
static void vblk_desc_copy(struct vring_desc *to, const struct vring_desc *from)
{
	to->addr = READ_ONCE(from->addr);
	to->len = READ_ONCE(from->len);
	to->flags = READ_ONCE(from->flags);
	to->next = READ_ONCE(from->next);
}

/* Adds one buffer to @chain: readable ones first, then writable ones. */
static int vblk_chain_add(struct vblk_chain *chain,
			  const struct vring_desc *desc)
{
	bool write = vblk_le16(desc->flags) & VRING_DESC_F_WRITE;
	struct vblk_iov *iov;

	if (!write && chain->num_iov != chain->num_readable)
		return -EINVAL;
	if (!desc->len)
		return 0;
	if (chain->num_iov == VBLK_RING_MAX_SIZE)
		return -EINVAL;

	iov = &chain->iov[chain->num_iov++];
	iov->addr = __virtio64_to_cpu(true, desc->addr);
	iov->len_bytes = __virtio32_to_cpu(true, desc->len);
	if (!write)
		chain->num_readable++;
	return 0;
}

/* Walks the table that an indirect descriptor points to. */
static int vblk_chain_add_indirect(struct vblk_ring *ring,
				   struct vblk_chain *chain,
				   const struct vring_desc *table)
{
	u64 addr = __virtio64_to_cpu(true, table->addr);
	u32 len_bytes = __virtio32_to_cpu(true, table->len);
	u32 num = len_bytes / sizeof(struct vring_desc);
	struct vring_desc desc;
	u32 i = 0, count = 0;
	u16 flags;
	int ret;

	if (!len_bytes || len_bytes % sizeof(desc) || num > VBLK_RING_MAX_SIZE)
		return -EINVAL;

	do {
		if (i >= num || count++ >= num)
			return -EINVAL;
		ret = ring->copy(ring->copy_ctx, addr + i * sizeof(desc), &desc,
				 sizeof(desc));
		if (ret)
			return ret;
		flags = vblk_le16(desc.flags);
		if (flags & VRING_DESC_F_INDIRECT)
			return -EINVAL;
		ret = vblk_chain_add(chain, &desc);
		if (ret)
			return ret;
		i = vblk_le16(desc.next);
	} while (flags & VRING_DESC_F_NEXT);
	return 0;
}

/* Walks the chain that begins at descriptor @i of the ring's own table. */
static int vblk_chain_walk(struct vblk_ring *ring, struct vblk_chain *chain,
			   u16 i)
{
	struct vring_desc desc;
	u16 flags, count = 0;
	int ret;

	do {
		if (i >= ring->num || count++ >= ring->num)
			return -EINVAL;
		vblk_desc_copy(&desc,
			       &ring->desc[array_index_nospec(i, ring->num)]);
		flags = vblk_le16(desc.flags);
		if (flags & VRING_DESC_F_INDIRECT) {
			/* 2.7.5.3.1: never with NEXT; it ends the chain. */
			if (!ring->indirect || flags & VRING_DESC_F_NEXT)
				return -EINVAL;
			return vblk_chain_add_indirect(ring, chain, &desc);
		}
		ret = vblk_chain_add(chain, &desc);
		if (ret)
			return ret;
		i = vblk_le16(desc.next);
	} while (flags & VRING_DESC_F_NEXT);
	return 0;
}

/* Looks for entries we have not seen: 1 if there are, 0, or -EINVAL. */
static int vblk_ring_refill(struct vblk_ring *ring)
{
	u16 avail_idx;

	if (ring->avail_idx != ring->last_avail)
		return 1;

	avail_idx = vblk_le16(READ_ONCE(ring->avail->idx));
	if ((u16)(avail_idx - ring->last_avail) > ring->num)
		return -EINVAL;
	ring->avail_idx = avail_idx;
	/* Pairs with the driver's barrier between entries and index. */
	smp_rmb();
	return ring->avail_idx != ring->last_avail;
}

/**
 * vblk_ring_fetch() - take the next chain off the available ring
 * @ring: ring
 * @chain: filled in
 *
 * Return: 1 with a chain, to be given back by vblk_ring_push(); 0 if there is
 * none; a negative errno if the ring is broken.
 */
int vblk_ring_fetch(struct vblk_ring *ring, struct vblk_chain *chain)
{
	u16 head;
	int ret;

	ret = vblk_ring_refill(ring);
	if (ret <= 0)
		return ret;

	head = vblk_le16(READ_ONCE(ring->avail->ring[ring->last_avail &
						     (ring->num - 1)]));
	if (head >= ring->num)
		return -EINVAL;
	head = array_index_nospec(head, ring->num);
	if (test_and_set_bit(head, ring->inflight))
		return -EINVAL;

	chain->head = head;
	chain->num_iov = 0;
	chain->num_readable = 0;
	ret = vblk_chain_walk(ring, chain, head);
	if (ret)
		return ret;
	ring->last_avail++;
	return 1;
}

/**
 * vblk_ring_disable_kicks() - tell the driver that we are looking anyway
 * @ring: ring
 *
 * With EVENT_IDX there is nothing to do: the index we asked for last goes
 * stale by itself.
 */
void vblk_ring_disable_kicks(struct vblk_ring *ring)
{
	if (!ring->event_idx)
		WRITE_ONCE(ring->used->flags, vblk_cpu16(VRING_USED_F_NO_NOTIFY));
}

/**
 * vblk_ring_enable_kicks() - ask for a kick at the next available entry
 * @ring: ring
 *
 * Return: true if one came in meanwhile: nobody will kick for it.
 */
bool vblk_ring_enable_kicks(struct vblk_ring *ring)
{
	if (ring->event_idx)
		WRITE_ONCE(*vblk_ring_avail_event(ring),
			   vblk_cpu16(ring->last_avail));
	else
		WRITE_ONCE(ring->used->flags, 0);
	/* The driver writes avail->idx, then reads what we just wrote. */
	smp_mb();
	return vblk_ring_has_more(ring);
}

/**
 * vblk_ring_has_more() - would vblk_ring_fetch() find something?
 * @ring: ring
 *
 * Return: true if it would, or would find the ring broken.
 */
bool vblk_ring_has_more(const struct vblk_ring *ring)
{
	return vblk_le16(READ_ONCE(ring->avail->idx)) != ring->last_avail;
}

/**
 * vblk_ring_push() - give a chain back to the driver
 * @ring: ring
 * @head: from the chain; the driver may reuse it at once
 * @len_bytes: how many of the chain's first writable bytes were written
 */
void vblk_ring_push(struct vblk_ring *ring, u16 head, u32 len_bytes)
{
	struct vring_used_elem *elem;

	clear_bit(head, ring->inflight);
	elem = &ring->used->ring[ring->used_idx & (ring->num - 1)];
	WRITE_ONCE(elem->id, __cpu_to_virtio32(true, head));
	WRITE_ONCE(elem->len, __cpu_to_virtio32(true, len_bytes));
	/* The driver must see the entry, and the data, before the index. */
	smp_wmb();
	WRITE_ONCE(ring->used->idx, vblk_cpu16(++ring->used_idx));
}

/**
 * vblk_ring_should_signal() - has the driver asked for an interrupt?
 * @ring: ring; all pushes of the batch are done
 *
 * Return: true if the driver waits for one of the entries pushed since this
 * function was last called.
 */
bool vblk_ring_should_signal(struct vblk_ring *ring)
{
	u16 event, old = ring->signalled_used;
	bool valid = ring->signalled_valid;

	/* The driver asks for an event, then reads the index we wrote. */
	smp_mb();
	if (!ring->event_idx)
		return !(vblk_le16(READ_ONCE(ring->avail->flags)) &
			 VRING_AVAIL_F_NO_INTERRUPT);

	event = vblk_le16(READ_ONCE(*vblk_ring_used_event(ring)));
	ring->signalled_used = ring->used_idx;
	ring->signalled_valid = true;
	return !valid || vring_need_event(event, ring->used_idx, old);
}
