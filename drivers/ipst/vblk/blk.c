// SPDX-License-Identifier: GPL-2.0
/*
 * virtio-blk requests (virtio 1.3, 5.2.6) become NVMe commands.
 *
 * Data is never copied: buffers are looked up and put into a scatterlist. A
 * request whose buffers lie in too many places for one table, or which is too
 * large for one command, is sent in parts, one after the other. Memory for the
 * larger tables comes from a reserve, so a request may wait but never fails
 * for lack of it. The exception is a buffer that the backend cannot address:
 * firmware may use any alignment, so such data goes through a bounce buffer.
 */
#include <linux/vhost_types.h>
#include <uapi/linux/virtio_blk.h>

#include "vblk.h"
#include "trace.h"

u64 vblk_cursor_bytes(const struct vblk_cursor *cur)
{
	u64 len_bytes = 0;
	u16 i;

	for (i = 0; i < cur->num_iov; i++)
		len_bytes += cur->iov[i].len_bytes;
	return len_bytes - cur->offset_bytes;
}

/* What is left of the current buffer. */
static u32 vblk_cursor_rest(const struct vblk_cursor *cur)
{
	return cur->iov->len_bytes - cur->offset_bytes;
}

/* Steps over @len_bytes of the current buffer, perhaps all that is left. */
static void vblk_cursor_step(struct vblk_cursor *cur, u32 len_bytes)
{
	cur->offset_bytes += len_bytes;
	if (cur->offset_bytes == cur->iov->len_bytes) {
		cur->offset_bytes = 0;
		cur->iov++;
		cur->num_iov--;
	}
}

/* Steps over @len_bytes, which the cursor has. */
static void vblk_cursor_skip(struct vblk_cursor *cur, u32 len_bytes)
{
	u32 chunk;

	while (len_bytes) {
		chunk = min(vblk_cursor_rest(cur), len_bytes);
		vblk_cursor_step(cur, chunk);
		len_bytes -= chunk;
	}
}

/* Copies @len_bytes out of the driver's memory and steps over them. */
int vblk_cursor_read(struct vblk_cursor *cur, struct vblk_queue *vq, void *buf,
		     u32 len_bytes)
{
	u32 chunk;
	int ret;

	if (vblk_cursor_bytes(cur) < len_bytes)
		return -EINVAL;
	while (len_bytes) {
		chunk = min(vblk_cursor_rest(cur), len_bytes);
		ret = vblk_iotlb_read(&vq->disk->tlb, &vq->hit[VBLK_HIT_DATA],
				      cur->iov->addr + cur->offset_bytes, buf,
				      chunk);
		if (ret)
			return ret;
		vblk_cursor_step(cur, chunk);
		buf += chunk;
		len_bytes -= chunk;
	}
	return 0;
}

static struct vblk_iotlb *vblk_req_tlb(struct vblk_req *req)
{
	return &req->queue->disk->tlb;
}

/* Of the one who asks: the worker, or more_work. */
static struct vblk_hit *vblk_req_data_hit(struct vblk_req *req)
{
	struct vblk_queue *vq = req->queue;

	return &vq->hit[READ_ONCE(vq->worker) == current ? VBLK_HIT_DATA :
							   VBLK_HIT_MORE];
}

void vblk_req_init_cmd(struct vblk_req *req, u8 opcode)
{
	req->req.cmd = (struct nvme_command) {
		.common.opcode	= opcode,
		.common.nsid	= cpu_to_le32(req->queue->disk->owner->dev.nsid),
	};
	req->req.lba_shift = req->queue->disk->ns.lba_shift;
	req->req.erase = false;
	req->req.sg = NULL;
	req->req.sg_cnt = 0;
	req->req.len_bytes = 0;
}

/*
 * The first command of a request stands for all of it. A flush is charged, and so
 * is each range: as an operation, and a discard or erase as a page of data.
 */
static bool vblk_req_admit(struct vblk_req *req)
{
	struct ipst_qos_queue *queue = &req->queue->qos;
	struct ipst_qos_req *qos = &req->qos;

	req->admitted = true;
	if (!ipst_qos_queue_is_limited(queue))
		return true;
	qos->dir = req->op == IPST_OP_READ ? IPST_QOS_READ : IPST_QOS_WRITE;
	qos->count[IPST_QOS_IOPS] = req->num_ranges ?: 1;
	switch (req->op) {
	case IPST_OP_READ:
	case IPST_OP_WRITE:
	case IPST_OP_WRITE_ZEROES:
		qos->count[IPST_QOS_BPS] = req->bytes;
		break;
	default:
		qos->count[IPST_QOS_BPS] = qos->count[IPST_QOS_IOPS] * SZ_4K;
	}
	return ipst_qos_queue_admit(queue, qos);
}

