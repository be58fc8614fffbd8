// SPDX-License-Identifier: GPL-2.0
/* Hostile cases: chains that are sound, around requests that are not. */
#include <string.h>

#include "trial.h"

/* Descriptors of a request laid out plainly. */
enum { HDR, DATA, STATUS, NUM_DESCS };

#define SCATTERED_BYTES	64		/* of a block, before a gap */

/* Offers @req with @descs[i] in place of its own descriptor. */
static void offer_with(struct trial *t, struct request *req, int i,
		       u64 addr, u32 len_bytes)
{
	struct ring_desc descs[REQUEST_MAX_DESCS];
	u16 num = request_lay_out(req, descs);

	descs[i].addr = addr;
	descs[i].len_bytes = len_bytes;
	trial_offer(t, req, descs, num);
}

/* A request of plain parts ends with @vstatus, and the device lives on. */
static void expect_of(struct trial *t, u32 type, u64 sector, u32 data_bytes,
		      u8 vstatus)
{
	struct request *req = trial_request(t, type, sector, data_bytes);

	trial_submit(t, req);
	trial_expect(t, req, vstatus);
}

/* --- header and status ---------------------------------------------------- */

static void header_split(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);
	struct ring_desc d[REQUEST_MAX_DESCS], descs[REQUEST_MAX_DESCS];
	u16 i;

	request_lay_out(req, d);
	for (i = 0; i < 8; i++)
		descs[i] = (struct ring_desc) {
			req->iova + 2 * i, 2, VRING_DESC_F_NEXT
		};
	descs[8] = d[DATA];
	descs[9] = d[STATUS];
	trial_offer(t, req, descs, 10);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

static void header_with_data(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];
	u64 seed = 0;

	trial_offer(t, req, descs, request_cut(req, descs, 2, &seed));
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

static void header_missing(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];

	request_lay_out(req, descs);
	trial_offer(t, req, descs + STATUS, 1);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void header_short(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	offer_with(t, req, HDR, req->iova, 15);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void header_unmapped(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	offer_with(t, req, HDR, TRIAL_NOWHERE, 16);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void header_not_readable(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	offer_with(t, req, HDR, TRIAL_WRITE_IOVA, 16);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void status_with_data(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];
	u64 seed = 0;

	trial_offer(t, req, descs, request_cut(req, descs, 2, &seed));
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

static void status_missing(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];

	request_lay_out(req, descs);
	descs[DATA].flags &= ~VRING_DESC_F_NEXT;
	trial_offer(t, req, descs, 2);
	trial_expect_broken(t);
}

static void status_unmapped(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);

	offer_with(t, req, STATUS, TRIAL_NOWHERE, 1);
	trial_expect_broken(t);
}

static void status_not_writable(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);

	offer_with(t, req, STATUS, TRIAL_READ_IOVA, 1);
	trial_expect_broken(t);
}

/* The last byte of a piece that ends where addresses do. */
static void status_at_end_of_space(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);

	offer_with(t, req, STATUS, ~0ULL, 0xffffffff);
	trial_expect_broken(t);
}

/* --- data ----------------------------------------------------------------- */

static void data_unmapped(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	offer_with(t, req, DATA, TRIAL_NOWHERE, 4096);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);
	offer_with(t, req, DATA, TRIAL_NOWHERE, 4096);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void data_partly_unmapped(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 8192);

	must(vdpa_map(&t->drv->dev, TRIAL_SPARE_IOVA, PAGE_BYTES, t->spare.addr,
		      VHOST_ACCESS_RW), "map");
	offer_with(t, req, DATA, TRIAL_SPARE_IOVA, 8192);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void data_not_writable(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	offer_with(t, req, DATA, TRIAL_READ_IOVA, 4096);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void data_not_readable(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);

	offer_with(t, req, DATA, TRIAL_WRITE_IOVA, 4096);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

/* Two mappings, side by side for the device only, and a sector in both. */
static void data_across_mappings(struct trial *t)
{
	u8 *second = t->spare.addr, *first = second + 8 * PAGE_BYTES;
	struct vdpa *dev = &t->drv->dev;
	u32 at = PAGE_BYTES - 2304;
	struct request *req;

	must(vdpa_map(dev, TRIAL_SPARE_IOVA, PAGE_BYTES, first,
		      VHOST_ACCESS_RW), "map");
	must(vdpa_map(dev, TRIAL_SPARE_IOVA + PAGE_BYTES, PAGE_BYTES, second,
		      VHOST_ACCESS_RW), "map");
	memset(first, 0x11, PAGE_BYTES);
	memset(second, 0x22, PAGE_BYTES);
	req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);
	offer_with(t, req, DATA, TRIAL_SPARE_IOVA + at, 4096);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	trial_submit(t, req);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	if (memcmp(req->data, first + at, 2304) ||
	    memcmp(req->data + 2304, second, 4096 - 2304))
		trial_fail(t, "other data was written");
	trial_expect_alive(t);
}

