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

/* vring.c */
int vblk_chain_add(struct vblk_chain *chain, const struct vblk_desc *desc);
int vblk_table_check(const struct vblk_ring *ring,
		     const struct vblk_desc *table);

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