/**
 * vblk_req_admitted() - a request has waited long enough
 * @qos: part of a struct vblk_req
 *
 * Context: any but hard interrupt.
 */
void vblk_req_admitted(struct ipst_qos_req *qos)
{
	struct vblk_req *req = container_of(qos, struct vblk_req, qos);

	req->held = true;
	vblk_queue_more(req->queue, req);
}

/**
 * vblk_req_submit() - send the command that is all set up
 * @req: request; completed in vblk_req_done(), perhaps before this returns
 *
 * Context: process, may sleep.
 */
void vblk_req_submit(struct vblk_req *req)
{
	if (!req->admitted && !vblk_req_admit(req))
		return;
	trace_vblk_submit(req);
	ipst_req_submit(&req->req);
}

/**
 * vblk_segs_alloc() - of the queue's spare ones, or new; for its mempool
 * @gfp: flags
 * @ctx: queue
 *
 * Most of what is new is made zero, if not by us then by the allocator: twelve
 * kilobytes for a request that needs four.
 *
 * Context: any that @gfp is right for.
 * Return: struct vblk_segs, or NULL.
 */
void *vblk_segs_alloc(gfp_t gfp, void *ctx)
{
	struct vblk_queue *vq = ctx;
	struct vblk_segs *segs;
	int i;

	for (i = 0; i < VBLK_SPARE_SEGS; i++) {
		if (!READ_ONCE(vq->spare_segs[i]))
			continue;
		segs = xchg(&vq->spare_segs[i], NULL);
		if (segs)
			return segs;
	}
	segs = kmalloc(sizeof(*segs), gfp);
	if (segs)
		sg_init_table(segs->sg, VBLK_MAX_SEGS);
	return segs;
}

/**
 * vblk_segs_free() - the opposite
 * @element: struct vblk_segs
 * @ctx: queue
 *
 * Context: any.
 */
void vblk_segs_free(void *element, void *ctx)
{
	struct vblk_queue *vq = ctx;
	int i;

	for (i = 0; i < VBLK_SPARE_SEGS; i++)
		if (!READ_ONCE(vq->spare_segs[i]) &&
		    !cmpxchg(&vq->spare_segs[i], NULL, element))
			return;
	kfree(element);
}

static void vblk_req_free_segs(struct vblk_req *req)
{
	struct vblk_queue *vq = req->queue;

	if (!req->segs)
		return;
	if (req->segs->bounce_page)
		mempool_free(req->segs->bounce_page, vq->bounce_pool);
	/* Ranges have been where the table is. */
	if (req->segs->ranges)
		sg_init_table(req->segs->sg, VBLK_MAX_SEGS);
	mempool_free(req->segs, vq->segs_pool);
	req->segs = NULL;
}

void vblk_req_end(struct vblk_req *req, u8 vstatus)
{
	vblk_req_free_segs(req);
	vblk_queue_complete(req->queue, req, vstatus);
}

/**
 * vblk_req_alloc_segs() - get room for many segments, or ranges
 * @req: request without
 *
 * Context: process, may sleep, but only for requests that have all they need: see
 * vblk_req_alloc_bounce().
 */
void vblk_req_alloc_segs(struct vblk_req *req)
{
	req->segs = mempool_alloc(req->queue->segs_pool, GFP_NOIO);
	req->segs->bounce_page = NULL;
	req->segs->ranges = false;
}

/* What is left has to stay when the worker's chain is used for the next one. */
static void vblk_req_keep_left(struct vblk_req *req)
{
	struct vblk_segs *segs = req->segs;

	if (req->left_is_kept)
		return;
	memcpy(segs->iov, req->left.iov,
	       req->left.num_iov * sizeof(*segs->iov));
	req->left.iov = segs->iov;
	req->left_is_kept = true;
}

