// SPDX-License-Identifier: GPL-2.0
/* Memory in one piece, and how a device gets to see it. */
#include <string.h>
#include <sys/mman.h>

#include "area.h"
#include "vdpa.h"

#define HUGE_BYTES	(2UL << 20)

/* @at is where it has to be, or 0 for anywhere. Zeroed. */
void area_create(struct area *area, u64 at, u64 iova, size_t bytes)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;

	bytes = round_up_to(bytes, at ? HUGE_BYTES : PAGE_BYTES);
	*area = (struct area) { .iova = iova, .bytes = bytes };
	area->addr = mmap((void *)at, bytes, PROT_READ | PROT_WRITE,
			  flags | (at ? MAP_FIXED_NOREPLACE : 0), -1, 0);
	if (area->addr == MAP_FAILED)
		die("no %zu bytes of memory", bytes);
	/* vhost counts contiguous pieces, and allows few of them. */
	madvise(area->addr, bytes, MADV_HUGEPAGE);
}

void area_destroy(struct area *area)
{
	if (area->addr)
		munmap(area->addr, area->bytes);
	area->addr = NULL;
}

void *area_alloc(struct area *area, size_t bytes, size_t align)
{
	size_t at = round_up_to(area->used_bytes, align);

	if (at + bytes > area->bytes)
		die("an area of %zu bytes is too small", area->bytes);
	area->used_bytes = at + bytes;
	return area->addr + at;
}

u64 area_iova(const struct area *area, const void *addr)
{
	return area->iova + ((const u8 *)addr - area->addr);
}

int area_map(const struct area *area, struct vdpa *dev, u8 perm)
{
	return vdpa_map(dev, area->iova, area->bytes, area->addr, perm);
}

int area_unmap(const struct area *area, struct vdpa *dev)
{
	return vdpa_unmap(dev, area->iova, area->bytes);
}

/* A pattern that tells whether anyone has written into the area since. */
void area_fill(const struct area *area, u64 seed)
{
	u64 *word = (u64 *)area->addr;
	size_t i;

	for (i = 0; i < area->bytes / sizeof(*word); i++)
		word[i] = random_next(&seed);
}

bool area_is_filled(const struct area *area, u64 seed)
{
	const u64 *word = (const u64 *)area->addr;
	size_t i;

	for (i = 0; i < area->bytes / sizeof(*word); i++)
		if (word[i] != random_next(&seed))
			return false;
	return true;
}
