// SPDX-License-Identifier: GPL-2.0
/*
 * Devices: what a host sees. A device is born by mkdir, gets a subsystem by a
 * symlink, and becomes reachable by enable. configfs.c turns files into these
 * calls, the front end does the part that hosts see.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>

#include "core.h"

#define IPST_IDENTIFY_TRIES	50
#define IPST_IDENTIFY_RETRY_MS	20

static LIST_HEAD(ipst_devices);			/* by id */
static u64 ipst_devices_last_id;
static unsigned int ipst_devices_seq = 1;	/* of the list's changes, not 0 */
static DEFINE_MUTEX(ipst_devices_lock);		/* guards all above */

/* Returns 0 or -ENOMEM. */
int ipst_device_init(struct ipst_device *dev,
		     const struct ipst_frontend *frontend)
{
	dev->frontend = frontend;
	mutex_init(&dev->lock);
	spin_lock_init(&dev->attr_lock);
	generate_random_uuid(dev->uuid.b);
	snprintf(dev->host_nqn, sizeof(dev->host_nqn),
		 "nqn.2014-08.org.nvmexpress:uuid:%pUb", &dev->uuid);
	dev->nsid = 1;
	dev->num_queues = min(num_online_cpus(), 4U);
	dev->queue_size = 256;
	cpumask_setall(&dev->cpus);
	return ipst_limiter_create(dev);
}

void ipst_device_exit(struct ipst_device *dev)
{
	ipst_limiter_destroy(dev->limiter);
	mutex_destroy(&dev->lock);
}

static void ipst_devices_changed(void)
{
	lockdep_assert_held(&ipst_devices_lock);
	ipst_devices_seq = ipst_devices_seq + 1 ?: 1;
}

/* Shows a device to ipst_device_for_each(): it has its name. */
void ipst_device_add(struct ipst_device *dev)
{
	guard(mutex)(&ipst_devices_lock);
	dev->id = ++ipst_devices_last_id;
	list_add_tail(&dev->entry, &ipst_devices);
	ipst_devices_changed();
}

/* It may lose its name after this. */
void ipst_device_remove(struct ipst_device *dev)
{
	guard(mutex)(&ipst_devices_lock);
	list_del(&dev->entry);
	ipst_devices_changed();
}

/*
 * Calls @fn for each device, the oldest first and none older than @first_id,
 * until it returns non-zero, and returns that. Whoever comes back for the rest
 * learns by @seq, if that is not NULL, whether devices came or went meanwhile.
 */
int ipst_device_for_each(u64 first_id, unsigned int *seq,
			 int (*fn)(struct ipst_device *dev, void *data),
			 void *data)
{
	struct ipst_device *dev;
	int ret;

	guard(mutex)(&ipst_devices_lock);
	if (seq)
		*seq = ipst_devices_seq;
	list_for_each_entry(dev, &ipst_devices, entry) {
		ret = dev->id < first_id ? 0 : fn(dev, data);
		if (ret)
			return ret;
	}
	return 0;
}

/* Calls @fn for the device of this name and returns what it does, or -ENOENT. */
int ipst_device_call(const char *name,
		     int (*fn)(struct ipst_device *dev, void *data), void *data)
{
	struct ipst_device *dev;

	guard(mutex)(&ipst_devices_lock);
	list_for_each_entry(dev, &ipst_devices, entry)
		if (!strcmp(ipst_device_name(dev), name))
			return fn(dev, data);
	return -ENOENT;
}

/**
 * ipst_device_get_ns() - the namespace of a device, as last seen
 * @dev: device
 * @info: filled in
 *
 * Context: any but hard interrupt; takes &ipst_device.attr_lock.
 */
void ipst_device_get_ns(struct ipst_device *dev, struct ipst_ns_info *info)
{
	ipst_device_get_attr(dev, info, &dev->ns, sizeof(*info));
}
EXPORT_SYMBOL_NS_GPL(ipst_device_get_ns, IPST);

/**
 * ipst_device_get_attr() - read an attribute
 * @dev: device
 * @value: filled in
 * @attr: member of @dev, or of the structure around it
 * @size: of both
 *
 * Context: any but hard interrupt; takes &ipst_device.attr_lock.
 */
