// SPDX-License-Identifier: GPL-2.0
/* A driver at rest, in a file, and back in memory at its old address. */
#include <stdio.h>
#include <string.h>

#include "image.h"

struct image_head {
	struct driver *drv;
	struct area own;
	struct area shared;
};

void image_save(const struct driver *drv, const char *path)
{
	struct image_head head = {
		.drv = (struct driver *)drv,
		.own = drv->own,
		.shared = drv->shared,
	};
	FILE *file = fopen(path, "w");

	if (!file || fwrite(&head, sizeof(head), 1, file) != 1 ||
	    fwrite(head.own.addr, head.own.bytes, 1, file) != 1 ||
	    fwrite(head.shared.addr, head.shared.bytes, 1, file) != 1 ||
	    fclose(file))
		die("cannot write %s", path);
}

static void image_load_area(const struct area *saved, FILE *file)
{
	struct area area;

	area_create(&area, (uintptr_t)saved->addr, saved->iova, saved->bytes);
	if (fread(area.addr, area.bytes, 1, file) != 1)
		die("the image is too short");
}

/* The driver, as it was saved; without a device, and without eventfds. */
struct driver *image_load(const char *path)
{
	FILE *file = fopen(path, "r");
	struct image_head head;
	u32 i;

	if (!file || fread(&head, sizeof(head), 1, file) != 1)
		die("cannot read %s", path);
	image_load_area(&head.own, file);
	image_load_area(&head.shared, file);
	fclose(file);
	head.drv->dev.fd = -1;
	head.drv->config_fd = -1;
	head.drv->is_mapped = false;
	for (i = 0; i < head.drv->config.num_queues; i++) {
		head.drv->queues[i].kick_fd = -1;
		head.drv->queues[i].call_fd = -1;
	}
	return head.drv;
}