/*
 * Can the backend take the data where it is? Each piece has to begin where it can
 * address memory, and end with a block, or with its page if the next piece begins
 * one. bdev_iter_is_aligned() asks no less of userspace, for a good reason: the
 * block layer cuts bios to the backend's limits in whole blocks only, and where
 * that is impossible it passes on what the driver cannot take.
 */
static bool vblk_cursor_is_aligned(const struct vblk_cursor *cur,
				   u32 dma_alignment, u32 block_bytes)
{
	u64 start, end = 0, len_bytes = 0;
	u16 i;

	for (i = 0; i < cur->num_iov; i++) {
		start = cur->iov[i].addr + (i ? 0 : cur->offset_bytes);
		if (start & dma_alignment)
			return false;
		if (!IS_ALIGNED(len_bytes, block_bytes) &&
		    !PAGE_ALIGNED(start | end))
			return false;
		end = cur->iov[i].addr + cur->iov[i].len_bytes;
		len_bytes += end - start;
	}
	return true;
}

/*
 * Provides a bounce buffer for a request that will need one. At its start, so
 * that whoever holds something that others wait for does not wait himself.
 */
static void vblk_req_alloc_bounce(struct vblk_req *req)
{
	vblk_req_alloc_segs(req);
	req->segs->bounce_page = mempool_alloc(req->queue->bounce_pool,
					       GFP_NOIO);
}

/* Cuts @excess_bytes off the end of a list; returns the new length of it. */
static unsigned int vblk_sg_trim(struct scatterlist *sg, unsigned int sg_cnt,
				 u32 excess_bytes)
{
	while (sg_cnt && sg[sg_cnt - 1].length <= excess_bytes)
		excess_bytes -= sg[--sg_cnt].length;
	if (sg_cnt)
		sg[sg_cnt - 1].length -= excess_bytes;
	return sg_cnt;
}

/*
 * Puts up to @max_bytes of what is left into @sg, as far as that goes, in
 * whole blocks. Returns the number of bytes, 0 if @sg is too small, or -EFAULT.
 */
static s64 vblk_req_fill_sg(struct vblk_req *req, struct scatterlist *sg,
			    unsigned int max_sg, u32 max_bytes, u32 block_bytes)
{
	u32 perm = req->req.cmd.common.opcode == nvme_cmd_write ?
		   VHOST_ACCESS_RO : VHOST_ACCESS_WO;
	struct vblk_hit *hit = vblk_req_data_hit(req);
	struct vblk_cursor cur = req->left;
	unsigned int sg_cnt = 0;
	u32 filled_bytes = 0;
	u64 chunk;
	void *addr;

	while (filled_bytes < max_bytes && sg_cnt < max_sg) {
		chunk = min(vblk_cursor_rest(&cur), max_bytes - filled_bytes);
		addr = vblk_iotlb_lookup(vblk_req_tlb(req), hit,
					 cur.iov->addr + cur.offset_bytes,
					 perm, &chunk);
		if (!addr)
			return -EFAULT;
		sg_unmark_end(&sg[sg_cnt]);
		sg_set_buf(&sg[sg_cnt++], addr, chunk);
		vblk_cursor_step(&cur, chunk);
		filled_bytes += chunk;
	}

	sg_cnt = vblk_sg_trim(sg, sg_cnt, filled_bytes % block_bytes);
	if (!sg_cnt)
		return 0;
	sg_mark_end(&sg[sg_cnt - 1]);
	req->req.sg = sg;
	req->req.sg_cnt = sg_cnt;
	return round_down(filled_bytes, block_bytes);
}

/*
 * Puts the bounce buffer in the place of the data, or of as much of it as fits.
 * Returns the number of bytes.
 */
static u32 vblk_req_bounce(struct vblk_req *req, u32 len_bytes)
{
	struct vblk_segs *segs = req->segs;

	len_bytes = min_t(u32, len_bytes, VBLK_BOUNCE_BYTES);
	if (req->req.cmd.common.opcode == nvme_cmd_write)
		sg_copy_to_buffer(req->req.sg, req->req.sg_cnt,
				  page_address(segs->bounce_page), len_bytes);

	sg_init_table(&segs->bounce, 1);
	sg_set_page(&segs->bounce, segs->bounce_page, len_bytes, 0);
	req->req.sg = &segs->bounce;
	req->req.sg_cnt = 1;
	return len_bytes;
}

