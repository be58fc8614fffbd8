/* SPDX-License-Identifier: GPL-2.0 */
/* What vring.c shares with the files of the two ring formats. */
#ifndef _IPST_VBLK_VRING_FORMAT_H
#define _IPST_VBLK_VRING_FORMAT_H

#include <linux/virtio_byteorder.h>

#include "vring.h"

/**
 * struct vblk_desc - a descriptor of either format, in our byte order
 * @addr: of the buffer
 * @len_bytes: of the buffer
 * @flags: VRING_DESC_F_*
 * @next: split: the next one of the chain
 * @id: packed: of the chain
 */
struct vblk_desc {
	u64 addr;
	u32 len_bytes;
	u16 flags;
	union {
		u16 next;
		u16 id;
	};
};

/* VIRTIO_F_VERSION_1 is mandatory: everything is little-endian. */
static inline u16 vblk_from_le16(__virtio16 value)
{
	return __virtio16_to_cpu(true, value);
}

static inline u32 vblk_from_le32(__virtio32 value)
{
	return __virtio32_to_cpu(true, value);
}

static inline u64 vblk_from_le64(__virtio64 value)
{
	return __virtio64_to_cpu(true, value);
}

static inline __virtio16 vblk_to_le16(u16 value)
{
	return __cpu_to_virtio16(true, value);
}

static inline __virtio32 vblk_to_le32(u32 value)
{
	return __cpu_to_virtio32(true, value);
}

#define VBLK_TABLE_WINDOW	8

/**
 * struct vblk_table - an indirect table, seen through a window
 * @addr: of the table
 * @num: its entries
 * @first: of them, the first one in the window: they are copied a few at a time
 * @count: entries in the window
 * @split: copies of them, of which nobody else knows
 * @packed: likewise
 */
struct vblk_table {
	u64 addr;
	u32 num;
	u32 first;
	u32 count;
	union {
		struct vring_desc split[VBLK_TABLE_WINDOW];
		struct vring_packed_desc packed[VBLK_TABLE_WINDOW];
	};
};

/* vring.c */
int vblk_chain_add(struct vblk_chain *chain, const struct vblk_desc *desc);
int vblk_table_open(const struct vblk_ring *ring, struct vblk_table *table,
		    const struct vblk_desc *desc);
int vblk_table_find(const struct vblk_ring *ring, struct vblk_table *table,
		    u32 i);

/* vring_split.c */
size_t vblk_split_area_bytes(u16 num, enum vblk_area area);
int vblk_split_fetch(struct vblk_ring *ring, struct vblk_chain *chain);
void vblk_split_disable_kicks(struct vblk_ring *ring);
void vblk_split_enable_kicks(struct vblk_ring *ring);
bool vblk_split_has_more(const struct vblk_ring *ring);
void vblk_split_push(struct vblk_ring *ring, u16 id, u32 len_bytes);
bool vblk_split_should_signal(struct vblk_ring *ring);

/* vring_packed.c */
size_t vblk_packed_area_bytes(u16 num, enum vblk_area area);
bool vblk_packed_is_valid(const struct vblk_ring *ring);
int vblk_packed_fetch(struct vblk_ring *ring, struct vblk_chain *chain);
void vblk_packed_disable_kicks(struct vblk_ring *ring);
void vblk_packed_enable_kicks(struct vblk_ring *ring);
bool vblk_packed_has_more(const struct vblk_ring *ring);
void vblk_packed_push(struct vblk_ring *ring, u16 id, u16 num_desc,
		      u32 len_bytes);
bool vblk_packed_should_signal(struct vblk_ring *ring);

#endif /* _IPST_VBLK_VRING_FORMAT_H */
