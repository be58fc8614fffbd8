/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's side of a split virtqueue, well-behaved, and a device's side
 * set up on the same memory. Tests that want a hostile driver write into the
 * ring themselves.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include "../../drivers/ipst/vblk/vring.h"

#define MEM_BASE	0x100000000ULL	/* address of driver.mem, as the driver sees it */
#define TABLE_BYTES	(VBLK_RING_MAX_SIZE * sizeof(struct vring_desc))

/* One buffer of a chain, and its descriptor's flags. */
struct buf {
	u64 addr;
	u32 len_bytes;
	u16 flags;
};

struct driver {
	struct vblk_ring ring;		/* the device */

	u16 num;
	bool event_idx;
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	u8 *mem;			/* an indirect table for each head */
	size_t mem_bytes;

	u16 free[VBLK_RING_MAX_SIZE];	/* unused descriptors */
	u16 num_free;
	u16 held[VBLK_RING_MAX_SIZE];	/* descriptors of a head in use */
	bool is_indirect[VBLK_RING_MAX_SIZE];
	u16 avail_idx;			/* next to be made available */
	u16 kick_idx;			/* avail_idx when kicks were last decided */
	u16 last_used;			/* next to be taken back */
};

extern u64 random_seed;

u32 random_below(u32 limit);
struct driver *driver_create(u16 num, bool indirect, bool event_idx, u16 start);
void driver_destroy(struct driver *drv);

struct vring_desc *driver_table(struct driver *drv, u16 head);
void driver_set_desc(struct vring_desc *desc, u64 addr, u32 len_bytes,
		     u16 flags, u16 next);
int driver_add(struct driver *drv, const struct buf *bufs, u16 num_bufs);
int driver_add_indirect(struct driver *drv, const struct buf *bufs,
			u16 num_bufs);
void driver_offer(struct driver *drv, u16 head);
void driver_publish(struct driver *drv);
bool driver_must_kick(struct driver *drv);
bool driver_get_used(struct driver *drv, u16 *head, u32 *len_bytes);
void driver_ask_signal(struct driver *drv, u16 more);
__virtio16 *driver_used_event(struct driver *drv);
__virtio16 *driver_avail_event(struct driver *drv);

#endif
