// SPDX-License-Identifier: GPL-2.0
/* A virtio-blk request: its parts, and how they become descriptors. */
#include <string.h>

#include "request.h"

#define HDR_BYTES	sizeof(struct virtio_blk_outhdr)
#define SEGMENT_BYTES	sizeof(struct virtio_blk_discard_write_zeroes)

size_t request_bytes(u32 room_bytes)
{
	return 2 * PAGE_BYTES + round_up_to(room_bytes, PAGE_BYTES);
}

void request_create(struct request *req, struct area *area, u32 room_bytes)
{
	u8 *mem = area_alloc(area, request_bytes(room_bytes), PAGE_BYTES);

	memset(req, 0, sizeof(*req));
	req->data = mem + PAGE_BYTES;
	req->hdr = (void *)(req->data - HDR_BYTES);
	req->iova = area_iova(area, req->hdr);
	req->room_bytes = room_bytes;
}

/* @data_bytes: what is in req->data, or may be written there. */
void request_set(struct request *req, u32 type, u64 sector, u32 data_bytes)
{
	if (data_bytes > req->room_bytes)
		die("no room for %u bytes of data", data_bytes);
	*req->hdr = (struct virtio_blk_outhdr) {
		.type = type,
		.sector = sector,
	};
	req->data_bytes = data_bytes;
	*request_status(req) = REQUEST_NO_STATUS;
}

/* For DISCARD and its likes: entry @i of the data. */
void request_set_segment(struct request *req, u32 i, u64 sector, u32 num,
			 u32 flags)
{
	struct virtio_blk_discard_write_zeroes *segs = (void *)req->data;

	segs[i] = (struct virtio_blk_discard_write_zeroes) {
		.sector = sector,
		.num_sectors = num,
		.flags = flags,
	};
}

/* Zeroes all over the disk, as often as one request can say so. */
void request_set_endless(struct request *req, const struct virtio_blk_config *disk)
{
	u32 sectors = min_u64(disk->capacity, disk->max_write_zeroes_sectors);
	u32 i, num = min_u64(disk->max_write_zeroes_seg,
			     req->room_bytes / SEGMENT_BYTES);

	request_set(req, VIRTIO_BLK_T_WRITE_ZEROES, 0, num * SEGMENT_BYTES);
	for (i = 0; i < num; i++)
		request_set_segment(req, i, 0, sectors, 0);
}

/* Does the device write the data? */
bool request_is_read(const struct request *req)
{
	return req->hdr->type == VIRTIO_BLK_T_IN ||
	       req->hdr->type == VIRTIO_BLK_T_GET_ID;
}

u8 *request_status(const struct request *req)
{
	return req->data + req->data_bytes;
}

u64 request_data_iova(const struct request *req)
{
	return req->iova + HDR_BYTES;
}

u64 request_status_iova(const struct request *req)
{
	return request_data_iova(req) + req->data_bytes;
}

/* What the device has to report as written when all went well. */
u32 request_written_bytes(const struct request *req)
{
	return 1 + (request_is_read(req) ? req->data_bytes : 0);
}

/* Header, data and status, a descriptor each. Returns how many. */
u16 request_lay_out(const struct request *req, struct ring_desc *descs)
{
	u16 num = 0;

	descs[num++] = (struct ring_desc) {
		req->iova, HDR_BYTES, VRING_DESC_F_NEXT
	};
	if (req->data_bytes)
		descs[num++] = (struct ring_desc) {
			request_data_iova(req), req->data_bytes,
			VRING_DESC_F_NEXT |
			(request_is_read(req) ? VRING_DESC_F_WRITE : 0)
		};
	descs[num++] = (struct ring_desc) {
		request_status_iova(req), 1, VRING_DESC_F_WRITE
	};
	return num;
}

/* Cuts one piece in up to @max descriptors, anywhere. */
static u16 request_cut_piece(u64 iova, u32 len_bytes, u16 flags,
			     struct ring_desc *descs, u16 max, u64 *seed)
{
	u16 num = 0;
	u32 chunk;

	while (len_bytes) {
		chunk = num + 1 == max ? len_bytes :
			1 + random_below(seed, len_bytes);
		descs[num++] = (struct ring_desc) {
			iova, chunk, flags | VRING_DESC_F_NEXT
		};
		iova += chunk;
		len_bytes -= chunk;
	}
	return num;
}

/*
 * Cut at random into up to @max descriptors, of 2 at least: parts of the request
 * may share descriptors, or need several.
 */
u16 request_cut(const struct request *req, struct ring_desc *descs, u16 max,
		u64 *seed)
{
	u32 written = request_written_bytes(req);
	u32 read = HDR_BYTES + req->data_bytes + 1 - written;
	u16 num;

	max = min_u64(max, REQUEST_MAX_DESCS) / 2;
	num = request_cut_piece(req->iova, read, 0, descs,
				1 + random_below(seed, max), seed);
	num += request_cut_piece(req->iova + read, written, VRING_DESC_F_WRITE,
				 descs + num, 1 + random_below(seed, max), seed);
	descs[num - 1].flags &= ~VRING_DESC_F_NEXT;
	return num;
}
