// SPDX-License-Identifier: GPL-2.0
/*
 * The split format (virtio 1.3, 2.7): a table of descriptors linked to chains,
 * a ring in which the driver makes chains available, and one in which we give
 * them back. See vring.c for the rules.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/nospec.h>

#include "vring_format.h"

static const struct vring_desc *vblk_split_table(const struct vblk_ring *ring)
{
	return ring->area[VBLK_AREA_DESC];
}

static const struct vring_avail *vblk_split_avail(const struct vblk_ring *ring)
{
	return ring->area[VBLK_AREA_DRIVER];
}

static struct vring_used *vblk_split_used(const struct vblk_ring *ring)
{
	return ring->area[VBLK_AREA_DEVICE];
}

/* With EVENT_IDX each side asks for the other's next event by index. */
static const __virtio16 *vblk_split_used_event(const struct vblk_ring *ring)
{
	return &vblk_split_avail(ring)->ring[ring->num];
}

static __virtio16 *vblk_split_avail_event(const struct vblk_ring *ring)
{
	return (__virtio16 *)&vblk_split_used(ring)->ring[ring->num];
}

size_t vblk_split_area_bytes(u16 num, enum vblk_area area)
{
	switch (area) {
	case VBLK_AREA_DESC:
		return num * sizeof(struct vring_desc);
	case VBLK_AREA_DRIVER:
		return sizeof(struct vring_avail) +
		       (num + 1) * sizeof(__virtio16);
	default:
		return sizeof(struct vring_used) +
		       num * sizeof(struct vring_used_elem) +
		       sizeof(__virtio16);
	}
}

/* The driver's memory is shared: copy a descriptor once, field by field. */
static void vblk_split_read_desc(struct vblk_desc *desc,
				 const struct vring_desc *from)
{
	desc->addr = vblk_from_le64(READ_ONCE(from->addr));
	desc->len_bytes = vblk_from_le32(READ_ONCE(from->len));
	desc->flags = vblk_from_le16(READ_ONCE(from->flags));
	desc->next = vblk_from_le16(READ_ONCE(from->next));
}

/* Walks the table that an indirect descriptor points to. */
static int vblk_split_walk_table(struct vblk_ring *ring,
				 struct vblk_chain *chain,
				 const struct vblk_desc *indirect)
{
	struct vblk_table table;
	struct vblk_desc desc;
	u32 i = 0, count = 0;
	int ret;

	ret = vblk_table_open(ring, &table, indirect);
	if (ret)
		return ret;

	do {
		if (count++ >= table.num)
			return -EINVAL;
		ret = vblk_table_find(ring, &table, i);
		if (ret < 0)
			return ret;
		vblk_split_read_desc(&desc, &table.split[ret]);
		if (desc.flags & VRING_DESC_F_INDIRECT)
			return -EINVAL;
		ret = vblk_chain_add(chain, &desc);
		if (ret)
			return ret;
		i = desc.next;
	} while (desc.flags & VRING_DESC_F_NEXT);
	return 0;
}

/* Walks the chain that begins at descriptor @i of the ring's own table. */
static int vblk_split_walk(struct vblk_ring *ring, struct vblk_chain *chain,
			   u16 i)
{
	const struct vring_desc *table = vblk_split_table(ring);
	struct vblk_desc desc;
	u16 count = 0;
	int ret;

	do {
		if (i >= ring->num || count++ >= ring->num)
			return -EINVAL;
		vblk_split_read_desc(&desc,
				     &table[array_index_nospec(i, ring->num)]);
		if (desc.flags & VRING_DESC_F_INDIRECT)
			return vblk_split_walk_table(ring, chain, &desc);
		ret = vblk_chain_add(chain, &desc);
		if (ret)
			return ret;
		i = desc.next;
	} while (desc.flags & VRING_DESC_F_NEXT);
	return 0;
}

/* Looks for entries we have not seen: 1 if there are, 0, or -EINVAL. */
static int vblk_split_refill(struct vblk_ring *ring)
{
	u16 avail_idx;

	if (ring->avail_idx != ring->last_avail)
		return 1;

	avail_idx = vblk_from_le16(READ_ONCE(vblk_split_avail(ring)->idx));
	if ((u16)(avail_idx - ring->last_avail) > ring->num)
		return -EINVAL;
	ring->avail_idx = avail_idx;
	/* Pairs with the driver's barrier between entries and index. */
	smp_rmb();
	return ring->avail_idx != ring->last_avail;
}

int vblk_split_fetch(struct vblk_ring *ring, struct vblk_chain *chain)
{
	const struct vring_avail *avail = vblk_split_avail(ring);
	u16 head;
	int ret;

	ret = vblk_split_refill(ring);
	if (ret <= 0)
		return ret;

	head = vblk_from_le16(READ_ONCE(avail->ring[ring->last_avail &
						    (ring->num - 1)]));
	if (head >= ring->num)
		return -EINVAL;
	head = array_index_nospec(head, ring->num);
	if (test_and_set_bit(head, ring->inflight))
		return -EINVAL;

	chain->id = head;
	ret = vblk_split_walk(ring, chain, head);
	if (ret)
		return ret;
	ring->last_avail++;
	return 1;
}

/* With EVENT_IDX the index that we asked for last goes stale by itself. */
void vblk_split_disable_kicks(struct vblk_ring *ring)
{
	if (!ring->event_idx)
		WRITE_ONCE(vblk_split_used(ring)->flags,
			   vblk_to_le16(VRING_USED_F_NO_NOTIFY));
}

void vblk_split_enable_kicks(struct vblk_ring *ring)
{
	if (ring->event_idx)
		WRITE_ONCE(*vblk_split_avail_event(ring),
			   vblk_to_le16(ring->last_avail));
	else
		WRITE_ONCE(vblk_split_used(ring)->flags, 0);
}

bool vblk_split_has_more(const struct vblk_ring *ring)
{
	return vblk_from_le16(READ_ONCE(vblk_split_avail(ring)->idx)) !=
	       ring->last_avail;
}

void vblk_split_push(struct vblk_ring *ring, u16 id, u32 len_bytes)
{
	struct vring_used *used = vblk_split_used(ring);
	struct vring_used_elem *elem;

	elem = &used->ring[ring->last_used & (ring->num - 1)];
	WRITE_ONCE(elem->id, vblk_to_le32(id));
	WRITE_ONCE(elem->len, vblk_to_le32(len_bytes));
	/* The driver must see the entry, and the data, before the index. */
	smp_wmb();
	WRITE_ONCE(used->idx, vblk_to_le16(++ring->last_used));
}

bool vblk_split_should_signal(struct vblk_ring *ring)
{
	u16 event;

	if (!ring->event_idx)
		return !(vblk_from_le16(READ_ONCE(vblk_split_avail(ring)->flags)) &
			 VRING_AVAIL_F_NO_INTERRUPT);

	event = vblk_from_le16(READ_ONCE(*vblk_split_used_event(ring)));
	return !ring->signalled_valid ||
	       vring_need_event(event, ring->last_used, ring->signalled_used);
}
