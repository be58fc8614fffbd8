/* SPDX-License-Identifier: GPL-2.0 */
/* A request: from a chain of buffers to NVMe commands. */
#ifndef _IPST_VBLK_REQ_H
#define _IPST_VBLK_REQ_H

#include <linux/llist.h>
#include <linux/scatterlist.h>

#include "../admit.h"
#include "../ipst.h"
#include "vring.h"

struct vblk_queue;

#define VBLK_MAX_NLB		65536U	/* NLB is a 0's based 16-bit field */
#define VBLK_MAX_SEGS		126	/* of data; a table is one 4 KiB page */
#define VBLK_INLINE_SEGS	8
#define VBLK_SPARE_SEGS		4	/* large tables that a queue keeps */
#define VBLK_MAX_RANGES		NVME_DSM_MAX_RANGES
#define VBLK_BOUNCE_ORDER	3
#define VBLK_BOUNCE_BYTES	(PAGE_SIZE << VBLK_BOUNCE_ORDER)

/**
 * struct vblk_cursor - a position in a list of buffers
 * @iov: current buffer
 * @num_iov: buffers from there on
 * @offset_bytes: into the current one
 */
struct vblk_cursor {
	const struct vblk_iov *iov;
	u16 num_iov;
	u32 offset_bytes;
};

/**
 * struct vblk_segs - room for a request that has many segments, or ranges
 * @iov: copy of the buffers, of a request that is sent in parts
 * @sg: where they are in memory
 * @range: what to discard, make zero or erase
 * @bounce: describes @bounce_page, or @range
 * @bounce_page: stands in for buffers that the backend could not address, or
 *	NULL
 * @ranges: @range is used
 */
struct vblk_segs {
	union {
		struct {
			struct vblk_iov iov[VBLK_MAX_SEGS];
			struct scatterlist sg[VBLK_MAX_SEGS];
		};
		struct nvme_dsm_range range[VBLK_MAX_RANGES];
	};
	struct scatterlist bounce;
	struct page *bounce_page;
	bool ranges;
};

/**
 * struct vblk_req - one virtio-blk request
 * @req: the NVMe command that does (the next part of) it
 * @qos: what it counts as at limits
 * @node: on &vblk_queue.freed or &vblk_queue.more
 * @queue: where it came from
 * @status: address of the status byte
 * @srcu_idx: keeps all memory of the request, until it is completed
 * @id: names its chain
 * @op: what it asks for
 * @bytes: how much of it, data or ranges
 * @start_ns: when the batch began that fetched it
 * @room_bytes: writable bytes before the status
 * @written_bytes: how many of them are written if all goes well
 * @left: data that no command has covered yet
 * @left_is_kept: its buffers are in @segs, not in the worker's chain
 * @left_bytes: its length
 * @lba: where it goes
 * @range: next of the ranges that no command has covered yet
 * @left_ranges: how many there are
 * @num_ranges: how many there were
 * @sync: a Flush has to follow, since the driver will not ask for one
 * @admitted: it has been through admission, or is waiting there
 * @held: it was waiting; its first command is still to be sent
 * @segs: extra room, or NULL
 * @sg: room that does for most
 */
struct vblk_req {
	struct ipst_req req;
	struct ipst_qos_req qos;
	struct llist_node node;
	struct vblk_queue *queue;
	u8 *status;
	int srcu_idx;
	u16 id;
	enum ipst_op op;
	u64 bytes;
	u64 start_ns;
	u64 room_bytes;
	u32 written_bytes;
	struct vblk_cursor left;
	u32 left_bytes;
	u64 lba;
	struct nvme_dsm_range *range;
	u16 left_ranges;
	u16 num_ranges;
	bool sync;
	bool admitted;
	bool held;
	bool left_is_kept;
	struct vblk_segs *segs;
	struct scatterlist sg[VBLK_INLINE_SEGS];
};

/* blk.c */
u64 vblk_cursor_bytes(const struct vblk_cursor *cur);
int vblk_cursor_read(struct vblk_cursor *cur, struct vblk_queue *vq, void *buf,
		     u32 len_bytes);
void *vblk_segs_alloc(gfp_t gfp, void *ctx);
void vblk_segs_free(void *element, void *ctx);
void vblk_req_alloc_segs(struct vblk_req *req);
void vblk_req_init_cmd(struct vblk_req *req, u8 opcode);
int vblk_req_start(struct vblk_req *req, struct vblk_chain *chain);
void vblk_req_submit(struct vblk_req *req);
void vblk_req_continue(struct vblk_req *req);
void vblk_req_end(struct vblk_req *req, u8 vstatus);
void vblk_req_admitted(struct ipst_qos_req *qos);
void vblk_req_done(struct ipst_req *req);

/* range.c */
u8 vblk_req_start_ranges(struct vblk_req *req, u32 type,
			 struct vblk_cursor *data);
void vblk_req_continue_ranges(struct vblk_req *req);

#endif /* _IPST_VBLK_REQ_H */