/* The data of a block, in a piece that ends within a page and one that is elsewhere. */
static void offer_scattered(struct trial *t, u32 type, const u8 *first, const u8 *second)
{
	u32 rest = t->drv->disk.blk_size - SCATTERED_BYTES;
	struct request *req = trial_request(t, type, 0, t->drv->disk.blk_size);
	struct ring_desc descs[REQUEST_MAX_DESCS];

	request_lay_out(req, descs);
	descs[STATUS + 1] = descs[STATUS];
	descs[DATA + 1] = descs[DATA];
	descs[DATA].addr = TRIAL_SPARE_IOVA + (first - t->spare.addr);
	descs[DATA].len_bytes = SCATTERED_BYTES;
	descs[DATA + 1].addr = TRIAL_SPARE_IOVA + (second - t->spare.addr);
	descs[DATA + 1].len_bytes = rest;
	trial_offer(t, req, descs, NUM_DESCS + 1);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
}

static void data_scattered(struct trial *t)
{
	u8 *first = t->spare.addr + PAGE_BYTES - 2 * SCATTERED_BYTES;
	u8 *second = t->spare.addr + 8 * PAGE_BYTES;
	u32 rest = t->drv->disk.blk_size - SCATTERED_BYTES;
	u8 before[TRIAL_AREA_BYTES], after[TRIAL_AREA_BYTES];
	struct request *req;

	must(area_map(&t->spare, &t->drv->dev, VHOST_ACCESS_RW), "map");
	memset(t->spare.addr, 0x33, TRIAL_AREA_BYTES);
	memcpy(after, t->spare.addr, TRIAL_AREA_BYTES);
	memset(first, 0x11, SCATTERED_BYTES);
	memset(second, 0x22, rest);
	memcpy(before, t->spare.addr, TRIAL_AREA_BYTES);
	offer_scattered(t, VIRTIO_BLK_T_OUT, first, second);

	req = trial_request(t, VIRTIO_BLK_T_IN, 0, t->drv->disk.blk_size);
	trial_submit(t, req);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	if (memcmp(req->data, first, SCATTERED_BYTES) ||
	    memcmp(req->data + SCATTERED_BYTES, second, rest))
		trial_fail(t, "other data was written");

	memcpy(t->spare.addr, after, TRIAL_AREA_BYTES);
	offer_scattered(t, VIRTIO_BLK_T_IN, first, second);
	if (memcmp(t->spare.addr, before, TRIAL_AREA_BYTES))
		trial_fail(t, "data was read to other places");
	trial_expect_alive(t);
}

