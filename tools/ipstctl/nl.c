// SPDX-License-Identifier: GPL-2.0
/*
 * The ipst netlink family, by its spec Documentation/netlink/specs/ipst.yaml:
 * sending requests, receiving answers. Answers become JSON objects by tables of
 * fields, which are in the file of each noun; enums become words.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <uuid/uuid.h>

#include "nl.h"

#define DUMP_TRIES 5	/* as devices come and go meanwhile */

/* How far one exchange is. */
struct nl_state {
	const struct nl_fields *fields;
	json_object *array;
	bool is_done;
	bool is_interrupted;
	int ret;
};

/* Of type uint: 4 or 8 bytes, as the number needs. libnl 3.7 has no such. */
static uint64_t nl_number(struct nlattr *attr)
{
	return nla_len(attr) == sizeof(uint64_t) ? nla_get_u64(attr) :
						   nla_get_u32(attr);
}

static json_object *nl_word(const struct nl_words *words, uint32_t n)
{
	char text[16];

	if (n < words->n && words->word[n])
		return json_object_new_string(words->word[n]);
	/* A kernel newer than this tool. */
	snprintf(text, sizeof(text), "%u", n);
	return json_object_new_string(text);
}

static json_object *nl_attrs(const struct nl_fields *fields,
			     struct nlattr *head, int len);

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
		return nl_word(field->words, nla_get_u32(attr));
	case NL_UUID:
		if (nla_len(attr) != IPST_UUID_LEN)
			return NULL;
		uuid_unparse_lower(nla_data(attr), text);
		return json_object_new_string(text);
	case NL_FLAG:
		return json_object_new_boolean(true);
	case NL_NEST:
		return nl_attrs(field->nest, nla_data(attr), nla_len(attr));
	}
	return NULL;
}

/* What is absent means false, or none. */
static void nl_add_absent(const struct nl_field *field, json_object *object)
{
	if (field->form == NL_FLAG)
		json_object_object_add(object, field->key,
				       json_object_new_boolean(false));
	else if (field->form == NL_NEST)
		json_object_object_add(object, field->key,
				       json_object_new_array());
}

static json_object *nl_attrs(const struct nl_fields *fields,
			     struct nlattr *head, int len)
{
	json_object *object = json_object_new_object(), *array;
	const struct nl_field *field;
	struct nlattr *attr;
	int left;

	for (size_t i = 0; i < fields->n; i++)
		if (fields->field[i].key)
			nl_add_absent(&fields->field[i], object);
	nla_for_each_attr(attr, head, len, left) {
		if ((size_t)nla_type(attr) >= fields->n)
			continue;
		field = &fields->field[nla_type(attr)];
		if (!field->key)
			continue;
		if (field->form == NL_NEST &&
		    json_object_object_get_ex(object, field->key, &array))
			json_object_array_add(array, nl_value(field, attr));
		else
			json_object_object_add(object, field->key,
					       nl_value(field, attr));
	}
	return object;
}

json_object *nl_object(const struct nl_fields *fields, struct nl_msg *msg)
{
	struct genlmsghdr *hdr = nlmsg_data(nlmsg_hdr(msg));

	return nl_attrs(fields, genlmsg_attrdata(hdr, 0),
			genlmsg_attrlen(hdr, 0));
}

static int on_answer(struct nl_msg *msg, void *arg)
{
	struct nl_state *state = arg;

	json_object_array_add(state->array, nl_object(state->fields, msg));
	return NL_OK;
}

static int on_done(struct nl_msg *msg, void *arg)
{
	struct nl_state *state = arg;

	(void)msg;
	state->is_done = true;
	return NL_STOP;
}

static int on_interrupted(struct nl_msg *msg, void *arg)
{
	struct nl_state *state = arg;

	(void)msg;
	state->is_interrupted = true;
	return NL_OK;
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
	struct nl_state *state = arg;
	const char *why = extack(error);

	(void)from;
	state->is_done = true;
	state->ret = error->error;
	if (error->error != -ENODEV && error->error != -ENOENT)
		err("the kernel refuses: %s",
		    why ? why : strerror(-error->error));
	return NL_STOP;
}

/* Sends @msg and receives until done. 0 or -errno; errors have been told. */
static int nl_exchange(struct nl_sock *sock, struct nl_msg *msg,
		       struct nl_state *state)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int ret;

	if (!cb)
		return err("there is no memory left");
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_answer, state);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_done, state);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_done, state);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, state);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, state);
	ret = nl_send_auto(sock, msg);
	while (ret >= 0 && !state->is_done)
		ret = nl_recvmsgs(sock, cb);
	nl_cb_put(cb);
	if (ret < 0 && !state->is_done)
		return err("netlink does not work: %s", nl_geterror(ret));
	return state->ret;
}

struct nl_sock *nl_open(int *family)
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

static struct nl_msg *nl_build(const struct nl_request *request, int family)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (msg &&
	    genlmsg_put(msg, 0, 0, family, 0, request->name ? 0 : NLM_F_DUMP,
			request->cmd, IPST_FAMILY_VERSION) &&
	    (!request->name || !nla_put_string(msg, request->name_attr,
					       request->name)) &&
	    (!request->number_attr || !nla_put_u32(msg, request->number_attr,
						   request->number)) &&
	    (!request->put || !request->put(msg, request->put_arg)))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* Once; *@interrupted: the answers are of different moments. */
static int nl_try(const struct nl_request *request, json_object *array,
		  bool *interrupted)
{
	struct nl_state state = { .fields = request->fields, .array = array };
	struct nl_sock *sock;
	struct nl_msg *msg;
	int family, ret;

	sock = nl_open(&family);
	if (!sock)
		return -ENOTCONN;
	msg = nl_build(request, family);
	ret = msg ? nl_exchange(sock, msg, &state) :
		    err("there is no memory left");
	nlmsg_free(msg);
	nl_socket_free(sock);
	*interrupted = state.is_interrupted;
	return ret;
}

int nl_ask(const struct nl_request *request, json_object *array)
{
	size_t had = json_object_array_length(array), has;
	bool interrupted = true;
	int ret = 0;

	for (int i = 0; i < DUMP_TRIES && !ret && interrupted; i++) {
		has = json_object_array_length(array);
		json_object_array_del_idx(array, had, has - had);
		ret = nl_try(request, array, &interrupted);
	}
	return ret;
}
