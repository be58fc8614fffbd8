// SPDX-License-Identifier: GPL-2.0
/*
 * The packed format (virtio 1.3, 2.8): one ring of descriptors, in which the
 * driver makes chains available and we write used ones over them. Each side
 * goes round at its own pace with a wrap counter, and a descriptor's flags say
 * in which round it was made available or used. See vring.c for the rules.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/nospec.h>

#include <asm/byteorder.h>

#include "vring_format.h"

#define VBLK_DESC_F_AVAIL	BIT(VRING_PACKED_DESC_F_AVAIL)
#define VBLK_DESC_F_USED	BIT(VRING_PACKED_DESC_F_USED)

static struct vring_packed_desc *vblk_packed_desc(const struct vblk_ring *ring,
						  u16 at)
{
	struct vring_packed_desc *table = ring->area[VBLK_AREA_DESC];

	return &table[at & ~VBLK_RING_WRAP];
}

/* How each side says which events it wants. */
static const struct vring_packed_desc_event *
vblk_packed_driver_event(const struct vblk_ring *ring)
{
	return ring->area[VBLK_AREA_DRIVER];
}

static struct vring_packed_desc_event *
vblk_packed_device_event(const struct vblk_ring *ring)
{
	return ring->area[VBLK_AREA_DEVICE];
}

size_t vblk_packed_area_bytes(u16 num, enum vblk_area area)
{
	return area == VBLK_AREA_DESC ?
	       num * sizeof(struct vring_packed_desc) :
	       sizeof(struct vring_packed_desc_event);
}

/* The position @count descriptors, of one round at most, after @at. */
static u16 vblk_packed_advance(const struct vblk_ring *ring, u16 at, u16 count)
{
	at += count;
	if ((at & ~VBLK_RING_WRAP) >= ring->num)
		at = (at - ring->num) ^ VBLK_RING_WRAP;
	return at;
}

/* How far it is from @from to @to: 0 ... two rounds - 1. */
static u16 vblk_packed_distance(const struct vblk_ring *ring, u16 from, u16 to)
{
	int distance = (to & ~VBLK_RING_WRAP) - (from & ~VBLK_RING_WRAP);

	if ((from ^ to) & VBLK_RING_WRAP)
		distance += ring->num;
	return distance < 0 ? distance + 2 * ring->num : distance;
}

bool vblk_packed_is_valid(const struct vblk_ring *ring)
{
	return (ring->last_avail & ~VBLK_RING_WRAP) < ring->num &&
	       (ring->last_used & ~VBLK_RING_WRAP) < ring->num &&
	       vblk_packed_distance(ring, ring->last_used,
				    ring->last_avail) <= ring->num;
}

/* Available: made so in this round, and not used in it. */
static bool vblk_packed_is_avail(u16 flags, u16 at)
{
	bool wrap = at & VBLK_RING_WRAP;

	return !!(flags & VBLK_DESC_F_AVAIL) == wrap &&
	       !!(flags & VBLK_DESC_F_USED) != wrap;
}

static u16 vblk_packed_read_flags(const struct vring_packed_desc *from)
{
	return le16_to_cpu(READ_ONCE(from->flags));
}

/* The driver's memory is shared: copy a descriptor once, field by field. */
static void vblk_packed_read_desc(struct vblk_desc *desc,
				  const struct vring_packed_desc *from)
{
	desc->addr = le64_to_cpu(READ_ONCE(from->addr));
	desc->len_bytes = le32_to_cpu(READ_ONCE(from->len));
	desc->id = le16_to_cpu(READ_ONCE(from->id));
}

