// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/config/ipst: one folder for each front end, in it one for each
 * device. Attributes of every kind of device are here, a front end adds its
 * own. Values, defaults and errors: Documentation/ABI/testing/configfs-ipst.
 */
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "core.h"

struct configfs_subsystem ipst_subsystem;

/* A front end's folder, and the type of the folders below it. */
struct ipst_frontend_group {
	struct config_group group;
	struct config_item_type type;
	struct config_item_type device_type;
	const struct ipst_frontend *frontend;
	struct list_head entry;
	struct configfs_attribute *attrs[];
};

static LIST_HEAD(ipst_frontends);
static DEFINE_MUTEX(ipst_frontends_lock);	/* guards the list above */

static struct ipst_frontend_group *to_frontend_group(struct config_item *item)
{
	return container_of(to_config_group(item), struct ipst_frontend_group,
			    group);
}

static ssize_t ipst_device_show_uint(const unsigned int *field, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(*field));
}

/* Sets *@field to a number of @min ... @max, unless the device is enabled. */
static ssize_t ipst_device_store_uint(struct ipst_device *dev,
				      unsigned int *field, const char *page,
				      size_t count, unsigned int min,
				      unsigned int max)
{
	unsigned int value;
	int ret;

	ret = kstrtouint(page, 0, &value);
	if (ret || value < min || value > max)
		return -EINVAL;

	ret = ipst_device_set_attr(dev, field, &value, sizeof(value));
	return ret ?: count;
}

static ssize_t ipst_device_nsid_show(struct config_item *item, char *page)
{
	return ipst_device_show_uint(&to_ipst_device(item)->nsid, page);
}

static ssize_t ipst_device_nsid_store(struct config_item *item,
				      const char *page, size_t count)
{
	struct ipst_device *dev = to_ipst_device(item);

	return ipst_device_store_uint(dev, &dev->nsid, page, count, 1,
				      NVME_NSID_ALL - 1);
}
CONFIGFS_ATTR(ipst_device_, nsid);

static ssize_t ipst_device_num_queues_show(struct config_item *item, char *page)
{
	return ipst_device_show_uint(&to_ipst_device(item)->num_queues, page);
}

static ssize_t ipst_device_num_queues_store(struct config_item *item,
					    const char *page, size_t count)
{
	struct ipst_device *dev = to_ipst_device(item);

	return ipst_device_store_uint(dev, &dev->num_queues, page, count, 1,
				      IPST_MAX_QUEUES);
}
CONFIGFS_ATTR(ipst_device_, num_queues);

static ssize_t ipst_device_queue_size_show(struct config_item *item, char *page)
{
	return ipst_device_show_uint(&to_ipst_device(item)->queue_size, page);
}

static ssize_t ipst_device_queue_size_store(struct config_item *item,
					    const char *page, size_t count)
{
	struct ipst_device *dev = to_ipst_device(item);
	unsigned int value;

	if (kstrtouint(page, 0, &value) || !is_power_of_2(value))
		return -EINVAL;
	return ipst_device_store_uint(dev, &dev->queue_size, page, count, 2,
				      IPST_MAX_QUEUE_SIZE);
}
CONFIGFS_ATTR(ipst_device_, queue_size);

static ssize_t ipst_device_busy_poll_us_show(struct config_item *item,
					     char *page)
{
	return ipst_device_show_uint(&to_ipst_device(item)->busy_poll_us, page);
}

static ssize_t ipst_device_busy_poll_us_store(struct config_item *item,
					      const char *page, size_t count)
{
	struct ipst_device *dev = to_ipst_device(item);

	return ipst_device_store_uint(dev, &dev->busy_poll_us, page, count, 0,
				      1000);
}
CONFIGFS_ATTR(ipst_device_, busy_poll_us);

static ssize_t ipst_device_host_nqn_show(struct config_item *item, char *page)
{
	struct ipst_device *dev = to_ipst_device(item);
	char nqn[IPST_NQN_LEN];

	ipst_device_get_attr(dev, nqn, dev->host_nqn, sizeof(nqn));
	return sysfs_emit(page, "%s\n", nqn);
}

static ssize_t ipst_device_host_nqn_store(struct config_item *item,
					  const char *page, size_t count)
{
	struct ipst_device *dev = to_ipst_device(item);
	size_t len = strcspn(page, "\n");
	char nqn[IPST_NQN_LEN] = {};
	int ret;

	if (!len || len >= sizeof(nqn) || !strstarts(page, "nqn."))
		return -EINVAL;

	memcpy(nqn, page, len);
	ret = ipst_device_set_attr(dev, dev->host_nqn, nqn, sizeof(nqn));
	return ret ?: count;
}
CONFIGFS_ATTR(ipst_device_, host_nqn);

