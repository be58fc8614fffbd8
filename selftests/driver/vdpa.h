/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vhost-vdpa character device. Each function is one ioctl or one message, and
 * returns 0 or a negative errno.
 */
#ifndef VDPA_H
#define VDPA_H

#include <linux/vhost.h>
#include <linux/virtio_blk.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "types.h"

struct vdpa {
	int fd;
	u64 backend;			/* VHOST_BACKEND_F_* that it has */
};

int vdpa_open(struct vdpa *dev, const char *path);
int vdpa_use_fd(struct vdpa *dev, int fd);
void vdpa_close(struct vdpa *dev);

int vdpa_own(struct vdpa *dev);
int vdpa_accept_backend(struct vdpa *dev);
int vdpa_get_features(struct vdpa *dev, u64 *features);
int vdpa_set_features(struct vdpa *dev, u64 features);
int vdpa_get_status(struct vdpa *dev, u8 *status);
int vdpa_set_status(struct vdpa *dev, u8 status);
int vdpa_add_status(struct vdpa *dev, u8 bits);
int vdpa_reset(struct vdpa *dev);
int vdpa_suspend(struct vdpa *dev);
int vdpa_resume(struct vdpa *dev);

int vdpa_get_config(struct vdpa *dev, u32 offset, void *buf, u32 len_bytes);
int vdpa_set_config(struct vdpa *dev, u32 offset, const void *buf, u32 len_bytes);
int vdpa_get_config_size(struct vdpa *dev, u32 *bytes);
int vdpa_set_config_call(struct vdpa *dev, int fd);
int vdpa_get_num_queues(struct vdpa *dev, u32 *num);
int vdpa_get_max_num(struct vdpa *dev, u16 *num);

int vdpa_map(struct vdpa *dev, u64 iova, u64 bytes, void *addr, u8 perm);
int vdpa_unmap(struct vdpa *dev, u64 iova, u64 bytes);
int vdpa_begin_batch(struct vdpa *dev);
int vdpa_end_batch(struct vdpa *dev);

int vdpa_set_vq_num(struct vdpa *dev, u32 index, u32 num);
int vdpa_set_vq_addr(struct vdpa *dev, u32 index, u64 desc, u64 driver, u64 device);
int vdpa_set_vq_base(struct vdpa *dev, u32 index, u32 base);
int vdpa_get_vq_base(struct vdpa *dev, u32 index, u32 *base);
int vdpa_set_vq_kick(struct vdpa *dev, u32 index, int fd);
int vdpa_set_vq_call(struct vdpa *dev, u32 index, int fd);
int vdpa_set_vq_ready(struct vdpa *dev, u32 index, bool ready);

#endif
