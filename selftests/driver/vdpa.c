// SPDX-License-Identifier: GPL-2.0
/* A vhost-vdpa character device: open, ioctls, messages. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "vdpa.h"

/* Not in the headers of Debian 12. */
#ifndef VHOST_VDPA_RESUME
#define VHOST_VDPA_RESUME _IO(VHOST_VIRTIO, 0x7E)
#endif
#ifndef VHOST_BACKEND_F_RESUME
#define VHOST_BACKEND_F_RESUME 0x5
#endif
#ifndef VHOST_BACKEND_F_IOTLB_PERSIST
#define VHOST_BACKEND_F_IOTLB_PERSIST 0x8
#endif

#define OPEN_TRIES	100		/* 20 ms each */

static int vdpa_ioctl(struct vdpa *dev, unsigned long request, void *arg)
{
	return ioctl(dev->fd, request, arg) < 0 ? -errno : 0;
}

/*
 * Opens @path. EBUSY is waited for: a process that has just died may still be
 * on its way out of the device.
 */
int vdpa_open(struct vdpa *dev, const char *path)
{
	int i;

	for (i = 0; i < OPEN_TRIES; i++) {
		dev->fd = open(path, O_RDWR | O_CLOEXEC);
		if (dev->fd >= 0)
			return vdpa_use_fd(dev, dev->fd);
		if (errno != EBUSY)
			break;
		usleep(20000);
	}
	return -errno;
}

int vdpa_use_fd(struct vdpa *dev, int fd)
{
	dev->fd = fd;
	return vdpa_ioctl(dev, VHOST_GET_BACKEND_FEATURES, &dev->backend);
}

void vdpa_close(struct vdpa *dev)
{
	if (dev->fd >= 0)
		close(dev->fd);
	dev->fd = -1;
}

/* --- the whole device ---------------------------------------------------- */

int vdpa_own(struct vdpa *dev)
{
	return vdpa_ioctl(dev, VHOST_SET_OWNER, NULL);
}

/* Accepts all that makes sense with one address space. */
int vdpa_accept_backend(struct vdpa *dev)
{
	u64 accept = dev->backend &
		(BIT_ULL(VHOST_BACKEND_F_IOTLB_MSG_V2) |
		 BIT_ULL(VHOST_BACKEND_F_IOTLB_BATCH) |
		 BIT_ULL(VHOST_BACKEND_F_SUSPEND) |
		 BIT_ULL(VHOST_BACKEND_F_RESUME) |
		 BIT_ULL(VHOST_BACKEND_F_IOTLB_PERSIST));

	return vdpa_ioctl(dev, VHOST_SET_BACKEND_FEATURES, &accept);
}

int vdpa_get_features(struct vdpa *dev, u64 *features)
{
	return vdpa_ioctl(dev, VHOST_GET_FEATURES, features);
}

int vdpa_set_features(struct vdpa *dev, u64 features)
{
	return vdpa_ioctl(dev, VHOST_SET_FEATURES, &features);
}

int vdpa_get_status(struct vdpa *dev, u8 *status)
{
	return vdpa_ioctl(dev, VHOST_VDPA_GET_STATUS, status);
}

int vdpa_set_status(struct vdpa *dev, u8 status)
{
	return vdpa_ioctl(dev, VHOST_VDPA_SET_STATUS, &status);
}

int vdpa_add_status(struct vdpa *dev, u8 bits)
{
	u8 status;
	int ret;

	ret = vdpa_get_status(dev, &status);
	return ret ? ret : vdpa_set_status(dev, status | bits);
}

int vdpa_reset(struct vdpa *dev)
{
	return vdpa_set_status(dev, 0);
}

int vdpa_suspend(struct vdpa *dev)
{
	return vdpa_ioctl(dev, VHOST_VDPA_SUSPEND, NULL);
}

int vdpa_resume(struct vdpa *dev)
{
	return vdpa_ioctl(dev, VHOST_VDPA_RESUME, NULL);
}

/* --- configuration space ------------------------------------------------- */

static int vdpa_move_config(struct vdpa *dev, unsigned long request, u32 offset,
			    void *to, const void *from, u32 len_bytes)
{
	struct vhost_vdpa_config *config;
	int ret;

	config = calloc(1, sizeof(*config) + len_bytes);
	if (!config)
		return -ENOMEM;
	config->off = offset;
	config->len = len_bytes;
	if (from)
		memcpy(config->buf, from, len_bytes);
	ret = vdpa_ioctl(dev, request, config);
	if (!ret && to)
		memcpy(to, config->buf, len_bytes);
	free(config);
	return ret;
}

int vdpa_get_config(struct vdpa *dev, u32 offset, void *buf, u32 len_bytes)
{
	return vdpa_move_config(dev, VHOST_VDPA_GET_CONFIG, offset, buf, NULL,
				len_bytes);
}

