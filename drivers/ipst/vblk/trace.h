/* SPDX-License-Identifier: GPL-2.0 */
/* Trace events of the virtio-blk front end, in the order of a request's life. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ipst_vblk

#if !defined(_IPST_VBLK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _IPST_VBLK_TRACE_H

#include <linux/tracepoint.h>

#include "vblk.h"

#define vblk_show_type(type)						\
	__print_symbolic(type,						\
		{ VIRTIO_BLK_T_IN,		"IN" },			\
		{ VIRTIO_BLK_T_OUT,		"OUT" },		\
		{ VIRTIO_BLK_T_FLUSH,		"FLUSH" },		\
		{ VIRTIO_BLK_T_GET_ID,		"GET_ID" },		\
		{ VIRTIO_BLK_T_DISCARD,		"DISCARD" },		\
		{ VIRTIO_BLK_T_WRITE_ZEROES,	"WRITE_ZEROES" },	\
		{ VIRTIO_BLK_T_SECURE_ERASE,	"SECURE_ERASE" })

#define vblk_show_vstatus(vstatus)					\
	__print_symbolic(vstatus,					\
		{ VIRTIO_BLK_S_OK,		"OK" },			\
		{ VIRTIO_BLK_S_IOERR,		"IOERR" },		\
		{ VIRTIO_BLK_S_UNSUPP,		"UNSUPP" })

/* A request was taken off the ring; @type and @sector are the driver's. */
TRACE_EVENT(vblk_fetch,
	TP_PROTO(const struct vblk_req *req, u32 type, u64 sector),
	TP_ARGS(req, type, sector),
	TP_STRUCT__entry(
		__string(dev, dev_name(&req->queue->disk->vdpa.dev))
		__field(unsigned int, queue)
		__field(u16, id)
		__field(u32, type)
		__field(u64, sector)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->queue = req->queue->index;
		__entry->id = req->id;
		__entry->type = type;
		__entry->sector = sector;
	),
	TP_printk("%s queue=%u id=%u %s sector=%llu", __get_str(dev),
		  __entry->queue, __entry->id, vblk_show_type(__entry->type),
		  __entry->sector)
);

/* A command of it goes to the namespace; large requests take several. */
TRACE_EVENT(vblk_submit,
	TP_PROTO(const struct vblk_req *req),
	TP_ARGS(req),
	TP_STRUCT__entry(
		__string(dev, dev_name(&req->queue->disk->vdpa.dev))
		__field(unsigned int, queue)
		__field(u16, id)
		__field(u8, opcode)
		__field(u64, slba)
		__field(u32, len_bytes)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->queue = req->queue->index;
		__entry->id = req->id;
		__entry->opcode = req->req.cmd.common.opcode;
		/* A discard's addresses are in its data. */
		__entry->slba = __entry->opcode == nvme_cmd_dsm ? 0 :
				le64_to_cpu(req->req.cmd.rw.slba);
		__entry->len_bytes = req->req.len_bytes;
	),
	TP_printk("%s queue=%u id=%u %s slba=%llu len_bytes=%u", __get_str(dev),
		  __entry->queue, __entry->id,
		  show_nvm_opcode_name(__entry->opcode), __entry->slba,
		  __entry->len_bytes)
);

/* It was given back to the driver. */
TRACE_EVENT(vblk_complete,
	TP_PROTO(const struct vblk_req *req, u8 vstatus, u64 ns),
	TP_ARGS(req, vstatus, ns),
	TP_STRUCT__entry(
		__string(dev, dev_name(&req->queue->disk->vdpa.dev))
		__field(unsigned int, queue)
		__field(u16, id)
		__field(u8, vstatus)
		__field(u64, ns)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->queue = req->queue->index;
		__entry->id = req->id;
		__entry->vstatus = vstatus;
		__entry->ns = ns;
	),
	TP_printk("%s queue=%u id=%u %s ns=%llu", __get_str(dev),
		  __entry->queue, __entry->id,
		  vblk_show_vstatus(__entry->vstatus), __entry->ns)
);

/* A queue that the driver has started is held back: requests wait in the ring. */
TRACE_EVENT(vblk_park,
	TP_PROTO(const struct vblk_queue *vq),
	TP_ARGS(vq),
	TP_STRUCT__entry(
		__string(dev, dev_name(&vq->disk->vdpa.dev))
		__field(unsigned int, queue)
		__field(bool, paused)
		__field(bool, suspended)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->queue = vq->index;
		__entry->paused = vq->disk->paused;
		__entry->suspended = vq->disk->suspended;
	),
	TP_printk("%s queue=%u%s%s", __get_str(dev), __entry->queue,
		  __entry->paused ? " paused" : "",
		  __entry->suspended ? " suspended" : "")
);

/* The ring makes no sense: the driver has to reset. */
TRACE_EVENT(vblk_broken,
	TP_PROTO(const struct vblk_queue *vq, int error),
	TP_ARGS(vq, error),
	TP_STRUCT__entry(
		__string(dev, dev_name(&vq->disk->vdpa.dev))
		__field(unsigned int, queue)
		__field(u16, last_avail)
		__field(int, error)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->queue = vq->index;
		__entry->last_avail = vq->ring.last_avail;
		__entry->error = error;
	),
	TP_printk("%s queue=%u last_avail=%u error=%d", __get_str(dev),
		  __entry->queue, __entry->last_avail, __entry->error)
);

#endif /* _IPST_VBLK_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
