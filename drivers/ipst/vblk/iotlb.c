// SPDX-License-Identifier: GPL-2.0
/*
 * Address table: what the driver calls an address, as pages of ours.
 *
 * It is empty until someone maps. vhost_vdpa unpins pages before it tells us
 * of an unmap, while our requests may still be using them, so each mapping
 * takes references of its own, one for each folio. A request pays nothing for
 * each page: it holds @srcu from translation to completion, and the pages of
 * a removed mapping are put after all who could have found it are done. An
 * unmap itself never waits.
 */
#include <linux/dma-direct.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vhost_types.h>
#include <linux/vmalloc.h>

#include "iotlb.h"

struct vblk_map {
	u64 start;
	u64 last;
	u64 pa;
	u32 perm;		/* VHOST_ACCESS_* */
	union {
		struct rcu_head rcu;
		struct llist_node node;
	};
	struct vblk_iotlb *tlb;
};

/* The folio of page @pfn of @map, or NULL behind its end; steps over it. */
static struct folio *vblk_map_next_folio(const struct vblk_map *map,
					 unsigned long *pfn)
{
	struct folio *folio;

	if (*pfn > PHYS_PFN(map->pa + (map->last - map->start)))
		return NULL;
	folio = page_folio(pfn_to_page(*pfn));
	*pfn = folio_pfn(folio) + folio_nr_pages(folio);
	return folio;
}

static void vblk_map_get_pages(const struct vblk_map *map)
{
	unsigned long pfn = PHYS_PFN(map->pa);
	struct folio *folio;

	while ((folio = vblk_map_next_folio(map, &pfn)))
		folio_get(folio);
}

static void vblk_map_put_pages(const struct vblk_map *map, bool dirty)
{
	unsigned long pfn = PHYS_PFN(map->pa);
	struct folio *folio;

	while ((folio = vblk_map_next_folio(map, &pfn))) {
		if (dirty)
			set_page_dirty_lock(folio_page(folio, 0));
		folio_put(folio);
	}
}

static void vblk_iotlb_reap(struct work_struct *work)
{
	struct vblk_iotlb *tlb = container_of(work, struct vblk_iotlb, reap_work);
	struct vblk_map *map, *next;

	llist_for_each_entry_safe(map, next, llist_del_all(&tlb->dead), node) {
		/* vhost_vdpa did so too, perhaps before our last write. */
		vblk_map_put_pages(map, map->perm & VHOST_ACCESS_WO);
		kfree(map);
		cond_resched();
	}
}

/* The grace period is over. Putting pages may sleep: not here. */
static void vblk_map_expired(struct rcu_head *rcu)
{
	struct vblk_map *map = container_of(rcu, struct vblk_map, rcu);
	struct vblk_iotlb *tlb = map->tlb;

	if (llist_add(&map->node, &tlb->dead))
		queue_work(vblk_control_wq, &tlb->reap_work);
}

/**
 * vblk_iotlb_init() - an empty table
 * @tlb: zeroed
 *
 * Return: 0 or -ENOMEM.
 */
int vblk_iotlb_init(struct vblk_iotlb *tlb)
{
	mt_init_flags(&tlb->maps, MT_FLAGS_USE_RCU);
	mutex_init(&tlb->lock);
	init_llist_head(&tlb->dead);
	INIT_WORK(&tlb->reap_work, vblk_iotlb_reap);
	return init_srcu_struct(&tlb->srcu);
}

/**
 * vblk_iotlb_exit() - unmap all and put every page
 * @tlb: table that nobody looks into any more
 *
 * Context: process. All requests have completed, so that no reader is left;
 * the barrier sees the last mapping expire, the flush sees its pages go.
 */
void vblk_iotlb_exit(struct vblk_iotlb *tlb)
{
	vblk_iotlb_unmap(tlb, 0, 0);
	srcu_barrier(&tlb->srcu);
	flush_work(&tlb->reap_work);
	cleanup_srcu_struct(&tlb->srcu);
	mtree_destroy(&tlb->maps);
	mutex_destroy(&tlb->lock);
}

/* Whoever sees the new number sees the new tree: vblk_queue_find_ring(). */
static void vblk_iotlb_changed(struct vblk_iotlb *tlb)
{
	lockdep_assert_held(&tlb->lock);
	atomic64_fetch_inc_release(&tlb->seq);
}

/**
 * vblk_iotlb_map() - add a mapping
 * @tlb: table
 * @iova: driver's address, page aligned
 * @size_bytes: not 0, whole pages
 * @pa: physical address of memory with struct pages that the caller has pinned
 * @perm: VHOST_ACCESS_*
 *
 * Context: process.
 * Return: 0, -EINVAL, -EEXIST if it overlaps another one, -ENOMEM.
 */