static ssize_t ipst_device_show_cpus(struct ipst_device *dev,
				     const struct cpumask *attr, char *page)
{
	struct cpumask *cpus __free(kfree) = kzalloc(sizeof(*cpus), GFP_KERNEL);

	if (!cpus)
		return -ENOMEM;
	ipst_device_get_attr(dev, cpus, attr, sizeof(*cpus));
	cpumask_and(cpus, cpus, cpu_possible_mask);
	return sysfs_emit(page, "%*pbl\n", cpumask_pr_args(cpus));
}

static ssize_t ipst_device_store_cpus(struct ipst_device *dev,
				      struct cpumask *attr, const char *page,
				      size_t count, bool may_be_empty)
{
	struct cpumask *cpus __free(kfree) = kzalloc(sizeof(*cpus), GFP_KERNEL);
	int ret;

	if (!cpus)
		return -ENOMEM;
	if (cpulist_parse(page, cpus))
		return -EINVAL;
	if (!cpumask_intersects(cpus, cpu_possible_mask) &&
	    !(may_be_empty && cpumask_empty(cpus)))
		return -EINVAL;

	ret = ipst_device_set_attr(dev, attr, cpus, sizeof(*cpus));
	return ret ?: count;
}

static ssize_t ipst_device_cpus_show(struct config_item *item, char *page)
{
	struct ipst_device *dev = to_ipst_device(item);

	return ipst_device_show_cpus(dev, &dev->cpus, page);
}

static ssize_t ipst_device_cpus_store(struct config_item *item,
				      const char *page, size_t count)
{
	struct ipst_device *dev = to_ipst_device(item);

	return ipst_device_store_cpus(dev, &dev->cpus, page, count, false);
}
CONFIGFS_ATTR(ipst_device_, cpus);

static ssize_t ipst_device_deep_cpus_show(struct config_item *item, char *page)
{
	struct ipst_device *dev = to_ipst_device(item);

	return ipst_device_show_cpus(dev, &dev->deep_cpus, page);
}

static ssize_t ipst_device_deep_cpus_store(struct config_item *item,
					   const char *page, size_t count)
{
	struct ipst_device *dev = to_ipst_device(item);

	return ipst_device_store_cpus(dev, &dev->deep_cpus, page, count, true);
}
CONFIGFS_ATTR(ipst_device_, deep_cpus);

static ssize_t ipst_device_enable_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n",
			  READ_ONCE(to_ipst_device(item)->enabled));
}

static ssize_t ipst_device_enable_store(struct config_item *item,
					const char *page, size_t count)
{
	struct ipst_device *dev = to_ipst_device(item);
	bool enable;
	int ret;

	if (kstrtobool(page, &enable))
		return -EINVAL;

	mutex_lock(&dev->lock);
	ret = enable ? ipst_device_enable(dev) : ipst_device_disable(dev);
	mutex_unlock(&dev->lock);
	return ret ?: count;
}
CONFIGFS_ATTR(ipst_device_, enable);

static ssize_t ipst_device_paused_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", READ_ONCE(to_ipst_device(item)->paused));
}

static ssize_t ipst_device_paused_store(struct config_item *item,
					const char *page, size_t count)
{
	struct ipst_device *dev = to_ipst_device(item);
	bool pause;
	int ret;

	if (kstrtobool(page, &pause))
		return -EINVAL;

	mutex_lock(&dev->lock);
	ret = ipst_device_pause(dev, pause);
	mutex_unlock(&dev->lock);
	return ret ?: count;
}
CONFIGFS_ATTR(ipst_device_, paused);

static ssize_t ipst_device_state_show(struct config_item *item, char *page)
{
	static const char * const names[] = {
		[IPST_DEVICE_STATE_DISABLED]	= "disabled",
		[IPST_DEVICE_STATE_READY]	= "ready",
		[IPST_DEVICE_STATE_LIVE]	= "live",
		[IPST_DEVICE_STATE_SUSPENDED]	= "suspended",
		[IPST_DEVICE_STATE_NEEDS_RESET]	= "needs_reset",
	};
	struct ipst_device *dev = to_ipst_device(item);
	struct ipst_device_info info = {};

	dev->frontend->query(dev, &info);
	return sysfs_emit(page, "%s\n", names[info.state]);
}
CONFIGFS_ATTR_RO(ipst_device_, state);

