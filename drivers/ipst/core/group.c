// SPDX-License-Identifier: GPL-2.0
/*
 * Groups of devices that share limits: /sys/kernel/config/ipst/groups/<group>.
 * A folder without attributes; limits and members are netlink's, see limits.c. A
 * group that has members cannot be removed.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "core.h"

static LIST_HEAD(ipst_groups);		/* by id */
static u64 ipst_groups_last_id;
static DEFINE_MUTEX(ipst_groups_lock);	/* guards all above */

static struct ipst_group *to_ipst_group(struct config_item *item)
{
	return container_of(item, struct ipst_group, item);
}

static void ipst_group_release(struct config_item *item)
{
	struct ipst_group *group = to_ipst_group(item);

	ipst_tree_exit(&group->tree);
	kfree(group);
}

static struct configfs_item_operations ipst_group_item_ops = {
	.release = ipst_group_release,
};

static const struct config_item_type ipst_group_type = {
	.ct_item_ops	= &ipst_group_item_ops,
	.ct_owner	= THIS_MODULE,
};

static struct config_item *ipst_groups_make_item(struct config_group *groups,
						 const char *name)
{
	struct ipst_group *group;

	if (!ipst_name_is_valid(name))
		return ERR_PTR(-EINVAL);
	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&group->members);
	ipst_qos_node_init(&group->node, NULL);
	ipst_tree_init(&group->tree, &group->node);
	config_item_init_type_name(&group->item, name, &ipst_group_type);
	if (!ipst_group_name(group)) {
		config_item_put(&group->item);
		return ERR_PTR(-ENOMEM);
	}
	mutex_lock(&ipst_groups_lock);
	group->id = ++ipst_groups_last_id;
	list_add_tail(&group->entry, &ipst_groups);
	mutex_unlock(&ipst_groups_lock);
	return &group->item;
}

static void ipst_groups_drop_item(struct config_group *groups,
				  struct config_item *item)
{
	mutex_lock(&ipst_groups_lock);
	list_del(&to_ipst_group(item)->entry);
	mutex_unlock(&ipst_groups_lock);
	config_item_put(item);
}

static struct configfs_group_operations ipst_groups_group_ops = {
	.make_item	= ipst_groups_make_item,
	.drop_item	= ipst_groups_drop_item,
};

static const struct config_item_type ipst_groups_type = {
	.ct_group_ops	= &ipst_groups_group_ops,
	.ct_owner	= THIS_MODULE,
};

static struct config_group ipst_groups_group;

/* Adds the folder of groups to @parent, before that is registered. */
void ipst_groups_init(struct config_group *parent)
{
	config_group_init_type_name(&ipst_groups_group, "groups",
				    &ipst_groups_type);
	configfs_add_default_group(&ipst_groups_group, parent);
}

/**
 * ipst_group_find() - look a group up by its name
 * @name: its folder
 *
 * Context: process.
 * Return: group, to be given to ipst_group_put(), or NULL.
 */
struct ipst_group *ipst_group_find(const char *name)
{
	struct ipst_group *group;

	guard(mutex)(&ipst_groups_lock);
	list_for_each_entry(group, &ipst_groups, entry) {
		if (strcmp(ipst_group_name(group), name))
			continue;
		config_item_get(&group->item);
		return group;
	}
	return NULL;
}

void ipst_group_put(struct ipst_group *group)
{
	config_item_put(&group->item);
}

/*
 * Calls @fn for each group younger than @after_id, the oldest first, until it
 * returns non-zero, and returns that.
 */
int ipst_group_for_each(u64 after_id,
			int (*fn)(struct ipst_group *group, void *data),
			void *data)
{
	struct ipst_group *group;
	int ret;

	guard(mutex)(&ipst_groups_lock);
	list_for_each_entry(group, &ipst_groups, entry) {
		ret = group->id > after_id ? fn(group, data) : 0;
		if (ret)
			return ret;
	}
	return 0;
}

/* Keeps the folder from being removed; not from within configfs. */
int ipst_group_pin(struct ipst_group *group)
{
	return configfs_depend_item(&ipst_subsystem, &group->item);
}

void ipst_group_unpin(struct ipst_group *group)
{
	configfs_undepend_item(&group->item);
}