int vblk_iotlb_map(struct vblk_iotlb *tlb, u64 iova, u64 size_bytes, u64 pa,
		   u32 perm)
{
	struct vblk_map *map;
	int ret;

	if (!size_bytes || !PAGE_ALIGNED(iova | size_bytes | pa) ||
	    size_bytes - 1 > U64_MAX - iova || !(perm & VHOST_ACCESS_RW))
		return -EINVAL;

	map = kmalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	*map = (struct vblk_map) {
		.start = iova,
		.last = iova + (size_bytes - 1),
		.pa = pa,
		.perm = perm,
		.tlb = tlb,
	};
	vblk_map_get_pages(map);

	mutex_lock(&tlb->lock);
	ret = mtree_insert_range(&tlb->maps, map->start, map->last, map,
				 GFP_KERNEL);
	vblk_iotlb_changed(tlb);
	mutex_unlock(&tlb->lock);
	if (ret) {
		vblk_map_put_pages(map, false);
		kfree(map);
	}
	return ret;
}

/**
 * vblk_iotlb_unmap() - remove mappings
 * @tlb: table
 * @iova: first address
 * @size_bytes: 0 = all to the end of the address space
 *
 * Whatever overlaps the range goes as a whole: vhost_vdpa never splits what it
 * mapped. Requests that use the memory finish undisturbed.
 *
 * Context: process; does not wait for requests.
 */
void vblk_iotlb_unmap(struct vblk_iotlb *tlb, u64 iova, u64 size_bytes)
{
	unsigned long last = iova + (size_bytes - 1);
	struct vblk_map *map;

	if (!size_bytes || last < iova)
		last = ULONG_MAX;

	mutex_lock(&tlb->lock);
	for (;;) {
		unsigned long at = iova;

		map = mt_find(&tlb->maps, &at, last);
		if (!map)
			break;
		mtree_erase(&tlb->maps, map->start);
		/*
		 * Out of memory it does nothing, for a while, and returns what
		 * is still there.
		 */
		if (mtree_load(&tlb->maps, map->start) == map) {
			cond_resched();
			continue;
		}
		/*
		 * In this order: who enters a read-side section too late to be
		 * waited for must find its struct vblk_hit out of date.
		 */
		vblk_iotlb_changed(tlb);
		call_srcu(&tlb->srcu, &map->rcu, vblk_map_expired);
	}
	mutex_unlock(&tlb->lock);
}

/**
 * vblk_iotlb_trust() - say whose addresses they are
 * @tlb: table
 * @dma_dev: see &struct vblk_iotlb
 *
 * Context: process, before queues run.
 */
void vblk_iotlb_trust(struct vblk_iotlb *tlb, struct device *dma_dev)
{
	mutex_lock(&tlb->lock);
	if (tlb->dma_dev != dma_dev) {
		WRITE_ONCE(tlb->dma_dev, dma_dev);
		vblk_iotlb_changed(tlb);
	}
	mutex_unlock(&tlb->lock);
}

/**
 * vblk_iotlb_is_empty() - has nobody mapped anything?
 * @tlb: table
 *
 * Context: any.
 * Return: true if there is no mapping.
 */
bool vblk_iotlb_is_empty(struct vblk_iotlb *tlb)
{
	return mtree_empty(&tlb->maps);
}

/*
 * The kernel's own driver may use any memory, but only memory; and that comes and
 * goes in pieces of this size.
 */
static bool vblk_iotlb_find_local(struct device *dma_dev, struct vblk_hit *hit,
				  u64 iova)
{
	phys_addr_t pa = dma_to_phys(dma_dev, iova);
	u64 offset = pa & (SUBSECTION_SIZE - 1);

	if (!pfn_valid(PHYS_PFN(pa)))
		return false;
	hit->start = iova - offset;
	hit->size_bytes = SUBSECTION_SIZE;
	hit->to = phys_to_virt(pa - offset);
	hit->perm = VHOST_ACCESS_RW;
	return true;
}

/**
 * vblk_iotlb_find() - what an address means, for vblk_iotlb_lookup()
 * @tlb: table
 * @hit: filled in if the address is known
 * @iova: driver's address
 *
 * Context: see vblk_iotlb_lookup().
 * Return: true if it is known.
 */
bool vblk_iotlb_find(struct vblk_iotlb *tlb, struct vblk_hit *hit, u64 iova)
{
	struct device *dma_dev = READ_ONCE(tlb->dma_dev);
	struct vblk_map *map;

	/* What was found before may be gone, and must not pass for new. */
	hit->size_bytes = 0;
	/* Before the look, so that what changes meanwhile is seen next time. */
	hit->seq = atomic64_read_acquire(&tlb->seq);
	if (dma_dev)
		return vblk_iotlb_find_local(dma_dev, hit, iova);

	map = mtree_load(&tlb->maps, iova);
	if (!map)
		return false;
	hit->start = map->start;
	hit->size_bytes = map->last - map->start + 1;
	hit->to = phys_to_virt(map->pa);
	hit->perm = map->perm;
	return true;
}

/**
 * vblk_iotlb_read() - copy from the driver's memory
 * @tlb: table
 * @hit: see vblk_iotlb_lookup()
 * @iova: source
 * @buf: destination
 * @len_bytes: how much
 *
 * Context: see vblk_iotlb_lookup().
 * Return: 0, or -EFAULT if not all of it is mapped.
 */