void ipst_device_get_attr(struct ipst_device *dev, void *value,
			  const void *attr, size_t size)
{
	spin_lock(&dev->attr_lock);
	memcpy(value, attr, size);
	spin_unlock(&dev->attr_lock);
}
EXPORT_SYMBOL_NS_GPL(ipst_device_get_attr, IPST);

/**
 * ipst_device_set_attr() - change an attribute
 * @dev: device
 * @attr: member of @dev, or of the structure around it
 * @value: valid new value
 * @size: of both
 *
 * Context: any but hard interrupt; takes &ipst_device.attr_lock.
 * Return: 0, or -EBUSY if the device is enabled.
 */
int ipst_device_set_attr(struct ipst_device *dev, void *attr,
			 const void *value, size_t size)
{
	int ret = 0;

	spin_lock(&dev->attr_lock);
	if (dev->enabled)
		ret = -EBUSY;
	else
		memcpy(attr, value, size);
	spin_unlock(&dev->attr_lock);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(ipst_device_set_attr, IPST);

/* Short of memory, ours or nvmet's, it may well work a moment later. */
static int ipst_device_identify(struct ipst_device *dev, struct ipst_ctrl *ctrl,
				struct ipst_ns_info *info)
{
	int ret, tries = IPST_IDENTIFY_TRIES;

	while ((ret = ipst_ctrl_identify_ns(ctrl, dev->nsid, info)) &&
	       (ret == -ENOMEM || ret == -EIO) && --tries)
		msleep(IPST_IDENTIFY_RETRY_MS);
	return ret;
}

/* Whether the namespace is there. Tells listeners, and returns true, if it is news. */
static bool ipst_device_set_ns_gone(struct ipst_device *dev, bool gone)
{
	bool was_gone;

	spin_lock(&dev->attr_lock);
	was_gone = dev->ns_gone;
	dev->ns_gone = gone;
	spin_unlock(&dev->attr_lock);
	if (gone == was_gone)
		return false;
	ipst_event(dev, gone ? IPST_DEVICE_EVENT_NAMESPACE_GONE :
			       IPST_DEVICE_EVENT_NAMESPACE_BACK);
	return true;
}

/*
 * A namespace that went away keeps its last known shape: requests fail, but
 * the disk does not shrink to nothing under a guest that will see it back. One
 * of a kind that we do not serve leaves nothing of the disk. What changes while
 * the device is paused is looked at when that ends.
 */
static void ipst_device_ns_changed(struct ipst_ctrl *ctrl, void *priv)
{
	struct ipst_device *dev = priv;
	struct ipst_ns_info info;
	bool paused;
	int ret;

	ipst_device_get_attr(dev, &paused, &dev->paused, sizeof(paused));
	if (paused)
		return;
	ret = ipst_device_identify(dev, ctrl, &info);
	if (ret == -ENODEV) {
		if (ipst_device_set_ns_gone(dev, true))
			pr_notice("%s: namespace %u is gone, requests fail\n",
				  ipst_device_name(dev), dev->nsid);
		return;
	}
	if (ret == -EOPNOTSUPP) {
		pr_warn("%s: namespace %u is of another kind now\n",
			ipst_device_name(dev), dev->nsid);
		ipst_device_get_ns(dev, &info);
		info.size_bytes = 0;
	} else if (ret) {
		pr_warn("%s: namespace %u cannot be looked at\n",
			ipst_device_name(dev), dev->nsid);
		return;
	}

	spin_lock(&dev->attr_lock);
	dev->ns = info;
	spin_unlock(&dev->attr_lock);
	dev->frontend->ns_changed(dev);
	/* Last: then the event tells of the new shape. */
	if (ipst_device_set_ns_gone(dev, false))
		pr_notice("%s: namespace %u is back\n", ipst_device_name(dev),
			  dev->nsid);
}

/**
 * ipst_device_connect() - give a device its controller
 * @dev: device with a subsystem
 *
 * Connects all queues and reads the namespace into &ipst_device.ns.
 *
 * Context: process, under &ipst_device.lock; may wait for other users of
 * nvmet's configuration.
 * Return: 0, or
 * * -ENOLINK - no subsystem is linked
 * * -EACCES - the subsystem refuses &ipst_device.host_nqn, or wants it to
 *   authenticate
 * * -ENODEV - the namespace does not exist, or is not enabled
 * * -EOPNOTSUPP - the namespace is zoned, has metadata or huge blocks, or is
 *   passed through
 * * -EUSERS - the subsystem does not take that many queues
 * * -ENOMEM, -EIO
 */
int ipst_device_connect(struct ipst_device *dev)
{
	struct ipst_ctrl_params params = {
		.subsystem = dev->subsystem,
		.host_nqn = dev->host_nqn,
		.host_id = dev->uuid,
		.num_queues = dev->num_queues,
		.queue_depth = dev->queue_size,
		.complete = dev->frontend->complete,
		.ns_changed = ipst_device_ns_changed,
		.priv = dev,
	};
	struct ipst_ns_info info;
	struct ipst_ctrl *ctrl;
	int ret;

	lockdep_assert_held(&dev->lock);
	if (!dev->subsystem)
		return -ENOLINK;

	ctrl = ipst_ctrl_create(&params);
	if (IS_ERR(ctrl))
		return PTR_ERR(ctrl);

	ret = ipst_ctrl_identify_ns(ctrl, dev->nsid, &info);
	if (ret) {
		ipst_ctrl_destroy(ctrl);
		return ret;
	}

	spin_lock(&dev->attr_lock);
	dev->ns = info;
	spin_unlock(&dev->attr_lock);
	dev->ctrl = ctrl;
	ipst_ctrl_watch(ctrl);
	return 0;
}
EXPORT_SYMBOL_NS_GPL(ipst_device_connect, IPST);

/**
 * ipst_device_disconnect() - take a device's controller away
 * @dev: device; nothing happens if it has none
 *
 * The front end has stopped submitting, and seen every request complete.
 * nvmet drops its references to a request after the completion callback, so
 * only the return of this function proves that none is left.
 *
 * Context: process, under &ipst_device.lock; waits for the backend.
 */
void ipst_device_disconnect(struct ipst_device *dev)
{
	lockdep_assert_held(&dev->lock);
	if (!dev->ctrl)
		return;

	ipst_ctrl_destroy(dev->ctrl);
	dev->ctrl = NULL;
}
EXPORT_SYMBOL_NS_GPL(ipst_device_disconnect, IPST);

static bool ipst_device_is_read_only(struct ipst_device *dev)
{
	struct ipst_device_info info = {};

	dev->frontend->query(dev, &info);
	return info.read_only;
}

static int ipst_device_warn_if_shared(struct ipst_device *other, void *data)
{
	char nqn[IPST_NQN_LEN];
	struct ipst_device *dev = data;

	ipst_device_get_attr(other, nqn, other->subsys_nqn, sizeof(nqn));
	if (other != dev && READ_ONCE(other->enabled) &&
	    other->nsid == dev->nsid && !strcmp(nqn, dev->subsys_nqn) &&
	    !ipst_device_is_read_only(other))
		pr_notice("%s and %s can both write to namespace %u of %s\n",
			  ipst_device_name(dev), ipst_device_name(other),
			  dev->nsid, nqn);
	return 0;
}

/* Two writers on one namespace are allowed, and seldom meant: say so. */
static void ipst_device_warn_shared(struct ipst_device *dev)
{
	if (!ipst_device_is_read_only(dev))
		ipst_device_for_each(0, NULL, ipst_device_warn_if_shared, dev);
}

/* Not enabled any more: attributes can change, the namespace is unknown. */
static void ipst_device_thaw(struct ipst_device *dev)
{
	spin_lock(&dev->attr_lock);
	dev->enabled = false;
	dev->paused = false;
	dev->ns_gone = false;
	dev->ns = (struct ipst_ns_info) {};
	spin_unlock(&dev->attr_lock);
}

/**
 * ipst_device_enable() - let hosts reach a device
 * @dev: device
 *
 * Context: process, under &ipst_device.lock.
 * Return: 0, also if it was enabled already; see ipst_device_connect() and
 * the front end for errors, after which nothing has changed.
 */
int ipst_device_enable(struct ipst_device *dev)
{
	int ret;

	lockdep_assert_held(&dev->lock);
	if (dev->enabled)
		return 0;

	/* Freezes the attributes before they are used. */
	spin_lock(&dev->attr_lock);
	dev->enabled = true;
	spin_unlock(&dev->attr_lock);

	ret = dev->frontend->enable(dev);
	if (ret)
		ipst_device_thaw(dev);
	else
		ipst_device_warn_shared(dev);
	ipst_event_state(dev);
	return ret;
}
EXPORT_SYMBOL_NS_GPL(ipst_device_enable, IPST);

/**
 * ipst_device_disable() - take a device away from hosts
 * @dev: device
 *
 * Context: process, under &ipst_device.lock; waits for requests in flight.
 * Return: 0, also if it was disabled already; -EBUSY while a host uses it.
 */
int ipst_device_disable(struct ipst_device *dev)
{
	bool was_paused = dev->paused;
	int ret;

	lockdep_assert_held(&dev->lock);
	if (!dev->enabled)
		return 0;

	ret = dev->frontend->disable(dev);
	if (ret)
		return ret;

	ipst_device_thaw(dev);
	if (was_paused)
		ipst_event(dev, IPST_DEVICE_EVENT_RESUMED);
	ipst_event_state(dev);
	if (!dev->subsystem)
		ipst_configfs_unpin(dev);
	return 0;
}
EXPORT_SYMBOL_NS_GPL(ipst_device_disable, IPST);

static void ipst_device_set_paused(struct ipst_device *dev, bool paused)
{
	spin_lock(&dev->attr_lock);
	dev->paused = paused;
	spin_unlock(&dev->attr_lock);
}

/**
 * ipst_device_pause() - hold I/O back, or let it go on
 * @dev: device
 * @pause: which of the two
 *
 * While a device is paused nothing of it is in flight and hosts wait, without
 * errors, so that what is behind the namespace can be exchanged.
 *
 * Context: process, under &ipst_device.lock; waits for requests in flight.
 * Return: 0, also if it was so already; -ENODEV if @pause is true and the
 * device is not enabled; -EINTR if the task is killed while it waits. Nothing
 * has changed after an error.
 */
int ipst_device_pause(struct ipst_device *dev, bool pause)
{
	int ret;

	lockdep_assert_held(&dev->lock);
	if (pause == dev->paused)
		return 0;
	if (!dev->enabled)
		return -ENODEV;

	if (pause) {
		ret = dev->frontend->pause(dev, true);
		if (ret)
			return ret;
		ipst_device_set_paused(dev, true);
		ipst_event(dev, IPST_DEVICE_EVENT_PAUSED);
		return 0;
	}
	ipst_device_set_paused(dev, false);
	/* What has changed meanwhile counts before the first request does. */
	if (dev->ctrl)
		ipst_device_ns_changed(dev->ctrl, dev);
	ret = dev->frontend->pause(dev, false);
	ipst_event(dev, IPST_DEVICE_EVENT_RESUMED);
	return ret;
}

/*
 * Links a subsystem. From now on, until the device is neither linked nor
 * enabled, its folder cannot be removed.
 */
int ipst_device_link(struct ipst_device *dev, struct config_item *subsystem)
{
	int ret;

	guard(mutex)(&dev->lock);
	if (dev->subsystem)
		return -EEXIST;
	if (dev->enabled)
		return -EBUSY;

	ret = ipst_configfs_pin(dev);
	if (ret)
		return ret;

	dev->subsystem = subsystem;
	spin_lock(&dev->attr_lock);
	strscpy(dev->subsys_nqn, config_item_name(subsystem));
	spin_unlock(&dev->attr_lock);
	return 0;
}

/*
 * configfs cannot refuse an unlink. While the device is enabled it is the same
 * as pulling a drive: requests in flight finish, later ones fail, the host
 * keeps its device, and nothing of ours refers to the subsystem any more.
 */
void ipst_device_unlink(struct ipst_device *dev)
{
	guard(mutex)(&dev->lock);
	if (dev->enabled) {
		pr_notice("%s lost its subsystem %s\n", ipst_device_name(dev),
			  dev->subsys_nqn);
		dev->frontend->quiesce(dev);
		ipst_device_disconnect(dev);
		dev->frontend->resume(dev);
		ipst_device_set_ns_gone(dev, true);
	} else {
		ipst_configfs_unpin(dev);
	}

	dev->subsystem = NULL;
	spin_lock(&dev->attr_lock);
	dev->subsys_nqn[0] = '\0';
	spin_unlock(&dev->attr_lock);
}
