// SPDX-License-Identifier: GPL-2.0
/*
 * Hostile cases: memory that comes, goes and is not what it seems; and fields
 * that change while the device looks at them.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "trial.h"

#define RACES		300		/* requests raced in one case */

/* --- mappings ------------------------------------------------------------- */

/* vhost says EFAULT, whatever was wrong. */
static void map_refused(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;
	u8 *addr = t->spare.addr;

	trial_expect_ret(t, "over another",
			 vdpa_map(dev, TRIAL_READ_IOVA, PAGE_BYTES, addr,
				  VHOST_ACCESS_RW), -EFAULT);
	trial_expect_ret(t, "of nothing",
			 vdpa_map(dev, TRIAL_SPARE_IOVA, 0, addr,
				  VHOST_ACCESS_RW), -EINVAL);
	trial_expect_ret(t, "beyond the end",
			 vdpa_map(dev, ~0ULL - PAGE_BYTES + 1, 2 * PAGE_BYTES,
				  addr, VHOST_ACCESS_RW), -EFAULT);
	trial_expect_ret(t, "for no access",
			 vdpa_map(dev, TRIAL_SPARE_IOVA, PAGE_BYTES, addr, 0),
			 -EFAULT);
	trial_expect_ret(t, "of no memory",
			 vdpa_map(dev, TRIAL_SPARE_IOVA, PAGE_BYTES, NULL,
				  VHOST_ACCESS_RW), -EFAULT);
	trial_expect_ret(t, "unmap of nothing",
			 vdpa_unmap(dev, TRIAL_NOWHERE, PAGE_BYTES), 0);
	trial_expect_alive(t);
}

/* The very last page there is. */
static void map_at_end_of_space(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];
	u16 num = request_lay_out(req, descs);
	struct vdpa *dev = &t->drv->dev;
	u64 last = ~0ULL - PAGE_BYTES + 1;

	if (vdpa_map(dev, last, PAGE_BYTES, t->spare.addr, VHOST_ACCESS_RW)) {
		trial_skip(t, "vhost does not map the last page");
		return;
	}
	descs[1].addr = last;
	trial_offer(t, req, descs, num);
	trial_expect(t, req, VIRTIO_BLK_S_OK);
	trial_expect_alive(t);
}

/* --- the ring's own memory ------------------------------------------------ */

static void ring_unmapped(struct trial *t)
{
	must(vdpa_unmap(&t->drv->dev, 0, ~0ULL), "unmap");
	queue_kick(t->queue);
	trial_expect_broken(t);
}

/* Starts the device anew, with the driver's memory mapped for @perm only. */
static void start_with_perm(struct trial *t, u8 perm)
{
	struct driver *drv = t->drv;

	must(vdpa_reset(&drv->dev), "reset");
	must(vdpa_unmap(&drv->dev, 0, ~0ULL), "unmap");
	driver_lay_out(drv);
	driver_negotiate(drv);
	driver_set_up(drv);
	must(vdpa_unmap(&drv->dev, 0, ~0ULL), "unmap");
	must(area_map(&drv->shared, &drv->dev, perm), "map");
	must(vdpa_add_status(&drv->dev, VIRTIO_CONFIG_S_DRIVER_OK), "status");
	queue_kick(t->queue);
}

static void ring_not_writable(struct trial *t)
{
	start_with_perm(t, VHOST_ACCESS_RO);
	trial_expect_broken(t);
}

static void ring_not_readable(struct trial *t)
{
	start_with_perm(t, VHOST_ACCESS_WO);
	trial_expect_broken(t);
}

/* Starts the device anew, with the parts of its first ring at @iova. */
static void start_with_ring_at(struct trial *t, const u64 *iova)
{
	struct driver *drv = t->drv;

	must(vdpa_reset(&drv->dev), "reset");
	must(vdpa_unmap(&drv->dev, 0, ~0ULL), "unmap");
	driver_lay_out(drv);
	driver_negotiate(drv);
	driver_set_up(drv);
	trial_expect_ret(t, "address",
			 vdpa_set_vq_addr(&drv->dev, 0, iova[RING_DESC],
					  iova[RING_DRIVER], iova[RING_DEVICE]), 0);
	must(vdpa_add_status(&drv->dev, VIRTIO_CONFIG_S_DRIVER_OK), "status");
	queue_kick(t->queue);
}

