/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory in one piece: handed out from its start, never taken back; perhaps
 * mapped for a device, at an address of the device's.
 *
 * An area can be told where to be, so that its image, loaded by another
 * process, is right with every pointer in it.
 */
#ifndef AREA_H
#define AREA_H

#include "types.h"

struct vdpa;

struct area {
	u8 *addr;
	u64 iova;		/* where devices find it */
	size_t bytes;
	size_t used_bytes;
};

void area_create(struct area *area, u64 at, u64 iova, size_t bytes);
void area_destroy(struct area *area);
void *area_alloc(struct area *area, size_t bytes, size_t align);
u64 area_iova(const struct area *area, const void *addr);
int area_map(const struct area *area, struct vdpa *dev, u8 perm);
int area_unmap(const struct area *area, struct vdpa *dev);
void area_fill(const struct area *area, u64 seed);
bool area_is_filled(const struct area *area, u64 seed);

#endif
