// SPDX-License-Identifier: GPL-2.0
/*
 * verify DEVICE: random reads and writes, flushes and zeroes, all of whose data
 * is checked. Each queue has a part of the volume for itself. A block has one
 * write in flight at most; reads race with it.
 *
 * All that is known about the volume is in the driver's own memory, so it moves
 * with an image of that; or --save and --restore move it through a file.
 */
#include <stdio.h>
#include <string.h>

#include "verify.h"

#define MAX_BLOCKS	64		/* of a request */
#define SIZE_BYTES	(60ULL << 20)	/* if the user does not care */
#define FLUSH_ONE_IN	32

/* What a request is about, from fill to done. */
struct verify_req {
	u64 first;
	u32 num;
	u32 low[MAX_BLOCKS];		/* generations done when it began */
};

struct verify {
	u32 write_percent;
	u32 max_blocks;
	u64 first_sector;		/* of the volume, where block 0 is */
	struct blocks *blocks;
	struct verify_req *reqs;	/* depth for each queue */
};

static struct verify_req *verify_req(struct work *work, struct queue *queue,
				     struct request *req)
{
	struct verify *verify = work->drv->user;

	return &verify->reqs[queue->index * queue->depth + (req - queue->reqs)];
}

static bool verify_is_written(const struct block *block)
{
	return block->sent != block->done;
}

/* Picks blocks of the queue's part of the volume. */
static void verify_pick(struct work *work, struct queue *queue,
			struct verify_req *vreq)
{
	struct verify *verify = work->drv->user;
	u64 each = verify->blocks->num / work->drv->config.num_queues;
	u64 at = random_next(&queue->seed) % each;

	vreq->first = each * queue->index + at;
	vreq->num = 1 + random_below(&queue->seed,
				     min_u64(verify->max_blocks, each - at));
}

/*
 * Cuts the request where a block is being written, or where zeroes end or
 * begin. Returns the type, or VIRTIO_BLK_T_IN if nothing can be written here.
 */
static u32 verify_choose_write(struct verify *verify, struct verify_req *vreq)
{
	struct block *block = &verify->blocks->block[vreq->first];
	bool zero = blocks_is_zero(verify->blocks, block[0].sent + 1);
	u32 i;

	for (i = 0; i < vreq->num; i++) {
		if (verify_is_written(&block[i]) ||
		    blocks_is_zero(verify->blocks, block[i].sent + 1) != zero)
			break;
	}
	if (!i)
		return VIRTIO_BLK_T_IN;
	vreq->num = i;
	while (i--)
		block[i].sent++;
	return zero ? VIRTIO_BLK_T_WRITE_ZEROES : VIRTIO_BLK_T_OUT;
}

static u32 verify_choose(struct work *work, struct queue *queue,
			 struct verify_req *vreq)
{
	struct verify *verify = work->drv->user;

	if (driver_has(work->drv, VIRTIO_BLK_F_FLUSH) &&
	    random_chance(&queue->seed, FLUSH_ONE_IN))
		return VIRTIO_BLK_T_FLUSH;
	verify_pick(work, queue, vreq);
	if (random_below(&queue->seed, 100) >= verify->write_percent)
		return VIRTIO_BLK_T_IN;
	return verify_choose_write(verify, vreq);
}

static void verify_fill(struct work *work, struct queue *queue, struct request *req)
{
	struct verify_req *vreq = verify_req(work, queue, req);
	struct verify *verify = work->drv->user;
	struct blocks *blocks = verify->blocks;
	u32 i, type = verify_choose(work, queue, vreq);
	u32 bytes = vreq->num * blocks->block_bytes;
	u64 sector = verify->first_sector +
		     vreq->first * (blocks->block_bytes / SECTOR_BYTES);

	switch (type) {
	case VIRTIO_BLK_T_FLUSH:
		request_set(req, type, 0, 0);
		break;
	case VIRTIO_BLK_T_WRITE_ZEROES:
		request_set(req, type, 0,
			    sizeof(struct virtio_blk_discard_write_zeroes));
		request_set_segment(req, 0, sector, bytes / SECTOR_BYTES,
				    vreq->first % 2);
		break;
	case VIRTIO_BLK_T_OUT:
		blocks_write(blocks, vreq->first, vreq->num, req->data);
		request_set(req, type, sector, bytes);
		break;
	default:
		memset(req->data, 0xa5, bytes);
		request_set(req, type, sector, bytes);
		for (i = 0; i < vreq->num; i++)
			vreq->low[i] = blocks->block[vreq->first + i].done;
	}
	req->tag = type;
}

