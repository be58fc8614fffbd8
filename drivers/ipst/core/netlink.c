// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink family ipst, and its noun device. Tables are generated from
 * Documentation/netlink/specs/ipst.yaml into genl.c; other nouns have their own
 * files.
 *
 * A dump may take many calls, and devices come and go in between. They have
 * ids, and the list is sorted by them: the next call goes on where the last one
 * ended, so each device that stays is told of once. If the list has changed the
 * dump says that it was interrupted (NLM_F_DUMP_INTR).
 */
#include <linux/module.h>

#include "netlink.h"

/* Where the next part of a dump goes on. */
struct ipst_nl_cursor {
	u64 id;
	unsigned int item;
};

/*
 * Devices belong to the machine, not to a network namespace, and tell of its
 * storage: only the initial one may know.
 */
int ipst_nl_check_net(const struct genl_info *info)
{
	if (net_eq(genl_info_net(info), &init_net))
		return 0;
	NL_SET_ERR_MSG_MOD(info->extack,
			   "ask in the initial network namespace");
	return -EPERM;
}

/*
 * Calls @fn for the device that the request names, and returns what it does.
 * Refuses in a sentence if there is no such device, or @fn says -ENODEV.
 */
int ipst_nl_call(struct genl_info *info, int name_attr,
		 int (*fn)(struct ipst_device *dev, void *data), void *data)
{
	int ret;

	ret = ipst_nl_check_net(info);
	if (ret)
		return ret;
	if (GENL_REQ_ATTR_CHECK(info, name_attr))
		return -EINVAL;

	ret = ipst_device_call(nla_data(info->attrs[name_attr]), fn, data);
	if (ret == -ENODEV)
		NL_SET_ERR_MSG_MOD(info->extack,
				   "the device is not enabled, see its folder in configfs/ipst");
	if (ret != -ENOENT)
		return ret;
	NL_SET_ERR_MSG_MOD(info->extack,
			   "no such device, see the folders in configfs/ipst");
	return -ENODEV;
}

static int ipst_nl_put_one(struct ipst_device *dev, void *data)
{
	const struct ipst_nl_walk *walk = data;

	return walk->put(walk, dev, walk->item);
}

/* Answers with one item of the device that the request names. */
int ipst_nl_do(struct genl_info *info, int name_attr, ipst_nl_put *put,
	       unsigned int item)
{
	struct ipst_nl_walk walk = { .put = put, .info = info, .item = item };
	int ret;

	walk.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!walk.skb)
		return -ENOMEM;
	ret = ipst_nl_call(info, name_attr, ipst_nl_put_one, &walk);
	if (!ret)
		return genlmsg_reply(walk.skb, info);
	nlmsg_free(walk.skb);
	return ret;
}

/* The items of a device, as far as earlier parts have not had them. */
static int ipst_nl_put_items(struct ipst_device *dev, void *data)
{
	const struct ipst_nl_walk *walk = data;
	struct ipst_nl_cursor *cursor = (void *)walk->cb->ctx;
	int ret;

	if (dev->id != cursor->id)
		*cursor = (struct ipst_nl_cursor) { .id = dev->id };
	while (!(ret = walk->put(walk, dev, cursor->item)))
		cursor->item++;
	if (ret == -EMSGSIZE)
		return ret;
	*cursor = (struct ipst_nl_cursor) { .id = dev->id + 1 };
	return 0;
}

/* Answers with all items of all devices. */
int ipst_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		 ipst_nl_put *put)
{
	struct ipst_nl_walk walk = {
		.put = put,
		.skb = skb,
		.info = genl_info_dump(cb),
		.cb = cb,
	};
	const struct ipst_nl_cursor *cursor = (void *)cb->ctx;
	int ret;

	static_assert(sizeof(*cursor) <= IPST_NL_DUMP_ARG * sizeof(cb->args[0]));
	ret = ipst_nl_check_net(walk.info);
	if (ret)
		return ret;
	ret = ipst_device_for_each(cursor->id, &cb->seq, ipst_nl_put_items,
				   &walk);
	/* Out of room is no error once something fits: the rest comes next. */
	return ret && !skb->len ? ret : skb->len;
}

