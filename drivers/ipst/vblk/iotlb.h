/* SPDX-License-Identifier: GPL-2.0 */
/* Where the driver's addresses are in our memory. */
#ifndef _IPST_VBLK_IOTLB_H
#define _IPST_VBLK_IOTLB_H

#include <linux/llist.h>
#include <linux/maple_tree.h>
#include <linux/mutex.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>

/**
 * struct vblk_iotlb - the mappings that hosts have given us
 * @maps: struct vblk_map by address; looked up under RCU
 * @lock: serialises changes of @maps
 * @srcu: held by everyone who uses memory found in @maps, by a request until
 *	it completes; a mapping's pages are let go after a grace period of it
 * @seq: counts changes of @maps and @dma_dev
 * @dma_dev: device for which the driver, this kernel, has made the addresses;
 *	NULL: they are from a host, and mean what @maps says
 * @dead: mappings whose grace period is over
 * @reap_work: puts the pages of @dead
 */
struct vblk_iotlb {
	struct maple_tree maps;
	struct mutex lock;	/* changes of maps */
	struct srcu_struct srcu;
	atomic64_t seq;
	struct device *dma_dev;
	struct llist_head dead;
	struct work_struct reap_work;
};

/**
 * struct vblk_hit - what a lookup has found, for the next one
 * @start: first address
 * @size_bytes: how far it goes; 0: nothing is found yet
 * @to: where @start is in the direct map
 * @perm: VHOST_ACCESS_*
 * @seq: &vblk_iotlb.seq of before the lookup: it counts as long as that does
 */
struct vblk_hit {
	u64 start;
	u64 size_bytes;
	void *to;
	u32 perm;
	u64 seq;
};

/* For what may wait, unlike the queues' workers. */
extern struct workqueue_struct *vblk_control_wq;

int vblk_iotlb_init(struct vblk_iotlb *tlb);
void vblk_iotlb_exit(struct vblk_iotlb *tlb);
int vblk_iotlb_map(struct vblk_iotlb *tlb, u64 iova, u64 size_bytes, u64 pa,
		   u32 perm);
void vblk_iotlb_unmap(struct vblk_iotlb *tlb, u64 iova, u64 size_bytes);
void vblk_iotlb_trust(struct vblk_iotlb *tlb, struct device *dma_dev);
bool vblk_iotlb_is_empty(struct vblk_iotlb *tlb);

bool vblk_iotlb_find(struct vblk_iotlb *tlb, struct vblk_hit *hit, u64 iova);

/**
 * vblk_iotlb_lookup() - translate an address
 * @tlb: table
 * @hit: of the lookup before, by the same context; changes
 * @iova: driver's address
 * @perm: access wanted, VHOST_ACCESS_RO or VHOST_ACCESS_WO
 * @len_bytes: in: bytes wanted, out: bytes that are contiguous from there
 *
 * Context: any, in a read-side section of &vblk_iotlb.srcu, whose end is the
 * end of the answer's life.
 * Return: kernel address in the direct map, or NULL.
 */
static inline void *vblk_iotlb_lookup(struct vblk_iotlb *tlb,
				      struct vblk_hit *hit, u64 iova, u32 perm,
				      u64 *len_bytes)
{
	if ((iova - hit->start >= hit->size_bytes ||
	     hit->seq != atomic64_read(&tlb->seq)) &&
	    !vblk_iotlb_find(tlb, hit, iova))
		return NULL;
	if ((hit->perm & perm) != perm)
		return NULL;
	*len_bytes = min(*len_bytes, hit->size_bytes - (iova - hit->start));
	return hit->to + (iova - hit->start);
}

int vblk_iotlb_read(struct vblk_iotlb *tlb, struct vblk_hit *hit, u64 iova,
		    void *buf, size_t len_bytes);
int vblk_iotlb_write(struct vblk_iotlb *tlb, struct vblk_hit *hit, u64 iova,
		     const void *buf, size_t len_bytes);

/* A part of a ring: contiguous kernel memory over pages of its own. */
struct vblk_window {
	void *addr;
	void *vmapped;		/* start of a vmap, or NULL */
	struct page **pages;	/* each with a reference, NULL for a local driver */
	unsigned int num_pages;
};

int vblk_window_open(struct vblk_window *win, struct vblk_iotlb *tlb, u64 iova,
		     size_t len_bytes, u32 perm);
void vblk_window_close(struct vblk_window *win);

#endif /* _IPST_VBLK_IOTLB_H */