static void data_of_odd_length(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);

	offer_with(t, req, DATA, request_data_iova(req), 511);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);
	offer_with(t, req, DATA, request_data_iova(req), 513);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void data_missing(struct trial *t)
{
	expect_of(t, VIRTIO_BLK_T_IN, 0, 0, VIRTIO_BLK_S_IOERR);
	expect_of(t, VIRTIO_BLK_T_OUT, 0, 0, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

/* Data of the wrong direction is none. */
static void data_of_wrong_direction(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];

	request_lay_out(req, descs);
	descs[DATA].flags &= ~VRING_DESC_F_WRITE;
	trial_offer(t, req, descs, NUM_DESCS);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);
	request_lay_out(req, descs);
	descs[DATA].flags |= VRING_DESC_F_WRITE;
	trial_offer(t, req, descs, NUM_DESCS);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void data_huge(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc d[REQUEST_MAX_DESCS], descs[5];

	request_lay_out(req, d);
	descs[0] = d[HDR];
	/* 4096 if added up in 32 bits. */
	descs[1] = d[DATA];
	descs[1].len_bytes = 0xfffffe00;
	descs[2] = descs[1];
	descs[3] = d[DATA];
	descs[3].len_bytes = 0x1400;
	descs[4] = d[STATUS];
	trial_offer(t, req, descs, 5);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void data_wraps_around(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);

	offer_with(t, req, DATA, ~0ULL - 511, 4096);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);
	offer_with(t, req, DATA, ~0ULL, 512);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

/* --- where on the disk ---------------------------------------------------- */

static void sector_beyond(struct trial *t)
{
	u64 end = t->drv->disk.capacity;

	expect_of(t, VIRTIO_BLK_T_IN, end - 8, 4096, VIRTIO_BLK_S_OK);
	expect_of(t, VIRTIO_BLK_T_IN, end - 7, 4096, VIRTIO_BLK_S_IOERR);
	expect_of(t, VIRTIO_BLK_T_OUT, end, 4096, VIRTIO_BLK_S_IOERR);
	expect_of(t, VIRTIO_BLK_T_IN, end + 1000000, 512, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

/* Sectors whose bytes, or whose end, do not fit into 64 bits. */
static void sector_overflows(struct trial *t)
{
	static const u64 sectors[] = {
		~0ULL, ~0ULL - 7, 1ULL << 55, (1ULL << 55) - 1, (1ULL << 55) - 8,
		1ULL << 63, (1ULL << 55) + 8,
	};
	size_t i;

	for (i = 0; i < NUM(sectors); i++) {
		expect_of(t, VIRTIO_BLK_T_IN, sectors[i], 4096, VIRTIO_BLK_S_IOERR);
		expect_of(t, VIRTIO_BLK_T_OUT, sectors[i], 4096, VIRTIO_BLK_S_IOERR);
	}
	trial_expect_alive(t);
}

static void sector_unaligned(struct trial *t)
{
	if (t->drv->disk.blk_size <= SECTOR_BYTES) {
		trial_skip(t, "the volume has blocks of 512 bytes");
		return;
	}
	expect_of(t, VIRTIO_BLK_T_IN, 1, 4096, VIRTIO_BLK_S_IOERR);
	expect_of(t, VIRTIO_BLK_T_OUT, 8, 512, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

/* --- types ---------------------------------------------------------------- */

static void type_unknown(struct trial *t)
{
	/* SCSI, lifetime, zones, barrier, and what has no name at all. */
	static const u32 types[] = {
		2, 3, 5, 9, 10, 15, 16, 18, 20, 22, 24, 26, 99, 0x80000000,
		0xffffffff
	};
	size_t i;

	for (i = 0; i < NUM(types); i++)
		expect_of(t, types[i], 0, 4096, VIRTIO_BLK_S_UNSUPP);
	trial_expect_alive(t);
}

static void type_not_negotiated(struct trial *t)
{
	static const struct {
		u32 type;
		unsigned int feature;
	} types[] = {
		{ VIRTIO_BLK_T_FLUSH, VIRTIO_BLK_F_FLUSH },
		{ VIRTIO_BLK_T_DISCARD, VIRTIO_BLK_F_DISCARD },
		{ VIRTIO_BLK_T_WRITE_ZEROES, VIRTIO_BLK_F_WRITE_ZEROES },
		{ VIRTIO_BLK_T_SECURE_ERASE, VIRTIO_BLK_F_SECURE_ERASE },
	};
	u64 features = t->drv->features;
	struct request *req;
	size_t i;

	for (i = 0; i < NUM(types); i++)
		t->drv->features &= ~BIT_ULL(types[i].feature);
	trial_begin(t);
	for (i = 0; i < NUM(types); i++) {
		req = trial_request(t, types[i].type, 0, 16);
		request_set_segment(req, 0, 0, 8, 0);
		trial_submit(t, req);
		trial_expect(t, req, VIRTIO_BLK_S_UNSUPP);
	}
	trial_expect_alive(t);
	t->drv->features = features;
}

static void get_id(struct trial *t)
{
	expect_of(t, VIRTIO_BLK_T_GET_ID, 0, 20, VIRTIO_BLK_S_OK);
	expect_of(t, VIRTIO_BLK_T_GET_ID, 0, 19, VIRTIO_BLK_S_IOERR);
	expect_of(t, VIRTIO_BLK_T_GET_ID, 0, 0, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void get_id_not_writable(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_GET_ID, 0, 20);

	offer_with(t, req, DATA, TRIAL_READ_IOVA, 20);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void flush_with_data(struct trial *t)
{
	expect_of(t, VIRTIO_BLK_T_FLUSH, 0, 4096, VIRTIO_BLK_S_OK);
	expect_of(t, VIRTIO_BLK_T_FLUSH, ~0ULL, 0, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

const struct hostile_case request_cases[] = {
	{ "header-split", header_split, "OK" },
	{ "header-with-data", header_with_data, "OK" },
	{ "header-missing", header_missing, "IOERR" },
	{ "header-short", header_short, "IOERR" },
	{ "header-unmapped", header_unmapped, "IOERR" },
	{ "header-not-readable", header_not_readable, "IOERR" },
	{ "status-with-data", status_with_data, "OK" },
	{ "status-missing", status_missing, "needs reset" },
	{ "status-unmapped", status_unmapped, "needs reset" },
	{ "status-not-writable", status_not_writable, "needs reset" },
	{ "status-at-end-of-space", status_at_end_of_space, "needs reset" },
	{ "data-unmapped", data_unmapped, "IOERR" },
	{ "data-partly-unmapped", data_partly_unmapped, "IOERR" },
	{ "data-not-writable", data_not_writable, "IOERR" },
	{ "data-not-readable", data_not_readable, "IOERR" },
	{ "data-across-mappings", data_across_mappings, "OK" },
	{ "data-scattered", data_scattered, "OK" },
	{ "data-of-odd-length", data_of_odd_length, "IOERR" },
	{ "data-missing", data_missing, "IOERR" },
	{ "data-of-wrong-direction", data_of_wrong_direction, "IOERR" },
	{ "data-huge", data_huge, "IOERR" },
	{ "data-wraps-around", data_wraps_around, "IOERR" },
	{ "sector-beyond", sector_beyond, "IOERR" },
	{ "sector-overflows", sector_overflows, "IOERR" },
	{ "sector-unaligned", sector_unaligned, "IOERR" },
	{ "type-unknown", type_unknown, "UNSUPP" },
	{ "type-not-negotiated", type_not_negotiated, "UNSUPP" },
	{ "get-id", get_id, "OK, or IOERR if short of room" },
	{ "get-id-not-writable", get_id_not_writable, "IOERR" },
	{ "flush-with-data", flush_with_data, "OK", CASE_FLUSH },
	{ }
};