/* The way back: read data goes where the driver wants it. */
static void vblk_req_unbounce(struct vblk_req *req)
{
	struct vblk_segs *segs = req->segs;

	if (!segs || req->req.sg != &segs->bounce ||
	    req->req.cmd.common.opcode != nvme_cmd_read)
		return;
	sg_copy_from_buffer(segs->sg, VBLK_MAX_SEGS,
			    page_address(segs->bounce_page),
			    req->req.len_bytes);
}

/* Describes the next part of the data; returns its length, or an errno. */
static s64 vblk_req_map_data(struct vblk_req *req)
{
	const struct ipst_ns_info *ns = &req->queue->disk->ns;
	u32 block_bytes = 1U << ns->lba_shift;
	u32 max_bytes = min_t(u64, req->left_bytes,
			      (u64)VBLK_MAX_NLB << ns->lba_shift);
	s64 len_bytes;

	if (!req->segs && req->left.num_iov <= VBLK_INLINE_SEGS) {
		len_bytes = vblk_req_fill_sg(req, req->sg, VBLK_INLINE_SEGS,
					     max_bytes, block_bytes);
		if (len_bytes < 0 || len_bytes == req->left_bytes)
			return len_bytes;
	}
	if (!req->segs)
		vblk_req_alloc_segs(req);

	len_bytes = vblk_req_fill_sg(req, req->segs->sg, VBLK_MAX_SEGS,
				     max_bytes, block_bytes);
	if (len_bytes > 0 && req->segs->bounce_page)
		len_bytes = vblk_req_bounce(req, len_bytes);
	return len_bytes;
}

/* Sends the next part of a read or write. */
static void vblk_req_continue_rw(struct vblk_req *req)
{
	u32 lba_shift = req->queue->disk->ns.lba_shift;
	struct nvme_command *cmd = &req->req.cmd;
	s64 len_bytes;

	len_bytes = vblk_req_map_data(req);
	if (len_bytes <= 0) {
		vblk_req_end(req, VIRTIO_BLK_S_IOERR);
		return;
	}

	cmd->rw.slba = cpu_to_le64(req->lba);
	cmd->rw.length = cpu_to_le16((len_bytes >> lba_shift) - 1);
	req->req.len_bytes = len_bytes;
	req->lba += len_bytes >> lba_shift;
	req->left_bytes -= len_bytes;
	vblk_cursor_skip(&req->left, len_bytes);
	if (req->left_bytes)
		vblk_req_keep_left(req);
	vblk_req_submit(req);
}

/* One that nobody wants any more has not been sent, and need not be. */
static void vblk_req_continue_held(struct vblk_req *req)
{
	req->held = false;
	if (atomic_read(&req->queue->disk->cutting))
		vblk_req_end(req, VIRTIO_BLK_S_IOERR);
	else
		vblk_req_submit(req);
}

/**
 * vblk_req_continue() - send the next part of a request
 * @req: request of which there is more to do
 *
 * Context: process, may sleep.
 */
void vblk_req_continue(struct vblk_req *req)
{
	if (req->held) {
		vblk_req_continue_held(req);
	} else if (req->left_bytes) {
		vblk_req_continue_rw(req);
	} else if (req->left_ranges) {
		vblk_req_continue_ranges(req);
	} else {
		req->sync = false;
		vblk_req_init_cmd(req, nvme_cmd_flush);
		vblk_req_submit(req);
	}
}

/**
 * vblk_req_done() - a command of ours has completed
 * @ireq: part of a struct vblk_req
 *
 * Context: any.
 */
void vblk_req_done(struct ipst_req *ireq)
{
	struct vblk_req *req = container_of(ireq, struct vblk_req, req);
	u16 status = ipst_req_status(ireq);

	if (status) {
		vblk_req_end(req, (status & 0x7ff) == NVME_SC_INVALID_OPCODE ?
			     VIRTIO_BLK_S_UNSUPP : VIRTIO_BLK_S_IOERR);
		return;
	}
	vblk_req_unbounce(req);
	if (!req->left_bytes && !req->left_ranges && !req->sync)
		vblk_req_end(req, VIRTIO_BLK_S_OK);
	else if (atomic_read(&req->queue->disk->cutting))
		vblk_req_end(req, VIRTIO_BLK_S_IOERR);
	else
		vblk_queue_more(req->queue, req);
}

