/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's side of a virtqueue, in either format (virtio 1.3, 2.7 and 2.8).
 *
 * What the driver has to remember is in struct ring, never in memory that the
 * device can write: a hostile driver may ruin that and still know what it did.
 * Little-endian machines only, like the modules' kernels.
 */
#ifndef RING_H
#define RING_H

#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "area.h"
#include "types.h"

#define RING_MAX_NUM	1024
#define RING_TABLE_NUM	32		/* descriptors of an indirect table */

#define RING_FEATURES	(BIT_ULL(VIRTIO_F_RING_PACKED) |		\
			 BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) |		\
			 BIT_ULL(VIRTIO_RING_F_EVENT_IDX))

/* Flags of a packed ring's descriptors, and of its events' positions. */
#define RING_AVAIL	BIT_ULL(VRING_PACKED_DESC_F_AVAIL)
#define RING_USED	BIT_ULL(VRING_PACKED_DESC_F_USED)
#define RING_WRAP	BIT_ULL(VRING_PACKED_EVENT_F_WRAP_CTR)

/* As the driver wants it; flags are VRING_DESC_F_*, whatever they are. */
struct ring_desc {
	u64 addr;
	u32 len_bytes;
	u16 flags;
};

enum { RING_DESC, RING_DRIVER, RING_DEVICE, RING_NUM_PARTS };

/* What was added and not taken back, by head (split) or buffer id (packed). */
struct ring_chain {
	bool busy;
	u16 cookie;
	u16 num_descs;
};

struct ring {
	bool packed;
	bool indirect;
	bool event_idx;
	u16 num;

	union {
		struct vring_desc *desc;
		struct vring_packed_desc *pdesc;
	};
	union {
		struct vring_avail *avail;
		struct vring_packed_desc_event *driver_event;
	};
	union {
		struct vring_used *used;
		struct vring_packed_desc_event *device_event;
	};
	u64 iova[RING_NUM_PARTS];
	u8 *tables;			/* one for each head or id */
	u64 tables_iova;

	/* next to be made available, next to be taken back */
	u16 avail_idx;
	bool avail_wrap;		/* packed: wrap counters */
	u16 used_idx;
	bool used_wrap;
	u16 num_added;			/* since ring_publish() */
	u16 num_free;			/* descriptors */
	u16 num_ids;			/* entries of free_id */
	u16 free_id[RING_MAX_NUM];	/* split: descriptors; packed: ids */
	u16 link[RING_MAX_NUM];		/* split: next descriptor of a chain */
	struct ring_chain chain[RING_MAX_NUM];
};

/* What a format has to know. */
struct ring_ops {
	void (*start)(struct ring *ring, u16 start);
	u16 (*add)(struct ring *ring, const struct ring_desc *descs, u16 num);
	bool (*must_kick)(struct ring *ring);
	int (*take)(struct ring *ring, u16 *id, u32 *len_bytes);
	void (*set_listening)(struct ring *ring, bool listening);
	bool (*has_used)(const struct ring *ring);
};

/* ring.c */
size_t ring_bytes(u16 num);
size_t ring_part_bytes(const struct ring *ring, int part);
void ring_create(struct ring *ring, struct area *area, u16 num, u64 features,
		 u16 start);
u32 ring_start_base(const struct ring *ring);
int ring_add(struct ring *ring, const struct ring_desc *descs, u16 num,
	     u16 cookie);
int ring_add_indirect(struct ring *ring, const struct ring_desc *descs, u16 num,
		      u16 cookie);
bool ring_publish(struct ring *ring);
int ring_take(struct ring *ring, u16 *cookie, u32 *len_bytes);
void ring_mute(struct ring *ring);
bool ring_listen(struct ring *ring);
bool ring_has_used(const struct ring *ring);

/* split.c, packed.c */
extern const struct ring_ops split_ops;
extern const struct ring_ops packed_ops;

#endif
