// SPDX-License-Identifier: GPL-2.0
/* Hostile cases: DISCARD, WRITE_ZEROES and their segments (virtio 1.3, 5.2.6). */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trial.h"

#define RESET_NS	(20 * NSEC_PER_SEC)	/* not minutes */
#define SEGMENT_BYTES	sizeof(struct virtio_blk_discard_write_zeroes)

/* One segment, as told. */
static void expect_segment(struct trial *t, u32 type, u64 sector, u32 num,
			   u32 flags, u8 vstatus)
{
	struct request *req = trial_request(t, type, 0, SEGMENT_BYTES);

	request_set_segment(req, 0, sector, num, flags);
	trial_submit(t, req);
	trial_expect(t, req, vstatus);
}

/* @num segments of 8 sectors, but @data_bytes of data. */
static void expect_segments(struct trial *t, u32 type, u32 num, u32 data_bytes,
			    u8 vstatus)
{
	struct request *req = trial_request(t, type, 0, data_bytes);
	u32 i;

	for (i = 0; i < num; i++)
		request_set_segment(req, i, t->drv->num_sectors + i % 64 * 8, 8, 0);
	request_set(req, type, 0, data_bytes);
	trial_submit(t, req);
	trial_expect(t, req, vstatus);
}

static void check_ranges(struct trial *t, u32 type)
{
	u64 end = t->drv->disk.capacity;

	expect_segment(t, type, end - 8, 8, 0, VIRTIO_BLK_S_OK);
	expect_segment(t, type, end - 8, 16, 0, VIRTIO_BLK_S_IOERR);
	expect_segment(t, type, end, 8, 0, VIRTIO_BLK_S_IOERR);
	expect_segment(t, type, ~0ULL, 8, 0, VIRTIO_BLK_S_IOERR);
	expect_segment(t, type, ~0ULL - 7, 8, 0, VIRTIO_BLK_S_IOERR);
	expect_segment(t, type, 1ULL << 55, 8, 0, VIRTIO_BLK_S_IOERR);
	expect_segment(t, type, 0, 0xffffffff, 0, VIRTIO_BLK_S_IOERR);
	expect_segment(t, type, end - 8, 0, 0, VIRTIO_BLK_S_OK);
	if (t->drv->disk.blk_size > SECTOR_BYTES) {
		expect_segment(t, type, end - 9, 8, 0, VIRTIO_BLK_S_IOERR);
		expect_segment(t, type, end - 8, 7, 0, VIRTIO_BLK_S_IOERR);
	}
	trial_expect_alive(t);
}

static void check_flags(struct trial *t, u32 type, bool may_unmap)
{
	u64 at = t->drv->num_sectors;
	u32 bit;

	for (bit = 1; bit < 32; bit++)
		expect_segment(t, type, at, 8, 1U << bit, VIRTIO_BLK_S_UNSUPP);
	expect_segment(t, type, at, 8, 0xffffffff, VIRTIO_BLK_S_UNSUPP);
	expect_segment(t, type, at, 8, VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP,
		       may_unmap ? VIRTIO_BLK_S_OK : VIRTIO_BLK_S_UNSUPP);
	trial_expect_alive(t);
}