/* Reads or writes @data at @sector (of 512 bytes). */
static u8 vblk_req_start_rw(struct vblk_req *req, u8 opcode, u64 sector,
			    const struct vblk_cursor *data)
{
	const struct ipst_ns_info *ns = &req->queue->disk->ns;
	u64 start_bytes, end_bytes, len_bytes = vblk_cursor_bytes(data);

	if (opcode == nvme_cmd_write && READ_ONCE(ns->read_only))
		return VIRTIO_BLK_S_IOERR;
	/* The driver was told of VBLK_MAX_SEGS. */
	if (!len_bytes || len_bytes > S32_MAX || data->num_iov > VBLK_MAX_SEGS ||
	    check_mul_overflow(sector, (u64)SECTOR_SIZE, &start_bytes) ||
	    check_add_overflow(start_bytes, len_bytes, &end_bytes) ||
	    end_bytes > READ_ONCE(ns->size_bytes) ||
	    !IS_ALIGNED(start_bytes | len_bytes, 1ULL << ns->lba_shift))
		return VIRTIO_BLK_S_IOERR;

	vblk_req_init_cmd(req, opcode);
	req->left = *data;
	req->bytes = len_bytes;
	req->left_bytes = len_bytes;
	req->lba = start_bytes >> ns->lba_shift;
	if (opcode == nvme_cmd_read)
		req->written_bytes = len_bytes;
	else
		req->sync = vblk_disk_must_sync(req->queue->disk);
	if (!vblk_cursor_is_aligned(data, READ_ONCE(ns->dma_alignment),
				    1U << ns->lba_shift))
		vblk_req_alloc_bounce(req);
	vblk_req_continue(req);
	return VIRTIO_BLK_S_OK;
}

static u8 vblk_req_start_flush(struct vblk_req *req)
{
	if (!vblk_disk_has_feature(req->queue->disk, VIRTIO_BLK_F_FLUSH))
		return VIRTIO_BLK_S_UNSUPP;
	vblk_req_init_cmd(req, nvme_cmd_flush);
	vblk_req_submit(req);
	return VIRTIO_BLK_S_OK;
}

/* Answers with 20 bytes, padded with zeroes (virtio 1.3, 5.2.6.1). */
static u8 vblk_req_start_get_id(struct vblk_req *req, struct vblk_cursor *data)
{
	const char *serial = req->queue->disk->serial;
	u32 at, chunk;

	if (vblk_cursor_bytes(data) < VIRTIO_BLK_ID_BYTES)
		return VIRTIO_BLK_S_IOERR;
	for (at = 0; at < VIRTIO_BLK_ID_BYTES; at += chunk) {
		chunk = min(data->iov->len_bytes, VIRTIO_BLK_ID_BYTES - at);
		if (vblk_iotlb_write(vblk_req_tlb(req),
				     &req->queue->hit[VBLK_HIT_DATA],
				     data->iov->addr, serial + at, chunk))
			return VIRTIO_BLK_S_IOERR;
		data->iov++;
	}
	req->bytes = VIRTIO_BLK_ID_BYTES;
	req->written_bytes = VIRTIO_BLK_ID_BYTES;
	vblk_req_end(req, VIRTIO_BLK_S_OK);
	return VIRTIO_BLK_S_OK;
}

/* Finds the status byte, the last writable one, and takes it off the chain. */
static int vblk_req_find_status(struct vblk_req *req, struct vblk_chain *chain)
{
	struct vblk_iov *last;
	u64 len_bytes = 1;

	if (chain->num_iov == chain->num_readable)
		return -EINVAL;
	last = &chain->iov[chain->num_iov - 1];
	req->status = vblk_iotlb_lookup(vblk_req_tlb(req),
					&req->queue->hit[VBLK_HIT_HEADER],
					last->addr + last->len_bytes - 1,
					VHOST_ACCESS_WO, &len_bytes);
	if (!req->status)
		return -EFAULT;
	if (!--last->len_bytes)
		chain->num_iov--;
	return 0;
}

/* Takes the header off the chain: of most drivers it is a buffer by itself. */
static int vblk_req_read_header(struct vblk_req *req, struct vblk_cursor *out,
				struct virtio_blk_outhdr *hdr)
{
	u64 len_bytes = sizeof(*hdr);
	const void *from;