/* The entries of a table come in a row; of their flags only WRITE counts. */
static int vblk_packed_walk_table(struct vblk_ring *ring,
				  struct vblk_chain *chain,
				  const struct vblk_desc *indirect)
{
	const struct vring_packed_desc *entry;
	struct vblk_table table;
	struct vblk_desc desc;
	int ret;
	u32 i;

	ret = vblk_table_open(ring, &table, indirect);
	if (ret)
		return ret;

	for (i = 0; i < table.num; i++) {
		ret = vblk_table_find(ring, &table, i);
		if (ret < 0)
			return ret;
		entry = &table.packed[ret];
		vblk_packed_read_desc(&desc, entry);
		desc.flags = vblk_packed_read_flags(entry);
		if (desc.flags & VRING_DESC_F_INDIRECT)
			return -EINVAL;
		ret = vblk_chain_add(chain, &desc);
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * Walks the chain that begins at @last_avail, with flags @flags. Its ID is in
 * its last descriptor. Returns the number of descriptors, or an errno.
 */
static int vblk_packed_walk(struct vblk_ring *ring, struct vblk_chain *chain,
			    u16 flags)
{
	u16 used = READ_ONCE(ring->last_used);
	u16 count = 0, at = ring->last_avail;
	u16 room = ring->num - vblk_packed_distance(ring, used, at);
	const struct vring_packed_desc *from;
	struct vblk_desc desc;
	int ret;

	do {
		/* What is in flight was not used yet: the driver may not. */
		if (count++ >= room)
			return -EINVAL;
		from = vblk_packed_desc(ring, at);
		vblk_packed_read_desc(&desc, from);
		desc.flags = count == 1 ? flags : vblk_packed_read_flags(from);
		at = vblk_packed_advance(ring, at, 1);
		chain->id = desc.id;
		if (desc.flags & VRING_DESC_F_INDIRECT) {
			ret = vblk_packed_walk_table(ring, chain, &desc);
			return ret ?: count;
		}
		ret = vblk_chain_add(chain, &desc);
		if (ret)
			return ret;
	} while (desc.flags & VRING_DESC_F_NEXT);
	return count;
}

int vblk_packed_fetch(struct vblk_ring *ring, struct vblk_chain *chain)
{
	u16 flags, at = ring->last_avail;
	int ret;

	flags = vblk_packed_read_flags(vblk_packed_desc(ring, at));
	if (!vblk_packed_is_avail(flags, at))
		return 0;
	/* Pairs with the driver's barrier between the rest and these flags. */
	smp_rmb();

	ret = vblk_packed_walk(ring, chain, flags);
	if (ret < 0)
		return ret;
	if (chain->id >= ring->num)
		return -EINVAL;
	chain->id = array_index_nospec(chain->id, ring->num);
	if (test_and_set_bit(chain->id, ring->inflight))
		return -EINVAL;

	ring->num_desc[chain->id] = ret;
	ring->last_avail = vblk_packed_advance(ring, at, ret);
	return 1;
}

static void vblk_packed_set_event_flags(struct vblk_ring *ring, u16 flags)
{
	WRITE_ONCE(vblk_packed_device_event(ring)->flags, cpu_to_le16(flags));
}

void vblk_packed_disable_kicks(struct vblk_ring *ring)
{
	vblk_packed_set_event_flags(ring, VRING_PACKED_EVENT_FLAG_DISABLE);
}

void vblk_packed_enable_kicks(struct vblk_ring *ring)
{
	if (!ring->event_idx) {
		vblk_packed_set_event_flags(ring,
					    VRING_PACKED_EVENT_FLAG_ENABLE);
		return;
	}
	WRITE_ONCE(vblk_packed_device_event(ring)->off_wrap,
		   cpu_to_le16(ring->last_avail));
	/* First where, then that we want it. */
	smp_wmb();
	vblk_packed_set_event_flags(ring, VRING_PACKED_EVENT_FLAG_DESC);
}

bool vblk_packed_has_more(const struct vblk_ring *ring)
{
	u16 at = ring->last_avail;
	u16 flags = vblk_packed_read_flags(vblk_packed_desc(ring, at));

	return vblk_packed_is_avail(flags, at);
}

void vblk_packed_push(struct vblk_ring *ring, u16 id, u16 num_desc,
		      u32 len_bytes)
{
	u16 at = ring->last_used;
	struct vring_packed_desc *desc = vblk_packed_desc(ring, at);
	u16 flags = len_bytes ? VRING_DESC_F_WRITE : 0;

	if (at & VBLK_RING_WRAP)
		flags |= VBLK_DESC_F_AVAIL | VBLK_DESC_F_USED;
	WRITE_ONCE(desc->id, cpu_to_le16(id));
	WRITE_ONCE(desc->len, cpu_to_le32(len_bytes));
	WRITE_ONCE(ring->last_used, vblk_packed_advance(ring, at, num_desc));
	ring->num_used += num_desc;
	/*
	 * The driver must see the rest, and the data, before the flags. And
	 * when the fetching side sees what the driver makes of the room, it
	 * must see that there is room.
	 */
	smp_wmb();
	WRITE_ONCE(desc->flags, cpu_to_le16(flags));
}

/* Has the driver asked for one of the descriptors used since we looked? */
static bool vblk_packed_passed(const struct vblk_ring *ring, u16 event)
{
	/* What is nowhere in the ring asks for nothing in particular. */
	if (!ring->signalled_valid || (event & ~VBLK_RING_WRAP) >= ring->num)
		return true;
	return vblk_packed_distance(ring, ring->signalled_used, event) <
	       ring->num_used;
}

bool vblk_packed_should_signal(struct vblk_ring *ring)
{
	const struct vring_packed_desc_event *event =
		vblk_packed_driver_event(ring);
	u16 flags = le16_to_cpu(READ_ONCE(event->flags));

	if (flags == VRING_PACKED_EVENT_FLAG_DISABLE)
		return false;
	if (flags != VRING_PACKED_EVENT_FLAG_DESC || !ring->event_idx)
		return true;
	/* Pairs with the driver's barrier: where comes before that. */
	smp_rmb();
	return vblk_packed_passed(ring, le16_to_cpu(READ_ONCE(event->off_wrap)));
}
