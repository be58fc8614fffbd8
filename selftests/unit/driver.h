/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's side of a virtqueue of either format, well-behaved, and a
 * device's side set up on the same memory. Tests that want a hostile driver
 * write into the ring themselves.
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

struct driver;

/* What a format does in its own way: the functions of the same names below. */
struct driver_ops {
	int (*add)(struct driver *drv, const struct buf *bufs, u16 num_bufs);
	int (*add_indirect)(struct driver *drv, const struct buf *bufs,
			    u16 num_bufs);
	void (*publish)(struct driver *drv);
	bool (*must_kick)(struct driver *drv);
	u32 (*num_used)(const struct driver *drv);
	bool (*get_used)(struct driver *drv, u16 *id, u32 *len_bytes);
	void (*ask_signal)(struct driver *drv, u16 more);
	void (*ignore_signals)(struct driver *drv);
};

/* Positions are what they are in struct vblk_ring. */
struct driver {
	struct vblk_ring ring;		/* the device */
	const struct driver_ops *ops;

	u16 num;
	bool event_idx;
	u8 *mem;			/* an indirect table for each ID */
	size_t mem_bytes;

	struct vring_desc *desc;	/* split: the three areas */
	struct vring_avail *avail;
	struct vring_used *used;

	struct vring_packed_desc *slots;	/* packed: likewise */
	struct vring_packed_desc_event *driver_event;
	struct vring_packed_desc_event *device_event;

	u16 free[VBLK_RING_MAX_SIZE];	/* split: unused descriptors, packed: IDs */
	u16 num_free;
	u16 held[VBLK_RING_MAX_SIZE];	/* descriptors of an ID in use */
	u16 next_avail;			/* next to be made available */
	u16 kicked;			/* next_avail when kicks were last decided */
	u16 last_used;			/* next to be taken back */

	u16 room;			/* packed: unused descriptors */
	u16 unpublished;		/* packed: descriptors nobody can see yet, */
	u16 first;			/* since this one */
	u16 first_flags;		/* does not have these */
};

extern u64 random_seed;

u32 random_below(u32 limit);

/* driver.c */
struct driver *driver_create(bool packed, u16 num, bool indirect,
			     bool event_idx, u16 start);
void driver_destroy(struct driver *drv);
int driver_add(struct driver *drv, const struct buf *bufs, u16 num_bufs);
int driver_add_indirect(struct driver *drv, const struct buf *bufs,
			u16 num_bufs);
void driver_publish(struct driver *drv);
bool driver_must_kick(struct driver *drv);
u32 driver_num_used(const struct driver *drv);
bool driver_get_used(struct driver *drv, u16 *id, u32 *len_bytes);
void driver_ask_signal(struct driver *drv, u16 more);
void driver_ignore_signals(struct driver *drv);
bool driver_owns(const struct driver *drv, const volatile void *addr);

/* driver_split.c */
extern const struct driver_ops split_ops;
struct driver *split_create(u16 num, bool indirect, bool event_idx, u16 start);
struct vring_desc *split_table(struct driver *drv, u16 head);
void split_set_desc(struct vring_desc *desc, u64 addr, u32 len_bytes,
		    u16 flags, u16 next);
void split_offer(struct driver *drv, u16 head);
__virtio16 *split_used_event(const struct driver *drv);
__virtio16 *split_avail_event(const struct driver *drv);

/* driver_packed.c */
extern const struct driver_ops packed_ops;
struct driver *packed_create(u16 num, bool indirect, bool event_idx, u16 start);
struct vring_packed_desc *packed_table(struct driver *drv, u16 id);
struct vring_packed_desc *packed_slot(const struct driver *drv, u16 at);
u16 packed_next(const struct driver *drv, u16 at);
u16 packed_skip(const struct driver *drv, u16 at, u32 count);
void packed_set_desc(struct vring_packed_desc *desc, u64 addr, u32 len_bytes,
		     u16 id, u16 flags);
void packed_put(struct driver *drv, u64 addr, u32 len_bytes, u16 id, u16 flags);

#endif