static struct configfs_attribute *ipst_device_attrs[] = {
	&ipst_device_attr_nsid,
	&ipst_device_attr_num_queues,
	&ipst_device_attr_queue_size,
	&ipst_device_attr_host_nqn,
	&ipst_device_attr_busy_poll_us,
	&ipst_device_attr_cpus,
	&ipst_device_attr_deep_cpus,
	&ipst_device_attr_enable,
	&ipst_device_attr_paused,
	&ipst_device_attr_state,
};

static void ipst_device_release(struct config_item *item)
{
	struct ipst_device *dev = to_ipst_device(item);

	ipst_device_exit(dev);
	dev->frontend->free(dev);
}

static struct configfs_item_operations ipst_device_item_ops = {
	.release = ipst_device_release,
};

static struct ipst_device *subsystem_to_device(struct config_item *item)
{
	return container_of(to_config_group(item), struct ipst_device,
			    subsystem_group);
}

static int ipst_subsystem_allow_link(struct config_item *item,
				     struct config_item *target)
{
	if (!ipst_subsystem_is_valid(target))
		return -EINVAL;
	return ipst_device_link(subsystem_to_device(item), target);
}

static void ipst_subsystem_drop_link(struct config_item *item,
				     struct config_item *target)
{
	ipst_device_unlink(subsystem_to_device(item));
}

static struct configfs_item_operations ipst_subsystem_item_ops = {
	.allow_link	= ipst_subsystem_allow_link,
	.drop_link	= ipst_subsystem_drop_link,
};

static const struct config_item_type ipst_subsystem_type = {
	.ct_item_ops	= &ipst_subsystem_item_ops,
	.ct_owner	= THIS_MODULE,
};

/* Names of devices and groups go into logs and tables. */
bool ipst_name_is_valid(const char *name)
{
	size_t len = strlen(name);

	if (len >= IPST_NAME_LEN || !isalnum(name[0]))
		return false;
	for (; *name; name++)
		if (!isascii(*name) ||
		    (!isalnum(*name) && !strchr("-_.", *name)))
			return false;
	return true;
}

static struct config_group *ipst_frontend_make_group(struct config_group *group,
						     const char *name)
{
	struct ipst_frontend_group *fg = to_frontend_group(&group->cg_item);
	struct ipst_device *dev;
	int ret;

	if (!ipst_name_is_valid(name))
		return ERR_PTR(-EINVAL);

	dev = fg->frontend->alloc();
	if (!dev)
		return ERR_PTR(-ENOMEM);
	ret = ipst_device_init(dev, fg->frontend);
	if (ret) {
		fg->frontend->free(dev);
		return ERR_PTR(ret);
	}
	config_group_init_type_name(&dev->group, name, &fg->device_type);
	if (!ipst_device_name(dev)) {
		config_item_put(&dev->group.cg_item);
		return ERR_PTR(-ENOMEM);
	}
	config_group_init_type_name(&dev->subsystem_group, "subsystem",
				    &ipst_subsystem_type);
	configfs_add_default_group(&dev->subsystem_group, &dev->group);
	ipst_device_add(dev);
	ipst_event(dev, IPST_DEVICE_EVENT_CREATED);
	return &dev->group;
}

/* While it still has a name: configfs takes that before it releases an item. */
static void ipst_frontend_drop_item(struct config_group *group,
				    struct config_item *item)
{
	struct ipst_device *dev = to_ipst_device(item);

	ipst_device_remove(dev);
	ipst_limiter_leave(dev->limiter);
	ipst_event(dev, IPST_DEVICE_EVENT_GONE);
	config_item_put(item);
}

static struct configfs_group_operations ipst_frontend_group_ops = {
	.make_group	= ipst_frontend_make_group,
	.drop_item	= ipst_frontend_drop_item,
};

/* Keeps the device's folder from being removed; balanced by the unpin. */
int ipst_configfs_pin(struct ipst_device *dev)
{
	return configfs_depend_item_unlocked(&ipst_subsystem,
					     &dev->group.cg_item);
}

void ipst_configfs_unpin(struct ipst_device *dev)
{
	configfs_undepend_item(&dev->group.cg_item);
}

