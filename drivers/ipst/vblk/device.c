// SPDX-License-Identifier: GPL-2.0
/*
 * The front end: virtio-blk devices as the administrator sees them. What hosts
 * see of an enabled one is a disk, in disk.c.
 */
#include <linux/ctype.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "vblk.h"

static struct vblk_device *item_to_vblk_device(struct config_item *item)
{
	return to_vblk_device(to_ipst_device(item));
}

static ssize_t vblk_device_mode_show(struct config_item *item, char *page)
{
	struct vblk_device *vd = item_to_vblk_device(item);

	return sysfs_emit(page, "%s\n",
			  READ_ONCE(vd->local) ? "local" : "vhost");
}

static ssize_t vblk_device_mode_store(struct config_item *item,
				      const char *page, size_t count)
{
	struct vblk_device *vd = item_to_vblk_device(item);
	bool local = sysfs_streq(page, "local");
	int ret;

	if (!local && !sysfs_streq(page, "vhost"))
		return -EINVAL;

	ret = ipst_device_set_attr(&vd->dev, &vd->local, &local, sizeof(local));
	return ret ?: count;
}
CONFIGFS_ATTR(vblk_device_, mode);

static ssize_t vblk_device_read_only_show(struct config_item *item, char *page)
{
	struct vblk_device *vd = item_to_vblk_device(item);

	return sysfs_emit(page, "%d\n", READ_ONCE(vd->read_only));
}

static ssize_t vblk_device_read_only_store(struct config_item *item,
					   const char *page, size_t count)
{
	struct vblk_device *vd = item_to_vblk_device(item);
	bool read_only;
	int ret;

	if (kstrtobool(page, &read_only))
		return -EINVAL;

	ret = ipst_device_set_attr(&vd->dev, &vd->read_only, &read_only,
				   sizeof(read_only));
	return ret ?: count;
}
CONFIGFS_ATTR(vblk_device_, read_only);

/**
 * vblk_device_get_serial() - what GET_ID answers, or would if it were enabled
 * @vd: device
 * @serial: filled in: VBLK_SERIAL_SIZE bytes, padded with NULs
 *
 * Context: process.
 */
void vblk_device_get_serial(struct vblk_device *vd, char *serial)
{
	uuid_t uuid = {};

	spin_lock(&vd->dev.attr_lock);
	if (vd->disk) {
		memcpy(serial, vd->disk->serial, VBLK_SERIAL_SIZE);
	} else {
		memcpy(serial, vd->serial, VBLK_SERIAL_SIZE);
		uuid = vd->dev.ns.uuid;
	}
	spin_unlock(&vd->dev.attr_lock);

	if (!serial[0] && !uuid_is_null(&uuid))
		snprintf(serial, VBLK_SERIAL_SIZE, "%*phN",
			 VIRTIO_BLK_ID_BYTES / 2, uuid.b);
}

static ssize_t vblk_device_serial_show(struct config_item *item, char *page)
{
	char serial[VBLK_SERIAL_SIZE];

	vblk_device_get_serial(item_to_vblk_device(item), serial);
	return sysfs_emit(page, "%s\n", serial);
}

static ssize_t vblk_device_serial_store(struct config_item *item,
					const char *page, size_t count)
{
	struct vblk_device *vd = item_to_vblk_device(item);
	size_t i, len = strcspn(page, "\n");
	char serial[VBLK_SERIAL_SIZE] = {};
	int ret;

	if (len > VIRTIO_BLK_ID_BYTES)
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (!isascii(page[i]) || !isprint(page[i]))
			return -EINVAL;

	memcpy(serial, page, len);
	ret = ipst_device_set_attr(&vd->dev, vd->serial, serial,
				   sizeof(serial));
	return ret ?: count;
}
CONFIGFS_ATTR(vblk_device_, serial);

/* The disk, with a reference to be put with put_device(), or NULL. */
static struct vblk_disk *vblk_device_get_disk(struct vblk_device *vd)
{
	struct vblk_disk *disk;

	spin_lock(&vd->dev.attr_lock);
	disk = vd->disk;
	if (disk)
		get_device(&disk->vdpa.dev);
	spin_unlock(&vd->dev.attr_lock);
	return disk;
}

static int vblk_is_chardev(struct device *dev, void *data)
{
	return strstarts(dev_name(dev), "vhost-vdpa-");
}

/**
 * vblk_disk_get_chardev() - the node to hand to a VMM
 * @disk: disk
 * @path: filled in; empty if vhost_vdpa is not its driver
 * @size: of @path
 *
 * Context: process.
 */
void vblk_disk_get_chardev(struct vblk_disk *disk, char *path, size_t size)
{
	struct device *chardev;

	path[0] = '\0';
	/* Before that, its list of children is not one. */
	if (!device_is_registered(&disk->vdpa.dev))
		return;
	chardev = device_find_child(&disk->vdpa.dev, NULL, vblk_is_chardev);
	if (chardev) {
		snprintf(path, size, "/dev/%s", dev_name(chardev));
		put_device(chardev);
	}
}

static void vblk_disk_query(struct vblk_disk *disk,
			    struct ipst_device_info *info)
{
	u8 status = READ_ONCE(disk->status);

	if (READ_ONCE(disk->needs_reset))
		info->state = IPST_DEVICE_STATE_NEEDS_RESET;
	else if (READ_ONCE(disk->suspended))
		info->state = IPST_DEVICE_STATE_SUSPENDED;
	else if (status & VIRTIO_CONFIG_S_DRIVER_OK)
		info->state = IPST_DEVICE_STATE_LIVE;
	else
		info->state = IPST_DEVICE_STATE_READY;
	info->read_only = READ_ONCE(disk->ns.read_only);
	info->size_bytes = READ_ONCE(disk->ns.size_bytes);
	info->block_bytes = 1U << disk->ns.lba_shift;
	vblk_disk_get_chardev(disk, info->chardev, sizeof(info->chardev));
}