int vdpa_set_config(struct vdpa *dev, u32 offset, const void *buf, u32 len_bytes)
{
	return vdpa_move_config(dev, VHOST_VDPA_SET_CONFIG, offset, NULL, buf,
				len_bytes);
}

int vdpa_get_config_size(struct vdpa *dev, u32 *bytes)
{
	return vdpa_ioctl(dev, VHOST_VDPA_GET_CONFIG_SIZE, bytes);
}

int vdpa_set_config_call(struct vdpa *dev, int fd)
{
	return vdpa_ioctl(dev, VHOST_VDPA_SET_CONFIG_CALL, &fd);
}

int vdpa_get_num_queues(struct vdpa *dev, u32 *num)
{
	return vdpa_ioctl(dev, VHOST_VDPA_GET_VQS_COUNT, num);
}

int vdpa_get_max_num(struct vdpa *dev, u16 *num)
{
	return vdpa_ioctl(dev, VHOST_VDPA_GET_VRING_NUM, num);
}

/* --- mappings ------------------------------------------------------------ */

static int vdpa_send(struct vdpa *dev, const struct vhost_iotlb_msg *iotlb)
{
	struct vhost_msg_v2 msg = {
		.type = VHOST_IOTLB_MSG_V2,
		.iotlb = *iotlb,
	};

	return write(dev->fd, &msg, sizeof(msg)) == sizeof(msg) ? 0 : -errno;
}

int vdpa_map(struct vdpa *dev, u64 iova, u64 bytes, void *addr, u8 perm)
{
	return vdpa_send(dev, &(struct vhost_iotlb_msg) {
		.type = VHOST_IOTLB_UPDATE,
		.iova = iova,
		.size = bytes,
		.uaddr = (uintptr_t)addr,
		.perm = perm,
	});
}

int vdpa_unmap(struct vdpa *dev, u64 iova, u64 bytes)
{
	return vdpa_send(dev, &(struct vhost_iotlb_msg) {
		.type = VHOST_IOTLB_INVALIDATE,
		.iova = iova,
		.size = bytes,
	});
}

int vdpa_begin_batch(struct vdpa *dev)
{
	return vdpa_send(dev, &(struct vhost_iotlb_msg) {
		.type = VHOST_IOTLB_BATCH_BEGIN,
	});
}

int vdpa_end_batch(struct vdpa *dev)
{
	return vdpa_send(dev, &(struct vhost_iotlb_msg) {
		.type = VHOST_IOTLB_BATCH_END,
	});
}

/* --- one queue ----------------------------------------------------------- */

static int vdpa_set_vq_state(struct vdpa *dev, unsigned long request, u32 index,
			     u32 num)
{
	struct vhost_vring_state state = { .index = index, .num = num };

	return vdpa_ioctl(dev, request, &state);
}

int vdpa_set_vq_num(struct vdpa *dev, u32 index, u32 num)
{
	return vdpa_set_vq_state(dev, VHOST_SET_VRING_NUM, index, num);
}

int vdpa_set_vq_base(struct vdpa *dev, u32 index, u32 base)
{
	return vdpa_set_vq_state(dev, VHOST_SET_VRING_BASE, index, base);
}

int vdpa_set_vq_ready(struct vdpa *dev, u32 index, bool ready)
{
	return vdpa_set_vq_state(dev, VHOST_VDPA_SET_VRING_ENABLE, index, ready);
}

int vdpa_get_vq_base(struct vdpa *dev, u32 index, u32 *base)
{
	struct vhost_vring_state state = { .index = index };
	int ret;

	ret = vdpa_ioctl(dev, VHOST_GET_VRING_BASE, &state);
	*base = state.num;
	return ret;
}

int vdpa_set_vq_addr(struct vdpa *dev, u32 index, u64 desc, u64 driver, u64 device)
{
	struct vhost_vring_addr addr = {
		.index = index,
		.desc_user_addr = desc,
		.avail_user_addr = driver,
		.used_user_addr = device,
	};

	return vdpa_ioctl(dev, VHOST_SET_VRING_ADDR, &addr);
}

static int vdpa_set_vq_fd(struct vdpa *dev, unsigned long request, u32 index, int fd)
{
	struct vhost_vring_file file = { .index = index, .fd = fd };

	return vdpa_ioctl(dev, request, &file);
}

int vdpa_set_vq_kick(struct vdpa *dev, u32 index, int fd)
{
	return vdpa_set_vq_fd(dev, VHOST_SET_VRING_KICK, index, fd);
}

int vdpa_set_vq_call(struct vdpa *dev, u32 index, int fd)
{
	return vdpa_set_vq_fd(dev, VHOST_SET_VRING_CALL, index, fd);
}