static struct ipst_frontend_group *
ipst_frontend_group_create(const struct ipst_frontend *frontend)
{
	unsigned int own = 0, i, common = ARRAY_SIZE(ipst_device_attrs);
	struct ipst_frontend_group *fg;

	while (frontend->attrs[own])
		own++;
	fg = kzalloc(struct_size(fg, attrs, common + own + 1), GFP_KERNEL);
	if (!fg)
		return NULL;
	for (i = 0; i < common; i++)
		fg->attrs[i] = ipst_device_attrs[i];
	for (i = 0; i < own; i++)
		fg->attrs[common + i] = frontend->attrs[i];

	fg->frontend = frontend;
	fg->type.ct_owner = frontend->owner;
	fg->type.ct_group_ops = &ipst_frontend_group_ops;
	fg->device_type.ct_owner = frontend->owner;
	fg->device_type.ct_item_ops = &ipst_device_item_ops;
	fg->device_type.ct_attrs = fg->attrs;
	config_group_init_type_name(&fg->group, frontend->name, &fg->type);
	return fg;
}

/**
 * ipst_frontend_register() - add a kind of device
 * @frontend: must outlive the registration
 *
 * Context: process, module init.
 * Return: 0 or -ENOMEM, -EEXIST.
 */
int ipst_frontend_register(const struct ipst_frontend *frontend)
{
	struct ipst_frontend_group *fg;
	int ret;

	fg = ipst_frontend_group_create(frontend);
	if (!fg)
		return -ENOMEM;
	ret = configfs_register_group(&ipst_subsystem.su_group, &fg->group);
	if (ret) {
		kfree(fg);
		return ret;
	}
	mutex_lock(&ipst_frontends_lock);
	list_add_tail(&fg->entry, &ipst_frontends);
	mutex_unlock(&ipst_frontends_lock);
	return 0;
}
EXPORT_SYMBOL_NS_GPL(ipst_frontend_register, IPST);

static struct ipst_frontend_group *
ipst_frontend_find(const struct ipst_frontend *frontend)
{
	struct ipst_frontend_group *fg;

	lockdep_assert_held(&ipst_frontends_lock);
	list_for_each_entry(fg, &ipst_frontends, entry)
		if (fg->frontend == frontend)
			return fg;
	return NULL;
}

/**
 * ipst_frontend_unregister() - undo ipst_frontend_register()
 * @frontend: without devices: their folders pin @frontend's module
 *
 * Context: process, module exit.
 */
void ipst_frontend_unregister(const struct ipst_frontend *frontend)
{
	struct ipst_frontend_group *fg;

	mutex_lock(&ipst_frontends_lock);
	fg = ipst_frontend_find(frontend);
	list_del(&fg->entry);
	mutex_unlock(&ipst_frontends_lock);
	configfs_unregister_group(&fg->group);
	kfree(fg);
}
EXPORT_SYMBOL_NS_GPL(ipst_frontend_unregister, IPST);

/**
 * ipst_device_find() - look a device up by its name
 * @frontend: whose device
 * @name: its folder
 *
 * Context: process.
 * Return: device, to be given to ipst_device_put(), or NULL.
 */
struct ipst_device *ipst_device_find(const struct ipst_frontend *frontend,
				     const char *name)
{
	struct ipst_frontend_group *fg;
	struct config_item *item = NULL;

	mutex_lock(&ipst_frontends_lock);
	fg = ipst_frontend_find(frontend);
	if (fg) {
		mutex_lock(&ipst_subsystem.su_mutex);
		item = config_group_find_item(&fg->group, name);
		mutex_unlock(&ipst_subsystem.su_mutex);
	}
	mutex_unlock(&ipst_frontends_lock);
	return item ? to_ipst_device(item) : NULL;
}
EXPORT_SYMBOL_NS_GPL(ipst_device_find, IPST);

/**
 * ipst_device_get() - take another reference
 * @dev: device that the caller has one of
 *
 * Context: any.
 */
void ipst_device_get(struct ipst_device *dev)
{
	config_item_get(&dev->group.cg_item);
}
EXPORT_SYMBOL_NS_GPL(ipst_device_get, IPST);

/**
 * ipst_device_put() - give back a reference
 * @dev: device, or NULL
 *
 * Context: process; the last reference frees the device.
 */
void ipst_device_put(struct ipst_device *dev)
{
	if (dev)
		config_item_put(&dev->group.cg_item);
}
EXPORT_SYMBOL_NS_GPL(ipst_device_put, IPST);

static const struct config_item_type ipst_root_type = {
	.ct_owner = THIS_MODULE,
};

int ipst_configfs_init(void)
{
	config_group_init_type_name(&ipst_subsystem.su_group, "ipst",
				    &ipst_root_type);
	ipst_groups_init(&ipst_subsystem.su_group);
	mutex_init(&ipst_subsystem.su_mutex);
	return configfs_register_subsystem(&ipst_subsystem);
}

void ipst_configfs_exit(void)
{
	configfs_unregister_subsystem(&ipst_subsystem);
	mutex_destroy(&ipst_subsystem.su_mutex);
}
