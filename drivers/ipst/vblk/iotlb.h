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
 * @seq: counts changes of @maps
 * @dma_dev: device for which the driver, this kernel, has made the addresses;
 *	NULL: they are from a host, and mean what @maps says
 * @dead: mappings whose grace period is over
 * @reap_work: puts the pages of @dead
 */
struct vblk_iotlb {
	struct maple_tree maps;
	struct mutex lock;	/* changes of maps */
	struct srcu_struct srcu;
	atomic_t seq;
	struct device *dma_dev;
	struct llist_head dead;
	struct work_struct reap_work;
};

/* For what may wait, unlike the queues' workers. */
extern struct workqueue_struct *vblk_control_wq;

int vblk_iotlb_init(struct vblk_iotlb *tlb);
void vblk_iotlb_exit(struct vblk_iotlb *tlb);
int vblk_iotlb_map(struct vblk_iotlb *tlb, u64 iova, u64 size_bytes, u64 pa,
		   u32 perm);
void vblk_iotlb_unmap(struct vblk_iotlb *tlb, u64 iova, u64 size_bytes);
bool vblk_iotlb_is_empty(struct vblk_iotlb *tlb);

void *vblk_iotlb_lookup(struct vblk_iotlb *tlb, u64 iova, u32 perm,
			u64 *len_bytes);
int vblk_iotlb_read(struct vblk_iotlb *tlb, u64 iova, void *buf,
		    size_t len_bytes);
int vblk_iotlb_write(struct vblk_iotlb *tlb, u64 iova, const void *buf,
		     size_t len_bytes);

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
