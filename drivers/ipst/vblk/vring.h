/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device's side of a virtqueue (virtio 1.3, 2.7 and 2.8). A pure library:
 * it sees the ring as plain memory and reaches the rest of guest memory through
 * one callback, so the same source is tested and fuzzed in userspace.
 */
#ifndef _IPST_VBLK_VRING_H
#define _IPST_VBLK_VRING_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/virtio_ring.h>

#define VBLK_RING_MAX_SIZE	1024
#define VBLK_RING_WRAP		BIT(VRING_PACKED_EVENT_F_WRAP_CTR)

/* One buffer of a chain, addresses in the driver's space. */
struct vblk_iov {
	u64 addr;
	u32 len_bytes;
};

/**
 * struct vblk_chain - a descriptor chain, copied and validated
 * @id: names the chain when it is given back
 * @num_readable: leading entries of @iov, which the device may only read
 * @num_iov: entries of @iov, the rest of which the device may only write
 * @iov: buffers in order; those without bytes are left out
 */
struct vblk_chain {
	u16 id;
	u16 num_readable;
	u16 num_iov;
	struct vblk_iov iov[VBLK_RING_MAX_SIZE];
};

/* The three parts of a virtqueue, by the names that fit both formats. */
enum vblk_area {
	VBLK_AREA_DESC,		/* descriptors */
	VBLK_AREA_DRIVER,	/* split: available ring, packed: its events */
	VBLK_AREA_DEVICE,	/* split: used ring, packed: our events */
	VBLK_NUM_AREAS,
};

/**
 * struct vblk_ring - a virtqueue as the device sees it
 * @num: size, for a split ring a power of two
 * @packed: VIRTIO_F_RING_PACKED was negotiated
 * @indirect: VIRTIO_RING_F_INDIRECT_DESC was negotiated
 * @event_idx: VIRTIO_RING_F_EVENT_IDX was negotiated
 * @area: the ring's parts, which the driver can change at any time
 * @last_avail: where to look for the next available chain
 * @avail_idx: split: index of the available ring as last read
 * @last_used: where the next used chain goes
 * @signalled_used: @last_used when vblk_ring_should_signal() last looked
 * @signalled_valid: it has looked since the start
 * @num_used: packed: descriptors used since; they may go round more than once
 * @inflight: IDs that were fetched and not yet pushed
 * @num_desc: packed: descriptors of each chain in flight
 * @copy: copies from the driver's memory: 0, or a negative errno
 * @copy_ctx: for @copy
 *
 * Positions of a split ring are free-running indices, those of a packed ring
 * are an offset with the wrap counter in VBLK_RING_WRAP.
 *
 * vblk_ring_fetch() and the functions about kicks belong to one consumer,
 * vblk_ring_push() and vblk_ring_should_signal() to one producer at a time.
 * The two sides share @inflight and @num_desc, handed over with each chain,
 * and @last_used, which the consumer only reads.
 */
struct vblk_ring {
	u16 num;
	bool packed;
	bool indirect;
	bool event_idx;
	void *area[VBLK_NUM_AREAS];

	u16 last_avail;
	u16 avail_idx;

	u16 last_used;
	u16 signalled_used;
	bool signalled_valid;
	u32 num_used;

	unsigned long inflight[VBLK_RING_MAX_SIZE / (8 * sizeof(long))];
	u16 num_desc[VBLK_RING_MAX_SIZE];
	int (*copy)(void *ctx, u64 addr, void *buf, size_t len_bytes);
	void *copy_ctx;
};

/* vring.c */
size_t vblk_ring_area_bytes(const struct vblk_ring *ring, enum vblk_area area);
void vblk_ring_init(struct vblk_ring *ring, bool packed);
void vblk_ring_set_state(struct vblk_ring *ring, u16 last_avail, u16 last_used);
bool vblk_ring_is_valid(const struct vblk_ring *ring);
int vblk_ring_fetch(struct vblk_ring *ring, struct vblk_chain *chain);
void vblk_ring_disable_kicks(struct vblk_ring *ring);
bool vblk_ring_enable_kicks(struct vblk_ring *ring);
bool vblk_ring_has_more(const struct vblk_ring *ring);
void vblk_ring_push(struct vblk_ring *ring, u16 id, u32 len_bytes);
bool vblk_ring_should_signal(struct vblk_ring *ring);

#endif /* _IPST_VBLK_VRING_H */
