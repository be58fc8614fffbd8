/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device's side of a virtqueue (virtio 1.3, 2.7). A pure library: it sees
 * the ring as plain memory and reaches the rest of guest memory through one
 * callback, so the same source is tested and fuzzed in userspace.
 */
#ifndef _IPST_VBLK_VRING_H
#define _IPST_VBLK_VRING_H

#include <linux/types.h>
#include <linux/virtio_ring.h>

#define VBLK_RING_MAX_SIZE	1024

/* One buffer of a chain, addresses in the driver's space. */
struct vblk_iov {
	u64 addr;
	u32 len_bytes;
};

/**
 * struct vblk_chain - a descriptor chain, copied and validated
 * @head: index that names the chain in the used ring
 * @num_readable: leading entries of @iov, which the device may only read
 * @num_iov: entries of @iov, the rest of which the device may only write
 * @iov: buffers in order; those without bytes are left out
 */
struct vblk_chain {
	u16 head;
	u16 num_readable;
	u16 num_iov;
	struct vblk_iov iov[VBLK_RING_MAX_SIZE];
};

/**
 * struct vblk_ring - a split virtqueue as the device sees it
 * @num: size, a power of two
 * @indirect: VIRTIO_RING_F_INDIRECT_DESC was negotiated
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was negotiated
 * @desc: descriptor table, in memory that the driver can change at any time
 * @avail: available ring, likewise
 * @used: used ring, likewise
 * @last_avail: next entry of @avail to look at
 * @avail_idx: @avail's index as last read
 * @used_idx: next entry of @used to fill
 * @signalled_used: @used_idx when vblk_ring_should_signal() last looked
 * @signalled_valid: it has looked since the start
 * @inflight: heads that were fetched and not yet pushed
 * @copy: copies from the driver's memory: 0, or a negative errno
 * @copy_ctx: for @copy
 *
 * vblk_ring_fetch() and the functions about kicks belong to one consumer,
 * vblk_ring_push() and vblk_ring_should_signal() to one producer at a time;
 * the two sides share only @inflight.
 */
struct vblk_ring {
	u16 num;
	bool indirect;
	bool event_idx;

	const struct vring_desc *desc;
	const struct vring_avail *avail;
	struct vring_used *used;

	u16 last_avail;
	u16 avail_idx;

	u16 used_idx;
	u16 signalled_used;
	bool signalled_valid;

	unsigned long inflight[VBLK_RING_MAX_SIZE / (8 * sizeof(long))];
	int (*copy)(void *ctx, u64 addr, void *buf, size_t len_bytes);
	void *copy_ctx;
};

void vblk_ring_reset(struct vblk_ring *ring, u16 avail_idx);
int vblk_ring_fetch(struct vblk_ring *ring, struct vblk_chain *chain);
void vblk_ring_disable_kicks(struct vblk_ring *ring);
bool vblk_ring_enable_kicks(struct vblk_ring *ring);
bool vblk_ring_has_more(const struct vblk_ring *ring);
void vblk_ring_push(struct vblk_ring *ring, u16 head, u32 len_bytes);
bool vblk_ring_should_signal(struct vblk_ring *ring);

/* Bytes of each part of a split ring of @num entries. */
static inline size_t vblk_ring_desc_bytes(u16 num)
{
	return num * sizeof(struct vring_desc);
}

static inline size_t vblk_ring_avail_bytes(u16 num)
{
	return sizeof(struct vring_avail) + (num + 1) * sizeof(__virtio16);
}

static inline size_t vblk_ring_used_bytes(u16 num)
{
	return sizeof(struct vring_used) + num * sizeof(struct vring_used_elem) +
	       sizeof(__virtio16);
}

#endif /* _IPST_VBLK_VRING_H */