static void ring_nowhere(struct trial *t)
{
	const u64 iova[] = { TRIAL_NOWHERE, TRIAL_NOWHERE, TRIAL_NOWHERE };

	start_with_ring_at(t, iova);
	trial_expect_broken(t);
}

static void ring_at_end_of_space(struct trial *t)
{
	const u64 iova[] = { ~0ULL - 15, ~0ULL - 15, ~0ULL - 15 };

	start_with_ring_at(t, iova);
	trial_expect_broken(t);
}

static void ring_unaligned(struct trial *t)
{
	const u64 *iova = t->queue->ring.iova;
	struct vdpa *dev = &t->drv->dev;
	int part;

	must(vdpa_suspend(dev), "suspend");
	for (part = 0; part < RING_NUM_PARTS; part++) {
		u64 at[RING_NUM_PARTS] = { iova[0], iova[1], iova[2] };

		at[part] += 1;
		trial_expect_ret(t, "one byte off",
				 vdpa_set_vq_addr(dev, 0, at[0], at[1], at[2]),
				 -EINVAL);
	}
	trial_expect_ret(t, "eight bytes off",
			 vdpa_set_vq_addr(dev, 0, iova[0] + 8, iova[1], iova[2]),
			 -EINVAL);
	must(vdpa_resume(dev), "resume");
	trial_expect_alive(t);
}

/* Descriptors, driver's and device's part in one place. */
static void ring_parts_overlap(struct trial *t)
{
	u64 at = t->queue->ring.iova[RING_DESC];
	const u64 iova[] = { at, at, at };
	struct request *req;

	start_with_ring_at(t, iova);
	req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	trial_submit(t, req);
	sleep_ms(100);
}

/* Data is read over the ring that it belongs to. */
static void ring_is_data(struct trial *t)
{
	struct ring_desc descs[REQUEST_MAX_DESCS];
	struct request *req;
	u16 num;
	int part;

	for (part = 0; part < RING_NUM_PARTS; part++) {
		trial_begin(t);
		req = trial_request(t, VIRTIO_BLK_T_IN, part * 8, 4096);
		num = request_lay_out(req, descs);
		descs[1].addr = t->queue->ring.iova[part];
		trial_offer(t, req, descs, num);
		queue_kick(t->queue);
		sleep_ms(50);
		queue_kick(t->queue);
	}
}

/* The status byte is the used index, or what is in its place. */
static void ring_is_status(struct trial *t)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_OUT, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];
	u16 num = request_lay_out(req, descs);

	descs[2].addr = t->queue->ring.iova[RING_DEVICE] + 2;
	trial_offer(t, req, descs, num);
	sleep_ms(100);
}

/*
 * The driver's memory moves to other pages under a running device, which has
 * to find its ring there, and to leave the old pages alone.
 */
static void ring_remapped(struct trial *t)
{
	struct area *shared = &t->drv->shared;
	struct vdpa *dev = &t->drv->dev;
	struct area copy, old;

	trial_expect_alive(t);
	area_create(&copy, 0, shared->iova, shared->bytes);
	memcpy(copy.addr, shared->addr, shared->bytes);
	must(vdpa_unmap(dev, shared->iova, shared->bytes), "unmap");
	must(area_map(&copy, dev, VHOST_ACCESS_RW), "map");
	/* The new pages take the old ones' place for us, too. */
	old = *shared;
	old.addr = mremap(shared->addr, shared->bytes, shared->bytes,
			  MREMAP_MAYMOVE | MREMAP_FIXED,
			  t->spare.addr + (1ULL << 32));
	if (old.addr == MAP_FAILED ||
	    mremap(copy.addr, shared->bytes, shared->bytes,
		   MREMAP_MAYMOVE | MREMAP_FIXED, shared->addr) == MAP_FAILED)
		die("mremap: %s", strerror(errno));
	area_fill(&old, TRIAL_CANARY);
	trial_expect_alive(t);
	if (!area_is_filled(&old, TRIAL_CANARY))
		trial_fail(t, "pages that were unmapped are written");
	area_destroy(&old);
}