static void vblk_device_query(struct ipst_device *dev,
			      struct ipst_device_info *info)
{
	struct vblk_device *vd = to_vblk_device(dev);
	struct vblk_disk *disk = vblk_device_get_disk(vd);

	info->mode = READ_ONCE(vd->local) ? IPST_DEVICE_MODE_LOCAL :
					    IPST_DEVICE_MODE_VHOST;
	info->state = IPST_DEVICE_STATE_DISABLED;
	info->read_only = READ_ONCE(vd->read_only);
	vblk_device_get_serial(vd, info->serial);
	if (disk) {
		vblk_disk_query(disk, info);
		put_device(&disk->vdpa.dev);
	}
}

static ssize_t vblk_device_chardev_show(struct config_item *item, char *page)
{
	struct ipst_device_info info = {};

	vblk_device_query(to_ipst_device(item), &info);
	return sysfs_emit(page, "%s\n", info.chardev);
}
CONFIGFS_ATTR_RO(vblk_device_, chardev);

static struct configfs_attribute *vblk_device_attrs[] = {
	&vblk_device_attr_mode,
	&vblk_device_attr_read_only,
	&vblk_device_attr_serial,
	&vblk_device_attr_chardev,
	NULL,
};

static struct ipst_device *vblk_device_alloc(void)
{
	struct vblk_device *vd = kzalloc(sizeof(*vd), GFP_KERNEL);

	return vd ? &vd->dev : NULL;
}

static void vblk_device_free(struct ipst_device *dev)
{
	kfree(to_vblk_device(dev));
}

static int vblk_device_enable(struct ipst_device *dev)
{
	return vblk_disk_create(to_vblk_device(dev));
}

static int vblk_device_disable(struct ipst_device *dev)
{
	return vblk_disk_destroy(to_vblk_device(dev)->disk);
}

static void vblk_device_quiesce(struct ipst_device *dev)
{
	vblk_disk_quiesce(to_vblk_device(dev)->disk);
}

static void vblk_device_resume(struct ipst_device *dev)
{
	vblk_disk_resume(to_vblk_device(dev)->disk);
}

static int vblk_device_pause(struct ipst_device *dev, bool pause)
{
	struct vblk_disk *disk = to_vblk_device(dev)->disk;

	if (pause)
		return vblk_disk_hold(disk, &disk->paused);
	vblk_disk_release(disk, &disk->paused);
	return 0;
}

static void vblk_device_ns_changed(struct ipst_device *dev)
{
	struct vblk_disk *disk = vblk_device_get_disk(to_vblk_device(dev));

	if (!disk)
		return;
	vblk_disk_ns_changed(disk);
	put_device(&disk->vdpa.dev);
}

/*
 * A queue, or ERR_PTR: see &ipst_frontend.add_stats. The queues go after
 * &vblk_device.disk does, so the lock keeps them.
 */
static struct vblk_queue *vblk_device_queue(struct ipst_device *dev,
					    unsigned int index)
{
	const struct vblk_disk *disk = to_vblk_device(dev)->disk;

	lockdep_assert_held(&dev->attr_lock);
	if (!disk)
		return ERR_PTR(-ENODEV);
	if (index >= disk->num_queues)
		return ERR_PTR(-ERANGE);
	return &disk->queues[index];
}

static int vblk_device_add_stats(struct ipst_device *dev, unsigned int queue,
				 struct ipst_queue_stats *stats)
{
	const struct vblk_queue *vq;

	spin_lock(&dev->attr_lock);
	vq = vblk_device_queue(dev, queue);
	if (!IS_ERR(vq))
		vblk_queue_add_stats(vq, stats);
	spin_unlock(&dev->attr_lock);
	return PTR_ERR_OR_ZERO(vq);
}

static int vblk_device_add_hist(struct ipst_device *dev, unsigned int queue,
				enum ipst_op op, struct ipst_hist *hist)
{
	struct vblk_queue *vq;

	spin_lock(&dev->attr_lock);
	vq = vblk_device_queue(dev, queue);
	if (!IS_ERR(vq))
		vblk_queue_add_hist(vq, op, hist);
	spin_unlock(&dev->attr_lock);
	return PTR_ERR_OR_ZERO(vq);
}

static int vblk_device_reset_hist(struct ipst_device *dev, unsigned int queue)
{
	struct vblk_queue *vq;

	spin_lock(&dev->attr_lock);
	vq = vblk_device_queue(dev, queue);
	if (!IS_ERR(vq))
		vblk_queue_reset_hist(vq);
	spin_unlock(&dev->attr_lock);
	return PTR_ERR_OR_ZERO(vq);
}

const struct ipst_frontend vblk_frontend = {
	.name		= "virtio_blk",
	.owner		= THIS_MODULE,
	.type		= IPST_DEVICE_TYPE_VIRTIO_BLK,
	.attrs		= vblk_device_attrs,
	.alloc		= vblk_device_alloc,
	.free		= vblk_device_free,
	.enable		= vblk_device_enable,
	.disable	= vblk_device_disable,
	.quiesce	= vblk_device_quiesce,
	.resume		= vblk_device_resume,
	.pause		= vblk_device_pause,
	.complete	= vblk_req_done,
	.admitted	= vblk_req_admitted,
	.ns_changed	= vblk_device_ns_changed,
	.query		= vblk_device_query,
	.add_stats	= vblk_device_add_stats,
	.add_hist	= vblk_device_add_hist,
	.reset_hist	= vblk_device_reset_hist,
};
