// SPDX-License-Identifier: GPL-2.0
/*
 * The device's side of a virtqueue: what the two formats have in common.
 *
 * The driver may be hostile, and may change the ring while we look at it. So
 * every field is read once, the copy is validated, and only the copy is used;
 * every index is checked and every loop ends. An error means that the ring is
 * broken for good: the driver has to reset.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "vring_format.h"

/**
 * vblk_ring_area_bytes() - the size of a part of a ring
 * @ring: ring of which the format and the size are known
 * @area: which part
 *
 * Return: its length.
 */
size_t vblk_ring_area_bytes(const struct vblk_ring *ring, enum vblk_area area)
{
	return ring->packed ? vblk_packed_area_bytes(ring->num, area) :
			      vblk_split_area_bytes(ring->num, area);
}

/**
 * vblk_ring_init() - choose the format, and begin at the beginning
 * @ring: ring on which nothing is in flight
 * @packed: packed, else split
 *
 * Both wrap counters of a packed ring are 1 at first (virtio 1.3, 2.8.1).
 */
void vblk_ring_init(struct vblk_ring *ring, bool packed)
{
	u16 start = packed ? VBLK_RING_WRAP : 0;

	ring->packed = packed;
	vblk_ring_set_state(ring, start, start);
}

/**
 * vblk_ring_set_state() - go on where another device has stopped
 * @ring: ring on which nothing is in flight
 * @last_avail: position of the next available chain
 * @last_used: packed: position of the next used chain. Of a split ring it is
 *	@last_avail too, as all before that are done.
 */
void vblk_ring_set_state(struct vblk_ring *ring, u16 last_avail, u16 last_used)
{
	ring->last_avail = last_avail;
	ring->avail_idx = last_avail;
	ring->last_used = ring->packed ? last_used : last_avail;
	ring->signalled_used = ring->last_used;
	ring->signalled_valid = false;
	ring->num_used = 0;
	memset(ring->inflight, 0, sizeof(ring->inflight));
}

/**
 * vblk_ring_is_valid() - do size and positions make sense?
 * @ring: ring about to be started
 *
 * The driver says them one by one, in any order, before and after the format.
 *
 * Return: true if they do.
 */
bool vblk_ring_is_valid(const struct vblk_ring *ring)
{
	if (!ring->num || ring->num > VBLK_RING_MAX_SIZE)
		return false;
	return ring->packed ? vblk_packed_is_valid(ring) :
			      !(ring->num & (ring->num - 1));
}

/* Adds one buffer to @chain: readable ones first, then writable ones. */
int vblk_chain_add(struct vblk_chain *chain, const struct vblk_desc *desc)
{
	bool write = desc->flags & VRING_DESC_F_WRITE;
	struct vblk_iov *iov;

	if (!write && chain->num_iov != chain->num_readable)
		return -EINVAL;
	if (!desc->len_bytes)
		return 0;
	if (chain->num_iov == VBLK_RING_MAX_SIZE)
		return -EINVAL;

	iov = &chain->iov[chain->num_iov++];
	iov->addr = desc->addr;
	iov->len_bytes = desc->len_bytes;
	if (!write)
		chain->num_readable++;
	return 0;
}

/*
 * Looks at the table that an indirect descriptor points to. That one ends the
 * chain, so there is none after it. Returns 0, or -EINVAL.
 */
int vblk_table_open(const struct vblk_ring *ring, struct vblk_table *table,
		    const struct vblk_desc *desc)
{
	table->addr = desc->addr;
	table->num = desc->len_bytes / sizeof(struct vring_desc);
	table->first = 0;
	table->count = 0;
	if (!ring->indirect || desc->flags & VRING_DESC_F_NEXT ||
	    desc->len_bytes % sizeof(struct vring_desc) ||
	    !table->num || table->num > VBLK_RING_MAX_SIZE)
		return -EINVAL;
	return 0;
}

/*
 * Where in the window entry @i is, moved there if need be; or an errno. Most
 * tables are as short as the window, and each move is a lookup.
 */
int vblk_table_find(const struct vblk_ring *ring, struct vblk_table *table,
		    u32 i)
{
	int ret;

	if (i >= table->num)
		return -EINVAL;
	if (i - table->first < table->count)
		return i - table->first;

	table->first = i;
	table->count = table->num - i;
	if (table->count > VBLK_TABLE_WINDOW)
		table->count = VBLK_TABLE_WINDOW;
	ret = ring->copy(ring->copy_ctx,
			 table->addr + i * sizeof(table->split[0]),
			 table->split, table->count * sizeof(table->split[0]));
	return ret < 0 ? ret : 0;
}

/**
 * vblk_ring_fetch() - take the next chain that the driver has made available
 * @ring: ring
 * @chain: filled in
 *
 * Return: 1 with a chain, to be given back by vblk_ring_push(); 0 if there is
 * none; a negative errno if the ring is broken.
 */
int vblk_ring_fetch(struct vblk_ring *ring, struct vblk_chain *chain)
{
	chain->num_iov = 0;
	chain->num_readable = 0;
	return ring->packed ? vblk_packed_fetch(ring, chain) :
			      vblk_split_fetch(ring, chain);
}

/**
 * vblk_ring_disable_kicks() - tell the driver that we are looking anyway
 * @ring: ring
 */
void vblk_ring_disable_kicks(struct vblk_ring *ring)
{
	if (ring->packed)
		vblk_packed_disable_kicks(ring);
	else
		vblk_split_disable_kicks(ring);
}

/**
 * vblk_ring_enable_kicks() - ask for a kick at the next available chain
 * @ring: ring
 *
 * Return: true if one came in meanwhile: nobody will kick for it.
 */
bool vblk_ring_enable_kicks(struct vblk_ring *ring)
{
	if (ring->packed)
		vblk_packed_enable_kicks(ring);
	else
		vblk_split_enable_kicks(ring);
	/* The driver makes chains available, then reads what we just wrote. */
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
	return ring->packed ? vblk_packed_has_more(ring) :
			      vblk_split_has_more(ring);
}

/**
 * vblk_ring_push() - give a chain back to the driver
 * @ring: ring
 * @id: from the chain; the driver may reuse it at once
 * @len_bytes: how many of the chain's first writable bytes were written
 */
void vblk_ring_push(struct vblk_ring *ring, u16 id, u32 len_bytes)
{
	u16 num_desc = ring->num_desc[id];

	/*
	 * From here on the other side may fetch a chain of this ID, if the
	 * driver has made two of them available, and set @num_desc anew.
	 */
	clear_bit_unlock(id, ring->inflight);
	if (ring->packed)
		vblk_packed_push(ring, id, num_desc, len_bytes);
	else
		vblk_split_push(ring, id, len_bytes);
}

/**
 * vblk_ring_should_signal() - has the driver asked for an interrupt?
 * @ring: ring; all pushes of the batch are done
 *
 * Return: true if the driver waits for one of the chains pushed since this
 * function was last called.
 */
bool vblk_ring_should_signal(struct vblk_ring *ring)
{
	bool signal;

	/* The driver asks for an event, then looks for what we have pushed. */
	smp_mb();
	signal = ring->packed ? vblk_packed_should_signal(ring) :
				vblk_split_should_signal(ring);
	ring->signalled_used = ring->last_used;
	ring->signalled_valid = true;
	ring->num_used = 0;
	return signal;
}
