// SPDX-License-Identifier: GPL-2.0
/* One hostile case at work: its memory, its moves, its expectations. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "trial.h"

#define NOTHING_MS	100		/* long enough for a device to act */

void trial_create(struct trial *t, struct driver *drv)
{
	memset(t, 0, sizeof(*t));
	t->drv = drv;
	t->queue = drv->queues;
	area_create(&t->spare, 0, TRIAL_SPARE_IOVA, TRIAL_AREA_BYTES);
	area_create(&t->readable, 0, TRIAL_READ_IOVA, TRIAL_AREA_BYTES);
	area_create(&t->writable, 0, TRIAL_WRITE_IOVA, TRIAL_AREA_BYTES);
	area_create(&t->unmapped, 0, TRIAL_NOWHERE, TRIAL_AREA_BYTES);
	area_fill(&t->readable, TRIAL_CANARY);
	area_fill(&t->unmapped, TRIAL_CANARY);
}

/* Puts them right again, so that a case answers for itself alone. */
static void trial_check_canary(struct trial *t, const struct area *canary,
			       const char *why)
{
	if (area_is_filled(canary, TRIAL_CANARY))
		return;
	trial_fail(t, "%s", why);
	area_fill(canary, TRIAL_CANARY);
}

/* A driver at work on a device that was just reset. */
void trial_begin(struct trial *t)
{
	t->why[0] = '\0';
	t->skipped = false;
	driver_restart(t->drv);
	must(area_map(&t->readable, &t->drv->dev, VHOST_ACCESS_RO), "map");
	must(area_map(&t->writable, &t->drv->dev, VHOST_ACCESS_WO), "map");
	poll_fd(t->drv->config_fd, 0);
}

/* Whatever came of it: a reset makes the device work again. */
void trial_end(struct trial *t)
{
	const char *why;

	driver_restart(t->drv);
	why = driver_prove(t->drv);
	if (why)
		trial_fail(t, "after the reset: %s", why);
	trial_check_canary(t, &t->readable, "memory mapped for reading was written");
	trial_check_canary(t, &t->unmapped, "memory that was not mapped was written");
}

void trial_fail(struct trial *t, const char *format, ...)
{
	va_list args;

	if (trial_is_over(t))
		return;
	va_start(args, format);
	vsnprintf(t->why, sizeof(t->why), format, args);
	va_end(args);
}

void trial_skip(struct trial *t, const char *why)
{
	trial_fail(t, "%s", why);
	t->skipped = true;
}

bool trial_is_over(const struct trial *t)
{
	return t->why[0];
}

/* --- moves ---------------------------------------------------------------- */

struct request *trial_request(struct trial *t, u32 type, u64 sector, u32 data_bytes)
{
	struct request *req = queue_get(t->queue);

	if (!req)
		die("a case uses more requests than there are");
	memset(req->data, 0x5a, req->room_bytes);
	request_set(req, type, sector, data_bytes);
	return req;
}

/* Writable bytes before the status, unless a table has them. */
static u32 trial_room(struct request *req, const struct ring_desc *descs, u16 num)
{
	u32 len_bytes = 0;
	u16 i;

	if (descs[num - 1].flags & VRING_DESC_F_INDIRECT)
		return request_written_bytes(req) - 1;
	for (i = 0; i < num; i++)
		if (descs[i].flags & VRING_DESC_F_WRITE)
			len_bytes += descs[i].len_bytes;
	return len_bytes - 1;
}

/* A chain just like that, and a kick whether the device wants one or not. */
void trial_offer(struct trial *t, struct request *req,
		 const struct ring_desc *descs, u16 num)
{
	int ret;

	if (trial_is_over(t))
		return;
	ret = ring_add(&t->queue->ring, descs, num, req - t->queue->reqs);
	if (ret < 0)
		trial_fail(t, "no room for a chain of %u", num);
	t->room_bytes = trial_room(req, descs, num);
	ring_publish(&t->queue->ring);
	queue_kick(t->queue);
}

/* The same through an indirect table. */
void trial_offer_table(struct trial *t, struct request *req,
		       const struct ring_desc *descs, u16 num)
{
	int ret;

	if (trial_is_over(t))
		return;
	ret = ring_add_indirect(&t->queue->ring, descs, num,
				req - t->queue->reqs);
	if (ret < 0)
		trial_fail(t, "no room for a table of %u", num);
	t->room_bytes = trial_room(req, descs, num);
	ring_publish(&t->queue->ring);
	queue_kick(t->queue);
}

