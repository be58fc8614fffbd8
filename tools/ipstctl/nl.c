// SPDX-License-Identifier: GPL-2.0
/*
 * The ipst netlink family, by its spec Documentation/netlink/specs/ipst.yaml.
 * Replies become the JSON objects of model.c; enums become configfs' words.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <uuid/uuid.h>

#include "ipstctl.h"

static const char *const types[] = {
	[IPST_DEVICE_TYPE_VIRTIO_BLK] = "virtio_blk",
};

static const char *const states[] = {
	[IPST_DEVICE_STATE_DISABLED] = "disabled",
	[IPST_DEVICE_STATE_READY] = "ready",
	[IPST_DEVICE_STATE_LIVE] = "live",
	[IPST_DEVICE_STATE_SUSPENDED] = "suspended",
	[IPST_DEVICE_STATE_NEEDS_RESET] = "needs_reset",
};

static const char *const modes[] = {
	[IPST_DEVICE_MODE_VHOST] = "vhost",
	[IPST_DEVICE_MODE_LOCAL] = "local",
};

struct nl_field {
	const char *key;
	enum { NL_STRING, NL_NUMBER, NL_FLAG, NL_UUID, NL_ENUM } form;
	const char *const *words;
	size_t n_words;
};

#define ENUM_FIELD(_key, _words) \
	{ .key = _key, .form = NL_ENUM, .words = _words, \
	  .n_words = ARRAY_SIZE(_words) }

static const struct nl_field device_fields[IPST_A_DEVICE_MAX + 1] = {
	[IPST_A_DEVICE_NAME] = { "name", .form = NL_STRING },
	[IPST_A_DEVICE_TYPE] = ENUM_FIELD("type", types),
	[IPST_A_DEVICE_STATE] = ENUM_FIELD("state", states),
	[IPST_A_DEVICE_MODE] = ENUM_FIELD("mode", modes),
	[IPST_A_DEVICE_SUBSYS_NQN] = { "subsys_nqn", .form = NL_STRING },
	[IPST_A_DEVICE_NSID] = { "nsid", .form = NL_NUMBER },
	[IPST_A_DEVICE_UUID] = { "uuid", .form = NL_UUID },
	[IPST_A_DEVICE_NUM_QUEUES] = { "num_queues", .form = NL_NUMBER },
	[IPST_A_DEVICE_QUEUE_SIZE] = { "queue_size", .form = NL_NUMBER },
	[IPST_A_DEVICE_READ_ONLY] = { "read_only", .form = NL_FLAG },
	[IPST_A_DEVICE_SIZE] = { "size", .form = NL_NUMBER },
	[IPST_A_DEVICE_BLOCK_SIZE] = { "block_size", .form = NL_NUMBER },
	[IPST_A_DEVICE_SERIAL] = { "serial", .form = NL_STRING },
	[IPST_A_DEVICE_CHARDEV] = { "chardev", .form = NL_STRING },
	[IPST_A_DEVICE_PAUSED] = { "paused", .form = NL_FLAG },
};

/* Of type uint: 4 or 8 bytes, as the number needs. libnl 3.7 has no such. */
static uint64_t nl_number(struct nlattr *attr)
{
	return nla_len(attr) == sizeof(uint64_t) ? nla_get_u64(attr) :
						   nla_get_u32(attr);
}

static json_object *nl_word(const struct nl_field *field, uint32_t n)
{
	char text[16];

	if (n < field->n_words && field->words[n])
		return json_object_new_string(field->words[n]);
	/* A kernel newer than this tool. */
	snprintf(text, sizeof(text), "%u", n);
	return json_object_new_string(text);
}

static json_object *nl_value(const struct nl_field *field, struct nlattr *attr)
{
	char text[ATTR_LEN];

	switch (field->form) {
	case NL_STRING:
		nla_strlcpy(text, attr, sizeof(text));
		return json_object_new_string(text);
	case NL_NUMBER:
		if (nla_len(attr) < (int)sizeof(uint32_t))
			return NULL;
		return json_object_new_uint64(nl_number(attr));
	case NL_ENUM:
		if (nla_len(attr) < (int)sizeof(uint32_t))
			return NULL;
		return nl_word(field, nla_get_u32(attr));
	case NL_UUID:
		if (nla_len(attr) != IPST_UUID_LEN)
			return NULL;
		uuid_unparse_lower(nla_data(attr), text);
		return json_object_new_string(text);
	case NL_FLAG:
		return json_object_new_boolean(true);
	}
	return NULL;
}

