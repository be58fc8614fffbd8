/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtio-blk request (virtio 1.3, 5.2.6) in memory of its own: header, data
 * and status follow each other without a gap, and data begins a page. So what
 * the device reads is one piece, what it writes is another, and they can be
 * cut into descriptors anywhere.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <linux/virtio_blk.h>

#include "area.h"
#include "ring.h"

#define REQUEST_MAX_DESCS	16
#define REQUEST_NO_STATUS	0xff	/* until the device writes one */

struct request {
	struct virtio_blk_outhdr *hdr;
	u8 *data;
	u64 iova;			/* of the header */
	u32 room_bytes;			/* for data */
	u32 data_bytes;
	u64 start_ns;
	u64 tag;			/* the user's */
};

size_t request_bytes(u32 room_bytes);
void request_create(struct request *req, struct area *area, u32 room_bytes);
void request_set(struct request *req, u32 type, u64 sector, u32 data_bytes);
void request_set_segment(struct request *req, u32 i, u64 sector, u32 num,
			 u32 flags);
void request_set_endless(struct request *req,
			 const struct virtio_blk_config *disk);
bool request_is_read(const struct request *req);
u8 *request_status(const struct request *req);
u64 request_status_iova(const struct request *req);
u64 request_data_iova(const struct request *req);
u32 request_written_bytes(const struct request *req);
u16 request_lay_out(const struct request *req, struct ring_desc *descs);
u16 request_cut(const struct request *req, struct ring_desc *descs, u16 max,
		u64 *seed);

#endif