/* --- memory of what is in flight ------------------------------------------ */

static struct request *read_to(struct trial *t, u64 iova)
{
	struct request *req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
	struct ring_desc descs[REQUEST_MAX_DESCS];
	u16 num = request_lay_out(req, descs);

	descs[1].addr = iova;
	trial_offer(t, req, descs, num);
	return req;
}

/* What was looked up before is unmapped; in between, a lookup finds nothing. */
static void unmap_then_miss(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;

	must(area_map(&t->spare, dev, VHOST_ACCESS_RW), "map");
	trial_expect(t, read_to(t, TRIAL_SPARE_IOVA), VIRTIO_BLK_S_OK);
	must(area_unmap(&t->spare, dev), "unmap");
	area_fill(&t->spare, TRIAL_CANARY);
	trial_expect(t, read_to(t, TRIAL_NOWHERE), VIRTIO_BLK_S_IOERR);
	trial_expect(t, read_to(t, TRIAL_SPARE_IOVA), VIRTIO_BLK_S_IOERR);
	if (!area_is_filled(&t->spare, TRIAL_CANARY))
		trial_fail(t, "pages that were unmapped are written");
	trial_expect_alive(t);
}

/*
 * Reads are on their way to pages that are unmapped, given back, and put to
 * another use: that must never be seen there. A slow volume helps.
 */
static void unmap_in_flight(struct trial *t)
{
	struct vdpa *dev = &t->drv->dev;
	struct ring_desc descs[REQUEST_MAX_DESCS];
	struct request *req;
	int round, i, num = 4, bytes = TRIAL_AREA_BYTES / 4;

	for (round = 0; round < 8 && !trial_is_over(t); round++) {
		must(area_map(&t->spare, dev, VHOST_ACCESS_RW), "map");
		for (i = 0; i < num; i++) {
			req = trial_request(t, VIRTIO_BLK_T_IN, i * 128, bytes);
			request_lay_out(req, descs);
			descs[1].addr = TRIAL_SPARE_IOVA + i * bytes;
			trial_offer(t, req, descs, 3);
		}
		sleep_ms(round);
		must(area_unmap(&t->spare, dev), "unmap");
		madvise(t->spare.addr, t->spare.bytes, MADV_DONTNEED);
		area_fill(&t->spare, TRIAL_CANARY + round);
		for (i = 0; i < num; i++)
			if (!trial_expect_some_end(t, NULL))
				trial_fail(t, "the device wants a reset");
		if (!area_is_filled(&t->spare, TRIAL_CANARY + round))
			trial_fail(t, "data came after its memory was unmapped");
	}
	trial_expect_alive(t);
}

/* The same with all memory, rings and status bytes too. */
static void unmap_all_in_flight(struct trial *t)
{
	struct area *shared = &t->drv->shared;
	struct area canary = *shared;
	int i;

	for (i = 0; i < 5; i++)
		trial_submit(t, trial_request(t, VIRTIO_BLK_T_IN, i * 128, 65536));
	sleep_ms(2);
	must(vdpa_unmap(&t->drv->dev, 0, ~0ULL), "unmap");
	madvise(shared->addr, shared->bytes, MADV_DONTNEED);
	area_fill(&canary, TRIAL_CANARY);
	sleep_ms(300);
	if (!area_is_filled(&canary, TRIAL_CANARY))
		trial_fail(t, "memory was written after it was unmapped");
	driver_lay_out(t->drv);
	queue_kick(t->queue);
	trial_expect_broken(t);
}

/* --- fields that change under the device's eyes --------------------------- */

struct race {
	pthread_t thread;
	bool stop;
	void (*flip)(struct trial *t, bool odd);
	struct trial *t;
};

static void *race_run(void *arg)
{
	struct race *race = arg;
	bool odd = false;

	while (!__atomic_load_n(&race->stop, __ATOMIC_RELAXED))
		race->flip(race->t, odd = !odd);
	return NULL;
}

static void race_start(struct race *race)
{
	race->stop = false;
	if (pthread_create(&race->thread, NULL, race_run, race))
		die("no thread");
}

