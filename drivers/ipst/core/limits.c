// SPDX-License-Identifier: GPL-2.0
/* The netlink noun qos: limits of devices, and of groups of them. */
#include "netlink.h"

/* The attribute of each limit. */
static const int ipst_limits_attr[IPST_QOS_NUM_SHARES][IPST_QOS_NUM_UNITS] = {
	[IPST_QOS_RW] = { IPST_A_QOS_RW_IOPS, IPST_A_QOS_RW_BPS },
	[IPST_QOS_R]  = { IPST_A_QOS_R_IOPS, IPST_A_QOS_R_BPS },
	[IPST_QOS_W]  = { IPST_A_QOS_W_IOPS, IPST_A_QOS_W_BPS },
};

static int ipst_limits_put_all(struct sk_buff *skb,
			       const struct ipst_qos_limits *limits)
{
	enum ipst_qos_share share;
	int unit;

	for (share = 0; share < IPST_QOS_NUM_SHARES; share++)
		for (unit = 0; unit < IPST_QOS_NUM_UNITS; unit++)
			if (nla_put_uint(skb, ipst_limits_attr[share][unit],
					 limits->rate[share][unit]))
				return -EMSGSIZE;
	return nla_put_u32(skb, IPST_A_QOS_BURST_MS, limits->burst_ms);
}

static int ipst_limits_put_device(const struct ipst_nl_walk *walk,
				  struct ipst_device *dev, unsigned int item)
{
	struct sk_buff *skb = walk->skb;
	struct ipst_qos_limits limits;
	char group[IPST_NAME_LEN];
	u32 weight;
	void *hdr;
	int ret = 0;

	if (item)
		return -ERANGE;
	ipst_device_get_limits(dev, &limits, &weight, group);
	hdr = genlmsg_iput(skb, walk->info);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, IPST_A_QOS_NAME, ipst_device_name(dev)) ||
	    (group[0] && nla_put_string(skb, IPST_A_QOS_GROUP, group)) ||
	    nla_put_u32(skb, IPST_A_QOS_WEIGHT, weight))
		ret = -EMSGSIZE;
	return ipst_nl_end(walk, hdr, ret ?: ipst_limits_put_all(skb, &limits));
}

static int ipst_limits_put_group(const struct ipst_nl_walk *walk,
				 struct ipst_group *group)
{
	struct ipst_qos_limits limits;
	int ret = 0;
	void *hdr;

	ipst_group_get_limits(group, &limits);
	hdr = genlmsg_iput(walk->skb, walk->info);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(walk->skb, IPST_A_QOS_GROUP, ipst_group_name(group)))
		ret = -EMSGSIZE;
	return ipst_nl_end(walk, hdr,
			   ret ?: ipst_limits_put_all(walk->skb, &limits));
}

/* The group that the request names, to be given to ipst_group_put(). */
static struct ipst_group *ipst_limits_find_group(const struct genl_info *info)
{
	struct ipst_group *group;

	group = ipst_group_find(nla_data(info->attrs[IPST_A_QOS_GROUP]));
	if (group)
		return group;
	NL_SET_ERR_MSG_MOD(info->extack,
			   "no such group, make its folder in configfs/ipst/groups");
	return ERR_PTR(-ENOENT);
}

/* Is the request about a group? Else it has to name a device. */
static int ipst_limits_is_group(const struct genl_info *info)
{
	int ret;

	ret = ipst_nl_check_net(info);
	if (ret)
		return ret;
	if (info->attrs[IPST_A_QOS_NAME])
		return 0;
	if (info->attrs[IPST_A_QOS_GROUP])
		return 1;
	NL_SET_ERR_MSG_MOD(info->extack, "name a device or a group");
	return -EINVAL;
}

static int ipst_limits_get_group(struct genl_info *info)
{
	struct ipst_nl_walk walk = { .info = info };
	struct ipst_group *group;
	int ret = -ENOMEM;

	group = ipst_limits_find_group(info);
	if (IS_ERR(group))
		return PTR_ERR(group);
	walk.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (walk.skb)
		ret = ipst_limits_put_group(&walk, group);
	ipst_group_put(group);
	if (!ret)
		return genlmsg_reply(walk.skb, info);
	nlmsg_free(walk.skb);
	return ret;
}

