// SPDX-License-Identifier: GPL-2.0
/*
 * script FD WORD...: what a VMM would do to a vhost-vdpa character device that
 * the shell has opened as FD. Words, in one process:
 *
 *   owner		become the owner
 *   offered		print the features of the device, and of its backend
 *   config		print the configuration space
 *   features		accept all the device has
 *   status N		write the device status
 *   start		owner, features, a mapping, queue 0 set up, DRIVER_OK
 *   request T S	after start: a request of type T at sector S with 4096 bytes
 *			of 0x5a; prints its status
 *   segment T S N F	the same with one segment: N sectors at S, flags F
 *   endless		after start: zeroes all over, again and again; does not wait
 *   break		make the ring of queue 0 nonsense, and kick
 *   suspend, resume
 *   unmap		after start: take all mappings away
 *   pause		wait for the end of standard input
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

struct script {
	struct vdpa dev;
	const struct driver_config *config;
	struct driver *drv;
};

static void script_finish_request(struct queue *queue, struct request *req)
{
	int ret = queue_do(queue, req);

	/* Without an answer the status is still what request_set() wrote. */
	printf("%u\n", ret < 0 ? REQUEST_NO_STATUS : ret);
	queue_put(queue, req);
}

static struct queue *script_queue(struct script *script)
{
	if (!script->drv)
		die("start comes first");
	return script->drv->queues;
}

static void script_request(struct script *script, char **args)
{
	struct queue *queue = script_queue(script);
	struct request *req = queue_get(queue);

	memset(req->data, 0x5a, req->room_bytes);
	request_set(req, strtoul(args[0], NULL, 0), strtoull(args[1], NULL, 0),
		    req->room_bytes);
	script_finish_request(queue, req);
}

static void script_segment(struct script *script, char **args)
{
	struct queue *queue = script_queue(script);
	struct request *req = queue_get(queue);

	request_set(req, strtoul(args[0], NULL, 0), 0,
		    sizeof(struct virtio_blk_discard_write_zeroes));
	request_set_segment(req, 0, strtoull(args[1], NULL, 0),
			    strtoul(args[2], NULL, 0), strtoul(args[3], NULL, 0));
	script_finish_request(queue, req);
}

static void script_endless(struct script *script, char **args)
{
	struct queue *queue = script_queue(script);
	struct request *req = queue_get(queue);

	request_set_endless(req, &script->drv->disk);
	must(queue_add(queue, req), "request");
	queue_publish(queue);
}

static void script_owner(struct script *script, char **args)
{
	must(vdpa_own(&script->dev), "owner");
}

/* Bits of the device, then those that vhost_vdpa makes of it. */
static void script_offered(struct script *script, char **args)
{
	u64 features;

	must(vdpa_get_features(&script->dev, &features), "features");
	printf("%#llx %#llx\n", (unsigned long long)features,
	       (unsigned long long)script->dev.backend);
}

/* Fields that say something of the disk, by name. */
static void script_config(struct script *script, char **args)
{
	struct virtio_blk_config c;

	must(vdpa_get_config(&script->dev, 0, &c, sizeof(c)), "configuration");
	printf("capacity=%llu size_max=%u seg_max=%u cylinders=%u blk_size=%u "
	       "physical_block_exp=%u alignment_offset=%u min_io_size=%u "
	       "opt_io_size=%u wce=%u num_queues=%u\n",
	       (unsigned long long)c.capacity, c.size_max, c.seg_max,
	       c.geometry.cylinders, c.blk_size, c.physical_block_exp,
	       c.alignment_offset, c.min_io_size, c.opt_io_size, c.wce,
	       c.num_queues);
	printf("discard=%u/%u/%u zeroes=%u/%u/%u erase=%u/%u/%u\n",
	       c.max_discard_sectors, c.max_discard_seg,
	       c.discard_sector_alignment, c.max_write_zeroes_sectors,
	       c.max_write_zeroes_seg, c.write_zeroes_may_unmap,
	       c.max_secure_erase_sectors, c.max_secure_erase_seg,
	       c.secure_erase_sector_alignment);
}

static void script_features(struct script *script, char **args)
{
	u64 features;

	must(vdpa_get_features(&script->dev, &features), "features");
	must(vdpa_set_features(&script->dev, features), "features");
}

static void script_status(struct script *script, char **args)
{
	must(vdpa_set_status(&script->dev, strtoul(args[0], NULL, 0)), "status");
}

static void script_start(struct script *script, char **args)
{
	script->drv = driver_create_on(&script->dev, script->config);
	driver_start(script->drv);
}

/* More entries than the ring has; in a packed ring, a chain without an end. */
static void script_break(struct script *script, char **args)
{
	struct queue *queue = script_queue(script);
	struct ring *ring = &queue->ring;
	u16 i;

	for (i = 0; ring->packed && i < ring->num; i++)
		ring->pdesc[i] = (struct vring_packed_desc) {
			.flags = VRING_DESC_F_NEXT |
				 (1 << VRING_PACKED_DESC_F_AVAIL),
		};
	if (!ring->packed)
		ring->avail->idx += ring->num + 1;
	queue_kick(queue);
}

static void script_suspend(struct script *script, char **args)
{
	must(vdpa_suspend(&script->dev), "suspend");
}

static void script_resume(struct script *script, char **args)
{
	must(vdpa_resume(&script->dev), "resume");
}

static void script_unmap(struct script *script, char **args)
{
	must(vdpa_unmap(&script->dev, 0, ~0ULL), "unmap");
}

static void script_pause(struct script *script, char **args)
{
	char c;

	while (read(STDIN_FILENO, &c, 1) > 0)
		;
}

static const struct word {
	const char *name;
	int num_args;
	void (*run)(struct script *script, char **args);
} words[] = {
	{ "owner",	0, script_owner },
	{ "offered",	0, script_offered },
	{ "config",	0, script_config },
	{ "features",	0, script_features },
	{ "status",	1, script_status },
	{ "start",	0, script_start },
	{ "request",	2, script_request },
	{ "segment",	4, script_segment },
	{ "endless",	0, script_endless },
	{ "break",	0, script_break },
	{ "suspend",	0, script_suspend },
	{ "resume",	0, script_resume },
	{ "unmap",	0, script_unmap },
	{ "pause",	0, script_pause },
};

static const struct word *script_find(const char *name, int num_args)
{
	size_t i;

	for (i = 0; i < NUM(words); i++)
		if (!strcmp(words[i].name, name) && words[i].num_args <= num_args)
			return &words[i];
	return NULL;
}

int script_main(const struct options *opts)
{
	struct script script = { .config = &opts->config };
	const struct word *word;
	int i;

	must(vdpa_use_fd(&script.dev, atoi(opts->words[0])), "not a vhost-vdpa device");
	for (i = 1; i < opts->num_words; i += 1 + word->num_args) {
		word = script_find(opts->words[i], opts->num_words - i - 1);
		if (!word)
			return EXIT_USAGE;
		word->run(&script, opts->words + i + 1);
	}
	return EXIT_OK;
}