	if (out->num_iov && out->iov->len_bytes == sizeof(*hdr)) {
		from = vblk_iotlb_lookup(vblk_req_tlb(req),
					 &req->queue->hit[VBLK_HIT_HEADER],
					 out->iov->addr, VHOST_ACCESS_RO,
					 &len_bytes);
		if (from && len_bytes == sizeof(*hdr)) {
			memcpy(hdr, from, sizeof(*hdr));
			/* What follows is about the copy. */
			barrier();
			vblk_cursor_step(out, sizeof(*hdr));
			return 0;
		}
	}
	return vblk_cursor_read(out, req->queue, hdr, sizeof(*hdr));
}

static enum ipst_op vblk_req_op(u32 type)
{
	switch (type) {
	case VIRTIO_BLK_T_IN:
		return IPST_OP_READ;
	case VIRTIO_BLK_T_OUT:
		return IPST_OP_WRITE;
	case VIRTIO_BLK_T_FLUSH:
		return IPST_OP_FLUSH;
	case VIRTIO_BLK_T_DISCARD:
		return IPST_OP_DISCARD;
	case VIRTIO_BLK_T_WRITE_ZEROES:
		return IPST_OP_WRITE_ZEROES;
	case VIRTIO_BLK_T_SECURE_ERASE:
		return IPST_OP_SECURE_ERASE;
	default:
		return IPST_OP_OTHER;
	}
}

/* Sends a request on its way, or returns why not. */
static u8 vblk_req_dispatch(struct vblk_req *req,
			    const struct virtio_blk_outhdr *hdr,
			    struct vblk_cursor *out, struct vblk_cursor *in)
{
	u64 sector = __virtio64_to_cpu(true, hdr->sector);
	u32 type = __virtio32_to_cpu(true, hdr->type);

	trace_vblk_fetch(req, type, sector);
	req->op = vblk_req_op(type);
	if (!req->queue->nvme)
		return VIRTIO_BLK_S_IOERR;

	switch (type) {
	case VIRTIO_BLK_T_IN:
		return vblk_req_start_rw(req, nvme_cmd_read, sector, in);
	case VIRTIO_BLK_T_OUT:
		return vblk_req_start_rw(req, nvme_cmd_write, sector, out);
	case VIRTIO_BLK_T_FLUSH:
		return vblk_req_start_flush(req);
	case VIRTIO_BLK_T_GET_ID:
		return vblk_req_start_get_id(req, in);
	case VIRTIO_BLK_T_DISCARD:
	case VIRTIO_BLK_T_WRITE_ZEROES:
		return vblk_req_start_ranges(req, type, out);
	case VIRTIO_BLK_T_SECURE_ERASE:
		/* Linux takes this even number for a read: it is in writable data. */
		return vblk_req_start_ranges(req, type, out->num_iov ? out : in);
	default:
		return VIRTIO_BLK_S_UNSUPP;
	}
}

/**
 * vblk_req_start() - begin a request
 * @req: from the queue's pool
 * @chain: its buffers; free for the next request when this returns
 *
 * Context: process, in the queue's worker; may sleep.
 * Return: 0, and the request is or will be completed, by success or by error;
 * a negative errno if it has no usable status byte, so that it cannot be
 * answered at all, and @req is still the caller's.
 */
int vblk_req_start(struct vblk_req *req, struct vblk_chain *chain)
{
	struct virtio_blk_outhdr hdr;
	struct vblk_cursor out, in;
	u8 vstatus;
	int ret;

	ret = vblk_req_find_status(req, chain);
	if (ret)
		return ret;

	out = (struct vblk_cursor) {
		.iov = chain->iov,
		.num_iov = chain->num_readable,
	};
	in = (struct vblk_cursor) {
		.iov = chain->iov + chain->num_readable,
		.num_iov = chain->num_iov - chain->num_readable,
	};
	req->op = IPST_OP_OTHER;
	req->bytes = 0;
	req->room_bytes = vblk_cursor_bytes(&in);
	req->written_bytes = 0;
	req->left_bytes = 0;
	req->left_ranges = 0;
	req->num_ranges = 0;
	req->sync = false;
	req->admitted = false;
	req->held = false;
	req->left_is_kept = false;
	if (vblk_req_read_header(req, &out, &hdr))
		vstatus = VIRTIO_BLK_S_IOERR;
	else
		vstatus = vblk_req_dispatch(req, &hdr, &out, &in);
	if (vstatus != VIRTIO_BLK_S_OK)
		vblk_req_end(req, vstatus);
	return 0;
}