int ipst_nl_qos_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	int ret = ipst_limits_is_group(info);

	if (ret < 0)
		return ret;
	return ret ? ipst_limits_get_group(info) :
		     ipst_nl_do(info, IPST_A_QOS_NAME, ipst_limits_put_device, 0);
}

/* Groups have ids as devices have: the next part begins after the last one. */
static int ipst_limits_dump_group(struct ipst_group *group, void *data)
{
	const struct ipst_nl_walk *walk = data;
	int ret;

	ret = ipst_limits_put_group(walk, group);
	if (!ret)
		walk->cb->args[IPST_NL_DUMP_ARG] = group->id;
	return ret;
}

int ipst_nl_qos_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ipst_nl_walk walk = {
		.skb = skb,
		.info = genl_info_dump(cb),
		.cb = cb,
	};
	int ret;

	ret = ipst_nl_check_net(walk.info);
	if (ret)
		return ret;
	ret = ipst_group_for_each(cb->args[IPST_NL_DUMP_ARG],
				  ipst_limits_dump_group, &walk);
	if (ret)
		return skb->len ?: ret;
	return ipst_nl_dump(skb, cb, ipst_limits_put_device);
}

/* Reads all but the names. */
static int ipst_limits_parse(const struct genl_info *info,
			     struct ipst_limits_change *change)
{
	struct nlattr **attrs = info->attrs, *attr;
	enum ipst_qos_share share;
	int unit;

	for (share = 0; share < IPST_QOS_NUM_SHARES; share++) {
		for (unit = 0; unit < IPST_QOS_NUM_UNITS; unit++) {
			attr = attrs[ipst_limits_attr[share][unit]];
			if (!attr)
				continue;
			change->has_rate[share][unit] = true;
			change->limits.rate[share][unit] = nla_get_uint(attr);
		}
	}
	if (attrs[IPST_A_QOS_BURST_MS])
		change->limits.burst_ms = nla_get_u32(attrs[IPST_A_QOS_BURST_MS]);
	if (attrs[IPST_A_QOS_WEIGHT])
		change->weight = nla_get_u32(attrs[IPST_A_QOS_WEIGHT]);
	if (!change->weight || attrs[IPST_A_QOS_NAME])
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attrs[IPST_A_QOS_WEIGHT],
			    "a group has no weight, give it to its members");
	return -EINVAL;
}

static int ipst_limits_set_group(struct genl_info *info,
				 const struct ipst_limits_change *change)
{
	struct ipst_group *group = ipst_limits_find_group(info);

	if (IS_ERR(group))
		return PTR_ERR(group);
	ipst_group_change_limits(group, change);
	ipst_group_put(group);
	return 0;
}

static int ipst_limits_change_device(struct ipst_device *dev, void *data)
{
	ipst_device_change_limits(dev, data);
	return 0;
}

/* The group to join, pinned for that; an empty name is none. */
static int ipst_limits_get_joined(const struct genl_info *info,
				  struct ipst_limits_change *change)
{
	const struct nlattr *attr = info->attrs[IPST_A_QOS_GROUP];
	struct ipst_group *group;
	int ret;

	change->has_group = attr;
	if (!attr || !*(const char *)nla_data(attr))
		return 0;
	group = ipst_limits_find_group(info);
	if (IS_ERR(group))
		return PTR_ERR(group);
	ret = ipst_group_pin(group);
	ipst_group_put(group);
	if (ret)
		NL_SET_ERR_MSG_MOD(info->extack, "the group is being removed");
	else
		change->group = group;
	return ret;
}

static int ipst_limits_set_device(struct genl_info *info,
				  struct ipst_limits_change *change)
{
	int ret;

	ret = ipst_limits_get_joined(info, change);
	if (ret)
		return ret;
	ret = ipst_nl_call(info, IPST_A_QOS_NAME, ipst_limits_change_device,
			   change);
	if (ret && change->group)
		ipst_group_unpin(change->group);
	return ret;
}

int ipst_nl_qos_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipst_limits_change change = {};
	int is_group = ipst_limits_is_group(info);
	int ret;

	if (is_group < 0)
		return is_group;
	ret = ipst_limits_parse(info, &change);
	if (ret)
		return ret;
	return is_group ? ipst_limits_set_group(info, &change) :
			  ipst_limits_set_device(info, &change);
}