static void check_lengths(struct trial *t, u32 type, u32 max_segments)
{
	expect_segments(t, type, 0, 0, VIRTIO_BLK_S_IOERR);
	expect_segments(t, type, 1, SEGMENT_BYTES - 1, VIRTIO_BLK_S_IOERR);
	expect_segments(t, type, 2, 2 * SEGMENT_BYTES - 8, VIRTIO_BLK_S_IOERR);
	if (max_segments * SEGMENT_BYTES <= 65536)
		expect_segments(t, type, max_segments,
				max_segments * SEGMENT_BYTES, VIRTIO_BLK_S_OK);
	if ((max_segments + 1) * SEGMENT_BYTES <= 65536)
		expect_segments(t, type, max_segments + 1,
				(max_segments + 1) * SEGMENT_BYTES,
				VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

/* A good segment, and then a bad one: nothing of it is said to have worked. */
static void check_second_bad(struct trial *t, u32 type, u32 max_segments)
{
	struct request *req;

	if (max_segments < 2) {
		trial_skip(t, "one segment at most");
		return;
	}
	req = trial_request(t, type, 0, 2 * SEGMENT_BYTES);
	request_set_segment(req, 0, t->drv->num_sectors, 8, 0);
	request_set_segment(req, 1, t->drv->disk.capacity, 8, 0);
	trial_submit(t, req);
	trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	trial_expect_alive(t);
}

static void check_memory(struct trial *t, u32 type)
{
	struct ring_desc descs[REQUEST_MAX_DESCS];
	struct request *req;
	static const u64 bad[] = { TRIAL_NOWHERE, TRIAL_WRITE_IOVA, ~0ULL - 7 };
	size_t i;

	for (i = 0; i < NUM(bad); i++) {
		req = trial_request(t, type, 0, SEGMENT_BYTES);
		request_lay_out(req, descs);
		descs[1].addr = bad[i];
		trial_offer(t, req, descs, 3);
		trial_expect(t, req, VIRTIO_BLK_S_IOERR);
	}
	/* Cut in two, which it may be. */
	req = trial_request(t, type, 0, SEGMENT_BYTES);
	request_set_segment(req, 0, t->drv->num_sectors, 8, 0);
	request_lay_out(req, descs);
	descs[3] = descs[2];
	descs[2] = descs[1];
	descs[1].len_bytes = 5;
	descs[2].addr += 5;
	descs[2].len_bytes -= 5;
	trial_offer(t, req, descs, 4);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

static void discard_ranges(struct trial *t)
{
	check_ranges(t, VIRTIO_BLK_T_DISCARD);
}

static void discard_flags(struct trial *t)
{
	check_flags(t, VIRTIO_BLK_T_DISCARD, false);
}

static void discard_lengths(struct trial *t)
{
	check_lengths(t, VIRTIO_BLK_T_DISCARD, t->drv->disk.max_discard_seg);
}

static void discard_second_bad(struct trial *t)
{
	check_second_bad(t, VIRTIO_BLK_T_DISCARD, t->drv->disk.max_discard_seg);
}

static void discard_memory(struct trial *t)
{
	check_memory(t, VIRTIO_BLK_T_DISCARD);
}

static void zeroes_ranges(struct trial *t)
{
	check_ranges(t, VIRTIO_BLK_T_WRITE_ZEROES);
}

static void zeroes_flags(struct trial *t)
{
	check_flags(t, VIRTIO_BLK_T_WRITE_ZEROES, true);
}

static void zeroes_lengths(struct trial *t)
{
	check_lengths(t, VIRTIO_BLK_T_WRITE_ZEROES,
		      t->drv->disk.max_write_zeroes_seg);
}

static void zeroes_second_bad(struct trial *t)
{
	check_second_bad(t, VIRTIO_BLK_T_WRITE_ZEROES,
			 t->drv->disk.max_write_zeroes_seg);
}

static void zeroes_memory(struct trial *t)
{
	check_memory(t, VIRTIO_BLK_T_WRITE_ZEROES);
}

/*
 * Requests that keep any backend busy for long: all of the volume, over and
 * over. A reset need not see their end.
 */
static void submit_zeroes_without_end(struct trial *t)
{
	struct request *req;
	int i;

	for (i = 0; i < 5; i++) {
		req = trial_request(t, VIRTIO_BLK_T_WRITE_ZEROES, 0, 0);
		request_set_endless(req, &t->drv->disk);
		trial_submit(t, req);
	}
	sleep_ms(50);
}

static void zeroes_without_end(struct trial *t)
{
	u64 start_ns;

	submit_zeroes_without_end(t);
	start_ns = now_ns();
	must(vdpa_reset(&t->drv->dev), "reset");
	if (now_ns() - start_ns > RESET_NS)
		trial_fail(t, "the reset takes %llu ms",
			   (unsigned long long)(now_ns() - start_ns) / 1000000);
}

/* The end of @pid, before too long. */
static bool child_ends(pid_t pid)
{
	u64 end_ns = now_ns() + RESET_NS;

	while (!waitpid(pid, NULL, WNOHANG)) {
		if (now_ns() > end_ns)
			return false;
		sleep_ms(10);
	}
	return true;
}

/* To suspend is to see the end of all that was begun; whoever does can be killed. */
static void suspend_killed(struct trial *t)
{
	pid_t pid;

	submit_zeroes_without_end(t);
	pid = fork();
	if (!pid)
		_exit(!!vdpa_suspend(&t->drv->dev));
	must(pid < 0 ? -errno : 0, "fork");
	sleep_ms(200);
	if (waitpid(pid, NULL, WNOHANG)) {
		trial_fail(t, "suspend does not wait for what is in flight");
		return;
	}
	kill(pid, SIGKILL);
	if (!child_ends(pid))
		trial_fail(t, "suspend cannot be killed");
}

const struct hostile_case segment_cases[] = {
	{ "discard-ranges", discard_ranges, "IOERR", CASE_DISCARD },
	{ "discard-flags", discard_flags, "UNSUPP", CASE_DISCARD },
	{ "discard-lengths", discard_lengths, "IOERR", CASE_DISCARD },
	{ "discard-second-bad", discard_second_bad, "IOERR", CASE_DISCARD },
	{ "discard-memory", discard_memory, "IOERR", CASE_DISCARD },
	{ "zeroes-ranges", zeroes_ranges, "IOERR", CASE_ZEROES },
	{ "zeroes-flags", zeroes_flags, "UNSUPP", CASE_ZEROES },
	{ "zeroes-lengths", zeroes_lengths, "IOERR", CASE_ZEROES },
	{ "zeroes-second-bad", zeroes_second_bad, "IOERR", CASE_ZEROES },
	{ "zeroes-memory", zeroes_memory, "IOERR", CASE_ZEROES },
	{ "zeroes-without-end", zeroes_without_end, "a quick reset", CASE_ZEROES },
	{ "suspend-killed", suspend_killed, "the one who suspends ends", CASE_ZEROES },
	{ }
};