void trial_submit(struct trial *t, struct request *req)
{
	struct ring_desc descs[REQUEST_MAX_DESCS];

	trial_offer(t, req, descs, request_lay_out(req, descs));
}

/* --- expectations --------------------------------------------------------- */

/* Waits for @req: its status, or -1 after a failure. */
static int trial_wait(struct trial *t, struct request *req, u32 *len_bytes)
{
	u64 end_ns = now_ns() + DRIVER_WAIT_MS * 1000000ULL;
	struct request *done = NULL;
	int ret;

	if (trial_is_over(t))
		return -1;
	do {
		ret = queue_wait(t->queue, &done, len_bytes, 1000);
	} while (!ret && now_ns() < end_ns &&
		 !(driver_status(t->drv) & VIRTIO_CONFIG_S_NEEDS_RESET));
	if (ret == -EPROTO)
		trial_fail(t, "the used ring makes no sense");
	else if (!ret && driver_status(t->drv) & VIRTIO_CONFIG_S_NEEDS_RESET)
		trial_fail(t, "the device wants a reset");
	else if (!ret)
		trial_fail(t, "the request never ends");
	else if (done != req)
		trial_fail(t, "another request ends");
	if (trial_is_over(t))
		return -1;
	queue_put(t->queue, req);
	return *request_status(req);
}

/*
 * The request ends so, and the device says how much it wrote without a gap: the
 * status counts if all that is writable before it was written.
 */
void trial_expect(struct trial *t, struct request *req, u8 vstatus)
{
	u32 want_bytes = vstatus == VIRTIO_BLK_S_OK ?
			 request_written_bytes(req) - 1 : 0;
	u32 len_bytes;
	int status = trial_wait(t, req, &len_bytes);

	if (trial_is_over(t))
		return;
	want_bytes += want_bytes == t->room_bytes;
	if (status != vstatus)
		trial_fail(t, "status is %d, not %u", status, vstatus);
	else if (len_bytes != want_bytes)
		trial_fail(t, "%u bytes are said to be written, not %u",
			   len_bytes, want_bytes);
}

/*
 * @req, or any if it is NULL, ends by any status: true. Or the device gives up
 * on the ring, or returns nonsense: false. One of them has to be.
 */
bool trial_expect_some_end(struct trial *t, struct request *req)
{
	u64 end_ns = now_ns() + DRIVER_WAIT_MS * 1000000ULL;
	struct request *done;
	u32 len_bytes;
	int ret;

	while (!trial_is_over(t)) {
		ret = queue_wait(t->queue, &done, &len_bytes, 20);
		if (ret < 0 || (ret && req && done != req))
			return false;
		if (ret) {
			queue_put(t->queue, done);
			return true;
		}
		if (driver_status(t->drv) & VIRTIO_CONFIG_S_NEEDS_RESET)
			return false;
		if (now_ns() > end_ns)
			trial_fail(t, "neither an end nor a wish for a reset");
	}
	return false;
}

void trial_expect_needs_reset(struct trial *t)
{
	if (trial_is_over(t))
		return;
	if (!poll_fd(t->drv->config_fd, 5000))
		trial_fail(t, "no configuration interrupt");
	else if (!(driver_status(t->drv) & VIRTIO_CONFIG_S_NEEDS_RESET))
		trial_fail(t, "the device does not want a reset");
}

/* The ring is broken for good: the device says so, stays so, and stops. */
void trial_expect_broken(struct trial *t)
{
	trial_expect_needs_reset(t);
	vdpa_add_status(&t->drv->dev, VIRTIO_CONFIG_S_DRIVER_OK);
	queue_kick(t->queue);
	trial_expect_nothing(t);
	if (!(driver_status(t->drv) & VIRTIO_CONFIG_S_NEEDS_RESET))
		trial_fail(t, "the device has forgotten that it wants a reset");
}

void trial_expect_nothing(struct trial *t)
{
	struct request *req;
	u32 len_bytes;

	if (trial_is_over(t))
		return;
	sleep_ms(NOTHING_MS);
	if (queue_take(t->queue, &req, &len_bytes))
		trial_fail(t, "something was completed");
}

void trial_expect_ret(struct trial *t, const char *what, int ret, int want)
{
	if (ret != want)
		trial_fail(t, "%s: returns %d, not %d", what, ret, want);
}

/* No reset was needed. */
void trial_expect_alive(struct trial *t)
{
	const char *why;

	if (trial_is_over(t))
		return;
	why = driver_prove(t->drv);
	if (why)
		trial_fail(t, "the device does not live on: %s", why);
}