static const char *verify_check_read(struct blocks *blocks,
				     const struct verify_req *vreq, const u8 *data)
{
	const char *why = NULL;
	u32 i;

	for (i = 0; i < vreq->num && !why; i++)
		why = blocks_check(blocks, vreq->first + i, vreq->low[i],
				   data + i * blocks->block_bytes);
	if (why)
		fprintf(stderr, "block %llu, of generation %u to %u: %s\n",
			(unsigned long long)vreq->first + i - 1,
			vreq->low[i - 1],
			blocks->block[vreq->first + i - 1].sent, why);
	return why;
}

static const char *verify_done(struct work *work, struct queue *queue,
			       struct request *req)
{
	struct verify_req *vreq = verify_req(work, queue, req);
	struct verify *verify = work->drv->user;
	struct block *block = &verify->blocks->block[vreq->first];
	u32 i;

	if (*request_status(req) != VIRTIO_BLK_S_OK)
		return "a request fails";
	if (req->tag == VIRTIO_BLK_T_FLUSH)
		return NULL;
	if (req->tag == VIRTIO_BLK_T_IN)
		return verify_check_read(verify->blocks, vreq, req->data);
	for (i = 0; i < vreq->num; i++)
		block[i].done = block[i].sent;
	return NULL;
}

/* A driver that has not started yet, with room for all that verify knows. */
struct driver *verify_create(const char *path, const struct options *opts)
{
	u64 size_bytes = opts->size_bytes ? opts->size_bytes : SIZE_BYTES;
	u64 num = size_bytes / opts->block_bytes;
	struct driver_config config = opts->config;
	struct verify *verify;
	struct driver *drv;
	u64 num_reqs;

	config.own_bytes = sizeof(*verify) + blocks_bytes(num) + 4096 +
			   DRIVER_MAX_QUEUES * config.depth *
			   sizeof(struct verify_req);
	if (!config.seed)
		config.seed = now_ns();
	drv = driver_create(path, &config);
	num_reqs = drv->config.num_queues * drv->config.depth;

	verify = area_alloc(&drv->own, sizeof(*verify), 64);
	verify->write_percent = opts->write_percent;
	verify->first_sector = opts->offset_bytes / SECTOR_BYTES;
	if (verify->first_sector > drv->num_sectors)
		die("the volume ends before --offset");
	verify->max_blocks = min_u64(config.room_bytes / opts->block_bytes,
				     MAX_BLOCKS);
	verify->reqs = area_alloc(&drv->own, num_reqs * sizeof(*verify->reqs), 64);
	verify->blocks = area_alloc(&drv->own, blocks_bytes(num), 64);
	verify->blocks->seed = config.seed;
	verify->blocks->block_bytes = opts->block_bytes;
	verify->blocks->num = min_u64(num,
				      (drv->num_sectors - verify->first_sector) *
				      SECTOR_BYTES / opts->block_bytes);
	verify->blocks->zeroes = driver_has(drv, VIRTIO_BLK_F_WRITE_ZEROES);
	if (verify->blocks->num < drv->config.num_queues || !verify->max_blocks)
		die("the volume or the requests are too small for such blocks");
	drv->user = verify;
	return drv;
}

struct blocks *verify_blocks(struct driver *drv)
{
	struct verify *verify = drv->user;

	return verify->blocks;
}

void verify_init_work(struct work *work, struct driver *drv)
{
	memset(work, 0, sizeof(*work));
	work->drv = drv;
	work->fill = verify_fill;
	work->done = verify_done;
}

int verify_main(const struct options *opts)
{
	struct driver *drv = verify_create(opts->words[0], opts);
	static struct work work;
	u64 start_ns;

	if (opts->restore)
		blocks_restore(verify_blocks(drv), opts->restore);
	driver_start(drv);
	verify_init_work(&work, drv);
	start_ns = now_ns();
	work_start(&work);
	sleep_ms(opts->seconds * 1000);
	work_stop(&work, true);
	if (work_failure(&work))
		die("%s", work_failure(&work));
	work_report(&work, "verify", now_ns() - start_ns);
	if (opts->save)
		blocks_save(verify_blocks(drv), opts->save);
	driver_destroy(drv);
	return EXIT_OK;
}