/* Ends a message, or takes it back if @ret is an error. Returns @ret. */
int ipst_nl_end(const struct ipst_nl_walk *walk, void *hdr, int ret)
{
	if (ret) {
		genlmsg_cancel(walk->skb, hdr);
		return ret;
	}
	if (walk->cb)
		genl_dump_check_consistent(walk->cb, hdr);
	genlmsg_end(walk->skb, hdr);
	return 0;
}

static int ipst_nl_put_attrs(struct sk_buff *skb, struct ipst_device *dev)
{
	char nqn[IPST_NQN_LEN];
	uuid_t uuid;

	ipst_device_get_attr(dev, nqn, dev->subsys_nqn, sizeof(nqn));
	ipst_device_get_attr(dev, &uuid, &dev->ns.uuid, sizeof(uuid));

	if (nla_put_string(skb, IPST_A_DEVICE_NAME, ipst_device_name(dev)) ||
	    nla_put_u32(skb, IPST_A_DEVICE_TYPE, dev->frontend->type) ||
	    nla_put_u32(skb, IPST_A_DEVICE_NSID, READ_ONCE(dev->nsid)) ||
	    nla_put_u32(skb, IPST_A_DEVICE_NUM_QUEUES,
			READ_ONCE(dev->num_queues)) ||
	    nla_put_u32(skb, IPST_A_DEVICE_QUEUE_SIZE,
			READ_ONCE(dev->queue_size)))
		return -EMSGSIZE;
	if (READ_ONCE(dev->paused) && nla_put_flag(skb, IPST_A_DEVICE_PAUSED))
		return -EMSGSIZE;
	if (nqn[0] && nla_put_string(skb, IPST_A_DEVICE_SUBSYS_NQN, nqn))
		return -EMSGSIZE;
	if (!uuid_is_null(&uuid) &&
	    nla_put(skb, IPST_A_DEVICE_UUID, sizeof(uuid), &uuid))
		return -EMSGSIZE;
	return 0;
}

static int ipst_nl_put_info(struct sk_buff *skb, struct ipst_device *dev)
{
	struct ipst_device_info info = {};

	dev->frontend->query(dev, &info);
	if (nla_put_u32(skb, IPST_A_DEVICE_STATE, info.state) ||
	    nla_put_u32(skb, IPST_A_DEVICE_MODE, info.mode))
		return -EMSGSIZE;
	if (info.block_bytes &&
	    (nla_put_uint(skb, IPST_A_DEVICE_SIZE, info.size_bytes) ||
	     nla_put_u32(skb, IPST_A_DEVICE_BLOCK_SIZE, info.block_bytes)))
		return -EMSGSIZE;
	if (info.read_only && nla_put_flag(skb, IPST_A_DEVICE_READ_ONLY))
		return -EMSGSIZE;
	if (info.serial[0] &&
	    nla_put_string(skb, IPST_A_DEVICE_SERIAL, info.serial))
		return -EMSGSIZE;
	if (info.chardev[0] &&
	    nla_put_string(skb, IPST_A_DEVICE_CHARDEV, info.chardev))
		return -EMSGSIZE;
	return 0;
}

/* All that is told of a device. Context: process; takes what query takes. */
int ipst_nl_put_device(struct sk_buff *skb, struct ipst_device *dev)
{
	return ipst_nl_put_attrs(skb, dev) ?: ipst_nl_put_info(skb, dev);
}

static int ipst_nl_device_put(const struct ipst_nl_walk *walk,
			      struct ipst_device *dev, unsigned int item)
{
	void *hdr;

	if (item)
		return -ERANGE;
	hdr = genlmsg_iput(walk->skb, walk->info);
	if (!hdr)
		return -EMSGSIZE;
	return ipst_nl_end(walk, hdr, ipst_nl_put_device(walk->skb, dev));
}

int ipst_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ipst_nl_do(info, IPST_A_DEVICE_NAME, ipst_nl_device_put, 0);
}

int ipst_nl_device_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return ipst_nl_dump(skb, cb, ipst_nl_device_put);
}

int ipst_netlink_init(void)
{
	return genl_register_family(&ipst_nl_family);
}

void ipst_netlink_exit(void)
{
	genl_unregister_family(&ipst_nl_family);
}
