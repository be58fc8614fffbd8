// SPDX-License-Identifier: GPL-2.0
/*
 * The disk: the vDPA device that exists while a virtio-blk device is enabled,
 * and the vDPA management device through which "vdpa dev add|del" reach it.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <uapi/linux/vdpa.h>
#include <uapi/linux/virtio_blk.h>
#include <uapi/linux/virtio_ids.h>

#include "vblk.h"
#include "trace.h"

static struct device *vblk_root;
static struct vdpa_mgmt_dev vblk_mgmtdev;

/*
 * Starts and stops queues as all that counts demands; @state is for those that
 * wait for the backend. Returns 0, or -EINTR with some of it left to do.
 *
 * A queue runs while the driver has placed it, has set it ready and has set
 * DRIVER_OK, and neither it nor we hold it back. QEMU sets queues ready that
 * its guest does not use, and places only the others.
 */
static int vblk_disk_apply(struct vblk_disk *disk, unsigned int state)
{
	bool started = disk->status & VIRTIO_CONFIG_S_DRIVER_OK;
	bool held = disk->suspended || disk->quiesced ||
		    (disk->paused && !disk->leaving);
	struct vblk_queue *vq;
	unsigned int i;
	bool want;
	int ret;

	lockdep_assert_held(&disk->lock);
	for (i = 0; i < disk->num_queues; i++) {
		vq = &disk->queues[i];
		want = started && vq->ready && vq->placed;
		if (want && held)
			trace_vblk_park(vq);
		want &= !held;
		if (!vq->running && want)
			vblk_queue_start(vq);
		if (!vq->running || want)
			continue;
		ret = vblk_queue_stop(vq, state);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * vblk_disk_update() - start and stop queues after something has changed
 * @disk: disk
 *
 * Context: process, under &vblk_disk.lock; may wait for the backend.
 */
void vblk_disk_update(struct vblk_disk *disk)
{
	vblk_disk_apply(disk, TASK_UNINTERRUPTIBLE);
}

/**
 * vblk_disk_hold() - hold all queues, unless that takes too long for somebody
 * @disk: disk
 * @held: &vblk_disk.paused or &vblk_disk.suspended, becomes true
 *
 * What a driver has asked for may take days, and has to end all the same: then
 * the one who waits can at least be killed.
 *
 * Context: process; waits for the backend.
 * Return: 0 when nothing is in flight. With nothing changed, -EINTR if the task
 * is being killed, -ENODEV if the disk is leaving.
 */
int vblk_disk_hold(struct vblk_disk *disk, bool *held)
{
	int ret = -ENODEV;

	/* Somebody else may be waiting for the same. */
	if (mutex_lock_killable(&disk->lock))
		return -EINTR;
	if (disk->leaving)
		goto out_unlock;
	WRITE_ONCE(*held, true);
	ret = vblk_disk_apply(disk, TASK_KILLABLE);
	if (ret) {
		WRITE_ONCE(*held, false);
		vblk_disk_update(disk);
	}
out_unlock:
	mutex_unlock(&disk->lock);
	return ret;
}

/**
 * vblk_disk_release() - undo vblk_disk_hold()
 * @disk: disk
 * @held: becomes false
 *
 * Context: process.
 */
void vblk_disk_release(struct vblk_disk *disk, bool *held)
{
	guard(mutex)(&disk->lock);
	WRITE_ONCE(*held, false);
	vblk_disk_update(disk);
}

/**
 * vblk_disk_set_features() - take what the driver accepted
 * @disk: disk
 * @features: valid set
 *
 * Context: process.
 * Return: 0, or -EBUSY if it is too late.
 */
int vblk_disk_set_features(struct vblk_disk *disk, u64 features)
{
	bool packed = features & BIT_ULL(VIRTIO_F_RING_PACKED);
	struct vblk_queue *vq;
	unsigned int i;

	guard(mutex)(&disk->lock);
	if (disk->status & VIRTIO_CONFIG_S_DRIVER_OK)
		return -EBUSY;
	for (i = 0; i < disk->num_queues; i++) {
		vq = &disk->queues[i];
		if (vq->ring.packed == packed)
			continue;
		vblk_ring_init(&vq->ring, packed);
		vq->found = false;
	}
	disk->features = features;
	return 0;
}

/**
 * vblk_disk_reset() - forget all that the driver has set up
 * @disk: disk
 *
 * When it returns, nothing is in flight and no callback of the driver runs or
 * will run. Of a request that takes many commands, and may take days, only
 * those commands are waited for that the backend has. Mappings stay.
 *
 * Context: process; waits for the backend.
 */
void vblk_disk_reset(struct vblk_disk *disk)
{
	unsigned int i;

	/* First, so that whoever has the lock and waits for them is done soon. */
	atomic_inc(&disk->cutting);

	guard(mutex)(&disk->lock);
	WRITE_ONCE(disk->status, 0);
	vblk_disk_update(disk);
	for (i = 0; i < disk->num_queues; i++)
		vblk_queue_reset(&disk->queues[i]);
	disk->features = 0;
	atomic_dec(&disk->cutting);
	WRITE_ONCE(disk->suspended, false);
	WRITE_ONCE(disk->needs_reset, false);

	spin_lock_irq(&disk->cb_lock);
	disk->config_cb = (struct vdpa_callback) {};
	spin_unlock_irq(&disk->cb_lock);
}

/**
 * vblk_disk_quiesce() - hold all queues, as the controller goes
 * @disk: disk
 *
 * Commands that were not sent yet would fail without it, so they are not waited
 * for either.
 *
 * Context: process; returns when nothing is in flight.
 */
void vblk_disk_quiesce(struct vblk_disk *disk)
{
	atomic_inc(&disk->cutting);
	guard(mutex)(&disk->lock);
	disk->quiesced = true;
	vblk_disk_update(disk);
	atomic_dec(&disk->cutting);
}

/**
 * vblk_disk_resume() - undo vblk_disk_quiesce()
 * @disk: disk
 *
 * Context: process.
 */
void vblk_disk_resume(struct vblk_disk *disk)
{
	guard(mutex)(&disk->lock);
	disk->quiesced = false;
	vblk_disk_update(disk);
}

/*
 * The disk is going: this kernel's own driver waits for its requests before it
 * leaves, so they must not be held back any more, nor by limits. A process that
 * has the disk open may take its time, and waits for no request: its pause goes
 * on.
 */
static void vblk_disk_leave(struct vblk_disk *disk)
{
	unsigned int i;

	guard(mutex)(&disk->lock);
	disk->leaving = disk->owner->local;
	for (i = 0; i < disk->num_queues && disk->leaving; i++)
		ipst_qos_queue_close(&disk->queues[i].qos, true);
	vblk_disk_update(disk);
}

/**
 * vblk_disk_config_changed() - tell the driver to look at the configuration
 * @disk: disk
 *
 * Context: any.
 */
void vblk_disk_config_changed(struct vblk_disk *disk)
{
	unsigned long flags;

	atomic_inc(&disk->config_gen);
	spin_lock_irqsave(&disk->cb_lock, flags);
	if (disk->config_cb.callback)
		disk->config_cb.callback(disk->config_cb.private);
	spin_unlock_irqrestore(&disk->cb_lock, flags);
}

/*
 * Drivers read limits at their start and keep to those. So a limit does not
 * shrink, whatever namespaces come and go: the block layer cuts what is too long.
 */
static void vblk_disk_raise_limits(struct vblk_disk *disk,
				   const struct ipst_ns_info *ns)
{
	WRITE_ONCE(disk->max_discard_bytes,
		   max(disk->max_discard_bytes, ns->max_discard_bytes));
	WRITE_ONCE(disk->max_erase_bytes,
		   max(disk->max_erase_bytes, ns->max_erase_bytes));
}

/**
 * vblk_disk_ns_changed() - follow a change of the namespace
 * @disk: disk
 *
 * virtio-blk can change its capacity under a driver, but not its block size:
 * a namespace with another one would be misread, so the disk shrinks to
 * nothing until it is enabled anew.
 *
 * Context: process; takes &vblk_disk.lock, so waits while queues are stopped.
 */
void vblk_disk_ns_changed(struct vblk_disk *disk)
{
	struct vblk_device *vd = disk->owner;
	struct ipst_ns_info ns;

	guard(mutex)(&disk->lock);
	ipst_device_get_ns(&vd->dev, &ns);
	if (ns.lba_shift != disk->ns.lba_shift) {
		dev_warn(&disk->vdpa.dev,
			 "block size is now %u: disable and enable again\n",
			 1U << ns.lba_shift);
		ns.size_bytes = 0;
	}
	WRITE_ONCE(disk->ns.dma_alignment, ns.dma_alignment);
	vblk_disk_raise_limits(disk, &ns);
	WRITE_ONCE(disk->ns.max_discard_bytes, ns.max_discard_bytes);
	WRITE_ONCE(disk->ns.max_erase_bytes, ns.max_erase_bytes);
	WRITE_ONCE(disk->ns.write_cache, ns.write_cache);
	WRITE_ONCE(disk->ns.read_only, ns.read_only || vd->read_only);
	if (ns.size_bytes == disk->ns.size_bytes)
		return;
	WRITE_ONCE(disk->ns.size_bytes, ns.size_bytes);
	vblk_disk_config_changed(disk);
	ipst_event(&vd->dev, IPST_DEVICE_EVENT_CAPACITY_CHANGED);
}

static int vblk_disk_create_queues(struct vblk_disk *disk)
{
	unsigned int i;
	int ret;

	disk->queues = kvcalloc(disk->owner->dev.num_queues,
				sizeof(*disk->queues), GFP_KERNEL);
	if (!disk->queues)
		return -ENOMEM;
	for (i = 0; i < disk->owner->dev.num_queues; i++) {
		disk->num_queues++;
		ret = vblk_queue_init(&disk->queues[i], disk, i);
		if (ret)
			return ret;
	}
	return 0;
}

static void vblk_disk_destroy_queues(struct vblk_disk *disk)
{
	while (disk->num_queues)
		vblk_queue_exit(&disk->queues[--disk->num_queues]);
	kvfree(disk->queues);
}

static void vblk_disk_finish_work(struct work_struct *work);

static struct vblk_disk *vblk_disk_alloc(struct vblk_device *vd)
{
	struct vblk_disk *disk;

	disk = vdpa_alloc_device(struct vblk_disk, vdpa, vblk_root,
				 &vblk_vdpa_ops, 1, 1,
				 ipst_device_name(&vd->dev), false);
	if (IS_ERR(disk))
		return disk;

	disk->owner = vd;
	disk->vdpa.dma_dev = &disk->vdpa.dev;
	disk->vdpa.mdev = &vblk_mgmtdev;
	mutex_init(&disk->lock);
	spin_lock_init(&disk->cb_lock);
	init_completion(&disk->unregistered);
	INIT_WORK(&disk->finish_work, vblk_disk_finish_work);
	return disk;
}

/*
 * The bus driver follows from the mode. Each is a module of its own; a disk
 * without one waits for it, so a failure to load is no error.
 */
static int vblk_disk_choose_driver(struct vblk_disk *disk)
{
	if (!disk->owner->local) {
		request_module("vhost_vdpa");
		return device_set_driver_override(&disk->vdpa.dev,
						  "vhost_vdpa");
	}
	request_module("virtio_blk");
	request_module("virtio_vdpa");
	return device_set_driver_override(&disk->vdpa.dev, "virtio_vdpa");
}

static int vblk_disk_register(struct vblk_disk *disk)
{
	if (disk->owner->by_mgmtdev)
		return _vdpa_register_device(&disk->vdpa, disk->num_queues);
	return vdpa_register_device(&disk->vdpa, disk->num_queues);
}

/*
 * Readers of attributes find the disk under attr_lock and hold a reference to
 * its memory, not to what is torn down before that goes.
 */
static void vblk_device_set_disk(struct vblk_device *vd, struct vblk_disk *disk)
{
	spin_lock(&vd->dev.attr_lock);
	vd->disk = disk;
	spin_unlock(&vd->dev.attr_lock);
}

/**
 * vblk_disk_create() - make the disk of a device and let hosts at it
 * @vd: device
 *
 * Context: process, under &ipst_device.lock.
 * Return: 0 with &vblk_device.disk set, or a negative errno and nothing left:
 * see ipst_device_connect(); -EEXIST if the name is taken on the vDPA bus.
 */
int vblk_disk_create(struct vblk_device *vd)
{
	struct vblk_disk *disk;
	int ret;

	disk = vblk_disk_alloc(vd);
	if (IS_ERR(disk))
		return PTR_ERR(disk);
	ret = vblk_iotlb_init(&disk->tlb);
	if (ret)
		goto err_put_disk;
	ret = vblk_disk_choose_driver(disk);
	if (ret)
		goto err_exit_tlb;
	ret = vblk_disk_create_queues(disk);
	if (ret)
		goto err_destroy_queues;
	ret = ipst_device_connect(&vd->dev);
	if (ret)
		goto err_destroy_queues;

	ipst_device_get_ns(&vd->dev, &disk->ns);
	disk->ns.read_only |= vd->read_only;
	vblk_device_get_serial(vd, disk->serial);
	vblk_device_set_disk(vd, disk);
	/* The namespace may have changed while there was no disk to tell. */
	vblk_disk_ns_changed(disk);
	/* Not before: a local driver reads the partition table right away. */
	ret = vblk_disk_register(disk);
	if (ret)
		goto err_disconnect;
	return 0;

err_disconnect:
	vblk_device_set_disk(vd, NULL);
	ipst_device_disconnect(&vd->dev);
err_destroy_queues:
	vblk_disk_destroy_queues(disk);
err_exit_tlb:
	vblk_iotlb_exit(&disk->tlb);
err_put_disk:
	put_device(&disk->vdpa.dev);
	return ret;
}

/*
 * Does a process have the character device open? vhost_vdpa lets one in at a
 * time, and tells us of opens and closes only by resets, which also come for
 * other reasons. So ask at the door. Where it cannot be found, in somebody's
 * container, mappings tell as well, as soon as there are some.
 */
static bool vblk_disk_is_open(struct vblk_disk *disk)
{
	struct file *file;
	char path[32];

	vblk_disk_get_chardev(disk, path, sizeof(path));
	if (!path[0])
		return false;
	file = filp_open(path, O_RDWR, 0);
	if (IS_ERR(file))
		return file == ERR_PTR(-EBUSY) ||
		       !vblk_iotlb_is_empty(&disk->tlb);
	/* Now: unbinding the driver waits for it. */
	__fput_sync(file);
	return false;
}

/*
 * Would a host miss the disk? A local one is never busy in this sense, as its
 * driver binds by itself: whoever removes it has to see that it is not mounted.
 */
static bool vblk_disk_is_busy(struct vblk_disk *disk)
{
	if (disk->owner->local)
		return false;
	return READ_ONCE(disk->status) || vblk_disk_is_open(disk);
}

/*
 * Takes the disk off the vDPA bus, unless "vdpa dev del" is at it already:
 * then waits for that, which does not need our lock.
 */
static void vblk_disk_unregister(struct vblk_disk *disk)
{
	if (atomic_xchg(&disk->unregistering, 1)) {
		wait_for_completion(&disk->unregistered);
		return;
	}
	vblk_disk_leave(disk);
	/*
	 * Unbinding waits for the last close of the character device. Better
	 * here than under the lock that all of vDPA needs.
	 */
	device_release_driver(&disk->vdpa.dev);
	vdpa_unregister_device(&disk->vdpa);
}

/**
 * vblk_disk_destroy() - undo vblk_disk_create()
 * @disk: disk
 *
 * Who may still hold a reference, and why no longer: unregistering unbinds the
 * driver, so the driver and the process behind it are gone, and have reset the
 * disk, which stopped all queues; what a driver forgot to stop is stopped
 * here. Then the queues' requests have all completed; disconnecting waits for
 * the last completion to leave our code. Mappings outlive requests that use
 * them, so they can go now, and the address table waits for its own last
 * reader. What remains is the vDPA device's memory, for readers of attributes
 * and sysfs.
 *
 * Context: process, under &ipst_device.lock.
 * Return: 0, or -EBUSY with nothing changed.
 */
int vblk_disk_destroy(struct vblk_disk *disk)
{
	struct vblk_device *vd = disk->owner;

	if (!atomic_read(&disk->unregistering) && vblk_disk_is_busy(disk))
		return -EBUSY;

	/* Keep the memory: unregistering drops the bus's reference. */
	get_device(&disk->vdpa.dev);
	vblk_disk_unregister(disk);

	vblk_disk_reset(disk);
	ipst_device_disconnect(&vd->dev);
	vblk_device_set_disk(vd, NULL);
	vblk_disk_destroy_queues(disk);
	vblk_iotlb_exit(&disk->tlb);
	put_device(&disk->vdpa.dev);
	return 0;
}

/* "vdpa dev add name <device> mgmtdev ipst_vblk" is the same as enable. */
static int vblk_mgmtdev_add(struct vdpa_mgmt_dev *mdev, const char *name,
			    const struct vdpa_dev_set_config *config)
{
	struct ipst_device *dev = ipst_device_find(&vblk_frontend, name);
	int ret = -EBUSY;

	if (!dev)
		return -ENOENT;
	/* enable takes vdpa's lock under ours, so never wait for ours here. */
	if (!mutex_trylock(&dev->lock))
		goto out_put;
	if (!dev->enabled) {
		to_vblk_device(dev)->by_mgmtdev = true;
		ret = ipst_device_enable(dev);
		to_vblk_device(dev)->by_mgmtdev = false;
	}
	mutex_unlock(&dev->lock);
out_put:
	ipst_device_put(dev);
	return ret;
}

/*
 * "vdpa dev del" cannot be refused, and comes with vdpa's lock held. The host
 * loses the disk here and now; the rest of disable waits for its own lock. If
 * a disable has come first it waits for vdpa's lock, and will do it all.
 */
static void vblk_mgmtdev_del(struct vdpa_mgmt_dev *mdev,
			     struct vdpa_device *vdpa)
{
	struct vblk_disk *disk = to_vblk_disk(vdpa);

	if (atomic_xchg(&disk->unregistering, 1))
		return;
	/* For finish_work, which may come after disable, unlink and rmdir. */
	ipst_device_get(&disk->owner->dev);
	get_device(&vdpa->dev);
	vblk_disk_leave(disk);
	_vdpa_unregister_device(vdpa);
	queue_work(vblk_control_wq, &disk->finish_work);
	complete_all(&disk->unregistered);
}

static void vblk_disk_finish_work(struct work_struct *work)
{
	struct vblk_disk *disk = container_of(work, struct vblk_disk,
					      finish_work);
	struct vblk_device *vd = disk->owner;

	mutex_lock(&vd->dev.lock);
	/* Unless somebody disabled it meanwhile. */
	if (vd->disk == disk)
		ipst_device_disable(&vd->dev);
	mutex_unlock(&vd->dev.lock);
	put_device(&disk->vdpa.dev);
	ipst_device_put(&vd->dev);
}

static const struct vdpa_mgmtdev_ops vblk_mgmtdev_ops = {
	.dev_add = vblk_mgmtdev_add,
	.dev_del = vblk_mgmtdev_del,
};

static struct virtio_device_id vblk_id_table[] = {
	{ VIRTIO_ID_BLOCK, VIRTIO_DEV_ANY_ID },
	{ 0 },
};

static struct vdpa_mgmt_dev vblk_mgmtdev = {
	.id_table	  = vblk_id_table,
	.ops		  = &vblk_mgmtdev_ops,
	.max_supported_vqs = IPST_MAX_QUEUES,
	.supported_features = VBLK_FEATURES,
};

int vblk_mgmtdev_init(void)
{
	int ret;

	vblk_root = root_device_register("ipst_vblk");
	if (IS_ERR(vblk_root))
		return PTR_ERR(vblk_root);
	vblk_mgmtdev.device = vblk_root;
	ret = vdpa_mgmtdev_register(&vblk_mgmtdev);
	if (ret)
		root_device_unregister(vblk_root);
	return ret;
}

void vblk_mgmtdev_exit(void)
{
	vdpa_mgmtdev_unregister(&vblk_mgmtdev);
	root_device_unregister(vblk_root);
}