int vblk_iotlb_read(struct vblk_iotlb *tlb, struct vblk_hit *hit, u64 iova,
		    void *buf, size_t len_bytes)
{
	void *from;
	u64 chunk;

	while (len_bytes) {
		chunk = len_bytes;
		from = vblk_iotlb_lookup(tlb, hit, iova, VHOST_ACCESS_RO,
					 &chunk);
		if (!from)
			return -EFAULT;
		memcpy(buf, from, chunk);
		buf += chunk;
		iova += chunk;
		len_bytes -= chunk;
	}
	return 0;
}

/**
 * vblk_iotlb_write() - copy to the driver's memory
 * @tlb: table
 * @hit: see vblk_iotlb_lookup()
 * @iova: destination
 * @buf: source
 * @len_bytes: how much
 *
 * Context: see vblk_iotlb_lookup().
 * Return: 0, or -EFAULT if not all of it is mapped for writing.
 */
int vblk_iotlb_write(struct vblk_iotlb *tlb, struct vblk_hit *hit, u64 iova,
		     const void *buf, size_t len_bytes)
{
	void *to;
	u64 chunk;

	while (len_bytes) {
		chunk = len_bytes;
		to = vblk_iotlb_lookup(tlb, hit, iova, VHOST_ACCESS_WO,
				       &chunk);
		if (!to)
			return -EFAULT;
		memcpy(to, buf, chunk);
		buf += chunk;
		iova += chunk;
		len_bytes -= chunk;
	}
	return 0;
}

/* Finds and references the pages of a window: 0, or -EFAULT. */
static int vblk_window_get_pages(struct vblk_window *win,
				 struct vblk_iotlb *tlb, u64 iova,
				 unsigned int num_pages, u32 perm)
{
	struct vblk_hit hit = {};
	u64 len_bytes;
	void *addr;

	for (; win->num_pages < num_pages; win->num_pages++) {
		len_bytes = PAGE_SIZE;
		addr = vblk_iotlb_lookup(tlb, &hit, iova, perm, &len_bytes);
		if (!addr)
			return -EFAULT;
		win->pages[win->num_pages] = virt_to_page(addr);
		get_page(win->pages[win->num_pages]);
		iova += PAGE_SIZE;
	}
	return 0;
}

static bool vblk_window_is_contiguous(const struct vblk_window *win)
{
	unsigned int i;

	for (i = 1; i < win->num_pages; i++)
		if (page_to_pfn(win->pages[i]) !=
		    page_to_pfn(win->pages[i - 1]) + 1)
			return false;
	return true;
}

/* In the direct map what is contiguous is so from end to end. */
static int vblk_window_open_local(struct vblk_window *win,
				  struct vblk_iotlb *tlb, u64 iova,
				  size_t len_bytes)
{
	struct vblk_hit first = {}, last = {};

	if (!vblk_iotlb_find(tlb, &first, iova) ||
	    !vblk_iotlb_find(tlb, &last, iova + (len_bytes - 1)))
		return -EFAULT;
	win->addr = first.to + (iova - first.start);
	return 0;
}

/**
 * vblk_window_open() - make a range of the driver's memory contiguous
 * @win: zeroed
 * @tlb: table
 * @iova: start of the range
 * @len_bytes: its length
 * @perm: access wanted
 *
 * The window holds its pages by itself: it stays safe to use when the mapping
 * goes, though it then may no longer be what the driver sees.
 *
 * Context: process, in a read-side section of &vblk_iotlb.srcu.
 * Return: 0, -EFAULT if not all of it is mapped, -ENOMEM.
 */
int vblk_window_open(struct vblk_window *win, struct vblk_iotlb *tlb, u64 iova,
		     size_t len_bytes, u32 perm)
{
	unsigned int offset = offset_in_page(iova);
	unsigned int num_pages = PFN_UP(offset + len_bytes);
	int ret;

	if (len_bytes - 1 > U64_MAX - iova)
		return -EFAULT;
	if (READ_ONCE(tlb->dma_dev))
		return vblk_window_open_local(win, tlb, iova, len_bytes);

	win->pages = kcalloc(num_pages, sizeof(*win->pages), GFP_KERNEL);
	if (!win->pages)
		return -ENOMEM;
	ret = vblk_window_get_pages(win, tlb, iova - offset, num_pages, perm);
	if (ret)
		goto err_close;

	if (vblk_window_is_contiguous(win)) {
		win->addr = page_address(win->pages[0]) + offset;
		return 0;
	}
	win->vmapped = vmap(win->pages, num_pages, VM_MAP, PAGE_KERNEL);
	if (!win->vmapped) {
		ret = -ENOMEM;
		goto err_close;
	}
	win->addr = win->vmapped + offset;
	return 0;

err_close:
	vblk_window_close(win);
	return ret;
}

/**
 * vblk_window_close() - undo vblk_window_open()
 * @win: window, or a zeroed one
 *
 * Context: process.
 */
void vblk_window_close(struct vblk_window *win)
{
	vunmap(win->vmapped);
	while (win->num_pages)
		put_page(win->pages[--win->num_pages]);
	kfree(win->pages);
	memset(win, 0, sizeof(*win));
}