static void race_stop(struct race *race)
{
	__atomic_store_n(&race->stop, true, __ATOMIC_RELAXED);
	pthread_join(race->thread, NULL);
}

/* Requests one after the other, while @flip changes something of theirs. */
static void run_race(struct trial *t, void (*flip)(struct trial *t, bool odd))
{
	struct race race = { .flip = flip, .t = t };
	struct request *req;
	int i;

	race_start(&race);
	for (i = 0; i < RACES && !trial_is_over(t); i++) {
		req = trial_request(t, VIRTIO_BLK_T_IN, 0, 4096);
		trial_submit(t, req);
		if (trial_expect_some_end(t, req))
			continue;
		race_stop(&race);
		trial_begin(t);
		race_start(&race);
	}
	race_stop(&race);
}

static void flip_sector(struct trial *t, bool odd)
{
	struct request *req = &t->queue->reqs[t->queue->depth - 1];

	__atomic_store_n(&req->hdr->sector, odd ? 0 : 1ULL << 55, __ATOMIC_RELAXED);
}

static void flip_type(struct trial *t, bool odd)
{
	struct request *req = &t->queue->reqs[t->queue->depth - 1];

	__atomic_store_n(&req->hdr->type, odd ? VIRTIO_BLK_T_IN : 99,
			 __ATOMIC_RELAXED);
}

/* Every descriptor that is there: lengths and addresses, good and bad. */
static void flip_descs(struct trial *t, bool odd)
{
	struct ring *ring = &t->queue->ring;
	u16 i;

	for (i = 0; i < ring->num; i++) {
		if (ring->desc[i].len < 4096)
			continue;
		__atomic_store_n(&ring->desc[i].len, odd ? 4096 : 0xfffff000,
				 __ATOMIC_RELAXED);
		__atomic_store_n(&ring->desc[i].addr, odd ?
				 t->drv->shared.iova : TRIAL_READ_IOVA,
				 __ATOMIC_RELAXED);
	}
}

static void flip_next(struct trial *t, bool odd)
{
	struct ring *ring = &t->queue->ring;
	u16 i;

	for (i = 0; i < ring->num && !ring->packed; i++)
		__atomic_store_n(&ring->desc[i].next, odd ? i + 1 : 0xffff,
				 __ATOMIC_RELAXED);
	for (i = 0; i < ring->num && ring->packed; i++)
		__atomic_store_n(&ring->pdesc[i].id, odd ? i : 0xffff,
				 __ATOMIC_RELAXED);
}

static void race_sector(struct trial *t) { run_race(t, flip_sector); }
static void race_type(struct trial *t) { run_race(t, flip_type); }
static void race_descs(struct trial *t) { run_race(t, flip_descs); }
static void race_next(struct trial *t) { run_race(t, flip_next); }

const struct hostile_case memory_cases[] = {
	{ "map-refused", map_refused, "errno" },
	{ "map-at-end-of-space", map_at_end_of_space, "OK" },
	{ "ring-unmapped", ring_unmapped, "needs reset" },
	{ "ring-not-writable", ring_not_writable, "needs reset" },
	{ "ring-not-readable", ring_not_readable, "needs reset" },
	{ "ring-nowhere", ring_nowhere, "needs reset" },
	{ "ring-at-end-of-space", ring_at_end_of_space, "needs reset" },
	{ "ring-unaligned", ring_unaligned, "EINVAL" },
	{ "ring-parts-overlap", ring_parts_overlap, "a reset helps" },
	{ "ring-is-data", ring_is_data, "a reset helps" },
	{ "ring-is-status", ring_is_status, "a reset helps" },
	{ "ring-remapped", ring_remapped, "lives on, old pages untouched" },
	{ "unmap-then-miss", unmap_then_miss, "IOERR, old pages untouched" },
	{ "unmap-in-flight", unmap_in_flight, "lives on, reused pages untouched" },
	{ "unmap-all-in-flight", unmap_all_in_flight,
	  "needs reset, reused pages untouched" },
	{ "race-sector", race_sector, "OK or IOERR" },
	{ "race-type", race_type, "OK or UNSUPP" },
	{ "race-descs", race_descs, "an end, or a reset helps" },
	{ "race-next", race_next, "an end, or a reset helps" },
	{ }
};