static int on_device(struct nl_msg *msg, void *arg)
{
	struct nlattr *attrs[IPST_A_DEVICE_MAX + 1];
	json_object *device;

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, IPST_A_DEVICE_MAX, NULL))
		return NL_SKIP;
	device = json_object_new_object();
	for (size_t i = 0; i < ARRAY_SIZE(device_fields); i++) {
		const struct nl_field *field = &device_fields[i];

		if (!field->key)
			continue;
		if (attrs[i])
			json_object_object_add(device, field->key,
					       nl_value(field, attrs[i]));
		else if (field->form == NL_FLAG)
			json_object_object_add(device, field->key,
					       json_object_new_boolean(false));
	}
	json_object_array_add(arg, device);
	return NL_OK;
}

static int on_done(struct nl_msg *msg, void *arg)
{
	(void)msg;
	*(int *)arg = 0;
	return NL_STOP;
}

/* The kernel's own sentence follows the message that was refused. */
static const char *extack(const struct nlmsgerr *error)
{
	const struct nlmsghdr *hdr =
		(const struct nlmsghdr *)((const char *)error -
					  NLMSG_HDRLEN);
	size_t skip = sizeof(*error);
	struct nlattr *attr;

	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
		skip += error->msg.nlmsg_len - NLMSG_HDRLEN;
	if (NLMSG_HDRLEN + skip > hdr->nlmsg_len)
		return NULL;
	attr = nla_find((struct nlattr *)((char *)error + NLMSG_ALIGN(skip)),
			hdr->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(skip),
			NLMSGERR_ATTR_MSG);
	return attr ? nla_data(attr) : NULL;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	const char *why = extack(error);

	(void)from;
	*(int *)arg = error->error;
	if (error->error != -ENODEV && error->error != -ENOENT)
		err("the kernel refuses: %s",
		    why ? why : strerror(-error->error));
	return NL_STOP;
}

/* Sends @msg and receives until done. 0 or -errno; errors have been told. */
static int nl_exchange(struct nl_sock *sock, struct nl_msg *msg,
		       int (*on_valid)(struct nl_msg *msg, void *arg), void *arg)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int state = 1, ret;

	if (!cb)
		return err("there is no memory left");
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, arg);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_done, &state);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_done, &state);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, &state);
	ret = nl_send_auto(sock, msg);
	while (ret >= 0 && state == 1)
		ret = nl_recvmsgs(sock, cb);
	nl_cb_put(cb);
	if (ret < 0 && state == 1)
		return err("netlink does not work: %s", nl_geterror(ret));
	return state;
}

static struct nl_sock *nl_open(int *family)
{
	struct nl_sock *sock = nl_socket_alloc();
	int on = 1;

	if (!sock || genl_connect(sock)) {
		nl_socket_free(sock);
		return NULL;
	}
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_EXT_ACK, &on,
		   sizeof(on));
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_CAP_ACK, &on,
		   sizeof(on));
	*family = genl_ctrl_resolve(sock, IPST_FAMILY_NAME);
	if (*family < 0) {
		nl_socket_free(sock);
		return NULL;
	}
	return sock;
}

/* A name that is not there leaves @array as it was. */
int nl_device_get(const char *name, json_object *array, bool *is_there)
{
	struct nl_sock *sock;
	struct nl_msg *msg;
	int family, ret = -1;

	sock = nl_open(&family);
	*is_there = sock;
	if (!sock)
		return 0;
	msg = nlmsg_alloc();
	if (msg && genlmsg_put(msg, 0, 0, family, 0, name ? 0 : NLM_F_DUMP,
			       IPST_CMD_DEVICE_GET, IPST_FAMILY_VERSION) &&
	    (!name || !nla_put_string(msg, IPST_A_DEVICE_NAME, name)))
		ret = nl_exchange(sock, msg, on_device, array);
	nlmsg_free(msg);
	nl_socket_free(sock);
	return ret == -ENODEV || ret == -ENOENT ? 0 : ret;
}
