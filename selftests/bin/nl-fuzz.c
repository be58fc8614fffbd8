// SPDX-License-Identifier: GPL-2.0
/*
 * nl-fuzz [--seed N] [--seconds N] [--nobody] NAME...: send nonsense to the
 * netlink family ipst, and see that it still answers afterwards.
 *
 * Messages are made as they should be, of the devices NAME among others, and
 * then spoilt: wrong types, lengths and nests of attributes, wrong headers, cut
 * off, bits turned. The same seed makes the same messages. With --nobody they
 * come from a user who may not change anything.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#define NOBODY 65534
#define ROOM 4096
#define MAX_CMD 12	/* some more than there are */
#define MAX_ATTR 20	/* likewise */
#define MAX_DEPTH 4

struct message {
	size_t len;
	unsigned char data[ROOM];
};

struct fuzz {
	uint64_t state;
	int sock;
	uint16_t family;
	char **names;
	int n_names;
	unsigned long sent, answers, refusals;
};

/* xorshift64* */
static uint32_t roll(struct fuzz *fuzz, uint32_t n)
{
	fuzz->state ^= fuzz->state >> 12;
	fuzz->state ^= fuzz->state << 25;
	fuzz->state ^= fuzz->state >> 27;
	return (fuzz->state * 0x2545f4914f6cdd1dULL >> 32) % n;
}

static bool one_in(struct fuzz *fuzz, uint32_t n) { return !roll(fuzz, n); }

static void put(struct message *msg, const void *data, size_t len)
{
	if (msg->len + NLMSG_ALIGN(len) > ROOM)
		return;
	memset(msg->data + msg->len, 0, NLMSG_ALIGN(len));
	memcpy(msg->data + msg->len, data, len);
	msg->len += NLMSG_ALIGN(len);
}

static void put_noise(struct fuzz *fuzz, struct message *msg, size_t len)
{
	unsigned char noise[300];

	for (size_t i = 0; i < len; i++)
		noise[i] = roll(fuzz, 256);
	put(msg, noise, len);
}

static void put_attrs(struct fuzz *fuzz, struct message *msg, int depth);

static void put_value(struct fuzz *fuzz, struct message *msg, int depth)
{
	static const uint64_t edges[] = { 0, 1, 6, 7, 63, 64, INT32_MAX, UINT32_MAX,
					  INT64_MAX, UINT64_MAX };
	const char *name = fuzz->names[roll(fuzz, fuzz->n_names)];

	switch (roll(fuzz, 6)) {
	case 0:
		put(msg, name, strlen(name) + !one_in(fuzz, 8));
		break;
	case 1:
		put(msg, &edges[roll(fuzz, 10)], 4);
		break;
	case 2:
		put(msg, &edges[roll(fuzz, 10)], 8);
		break;
	case 3:
		put_noise(fuzz, msg, roll(fuzz, 300));
		break;
	case 4:
		if (depth < MAX_DEPTH)
			put_attrs(fuzz, msg, depth + 1);
		break;
	default:
		put_noise(fuzz, msg, roll(fuzz, 9));
	}
}

/* A device's name and a small number are what most requests want. */
static void put_attr(struct fuzz *fuzz, struct message *msg, int depth)
{
	const char *name = fuzz->names[roll(fuzz, fuzz->n_names)];
	bool plain = !one_in(fuzz, 3);
	struct nlattr attr = { .nla_type = plain ? 1 : roll(fuzz, MAX_ATTR) };
	size_t at = msg->len;

	if (one_in(fuzz, 5))
		attr.nla_type |= NLA_F_NESTED;
	if (one_in(fuzz, 30))
		attr.nla_type |= NLA_F_NET_BYTEORDER;
	put(msg, &attr, sizeof(attr));
	if (plain)
		put(msg, name, strlen(name) + 1);
	else
		put_value(fuzz, msg, depth);
	attr.nla_len = plain ? NLA_HDRLEN + strlen(name) + 1 : msg->len - at;
	if (one_in(fuzz, 10))
		attr.nla_len = roll(fuzz, UINT16_MAX);
	else if (one_in(fuzz, 10))
		attr.nla_len -= roll(fuzz, 6);
	if (at + sizeof(attr) <= ROOM)
		memcpy(msg->data + at, &attr, sizeof(attr));
}

static void put_attrs(struct fuzz *fuzz, struct message *msg, int depth)
{
	for (uint32_t n = roll(fuzz, depth ? 8 : 4); n; n--)
		put_attr(fuzz, msg, depth);
	if (!depth && one_in(fuzz, 3)) {
		uint32_t op[2] = { 2 << 16 | 8, roll(fuzz, 9) };

		put(msg, op, sizeof(op));
	}
}

static void put_message(struct fuzz *fuzz, struct message *msg)
{
	struct nlmsghdr hdr = {
		.nlmsg_type = one_in(fuzz, 50) ? roll(fuzz, 64) : fuzz->family,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.nlmsg_seq = fuzz->sent,
	};
	struct genlmsghdr genl = { .cmd = roll(fuzz, MAX_CMD), .version = 1 };
	size_t at = msg->len;

	if (one_in(fuzz, 4))
		hdr.nlmsg_flags |= NLM_F_DUMP;
	if (one_in(fuzz, 20))
		hdr.nlmsg_flags = roll(fuzz, UINT16_MAX);
	if (one_in(fuzz, 20))
		genl.version = roll(fuzz, 256);
	if (one_in(fuzz, 20))
		genl.reserved = roll(fuzz, UINT16_MAX);
	put(msg, &hdr, sizeof(hdr));
	put(msg, &genl, sizeof(genl));
	put_attrs(fuzz, msg, 0);
	hdr.nlmsg_len = msg->len - at;
	if (one_in(fuzz, 20))
		hdr.nlmsg_len = roll(fuzz, 2 * ROOM);
	if (at + sizeof(hdr) <= ROOM)
		memcpy(msg->data + at, &hdr, sizeof(hdr));
}

/* 1: a device was told of, 0: it was refused, or nothing came. */
static int take_answers(struct fuzz *fuzz, int flags)
{
	unsigned char data[16 * ROOM];
	const struct nlmsghdr *hdr;
	int told = 0;
	ssize_t len;

	while ((len = recv(fuzz->sock, data, sizeof(data), flags)) > 0) {
		flags = MSG_DONTWAIT;
		for (hdr = (void *)data; NLMSG_OK(hdr, len);
		     hdr = NLMSG_NEXT(hdr, len)) {
			fuzz->answers++;
			told |= hdr->nlmsg_type >= NLMSG_MIN_TYPE;
			if (hdr->nlmsg_type == NLMSG_ERROR &&
			    *(const int *)NLMSG_DATA(hdr))
				fuzz->refusals++;
		}
	}
	return told;
}

static void spoil(struct fuzz *fuzz, struct message *msg)
{
	if (one_in(fuzz, 5))
		for (int i = roll(fuzz, 8); i; i--)
			msg->data[roll(fuzz, msg->len)] ^= 1 << roll(fuzz, 8);
	if (one_in(fuzz, 10))
		msg->len = roll(fuzz, msg->len + 1);
}

static void fuzz_once(struct fuzz *fuzz)
{
	struct message msg = {};

	do
		put_message(fuzz, &msg);
	while (one_in(fuzz, 10));
	spoil(fuzz, &msg);
	fuzz->sent++;
	send(fuzz->sock, msg.data, msg.len, 0);
	take_answers(fuzz, MSG_DONTWAIT);
}

static void send_plain(struct fuzz *fuzz, uint16_t type, int cmd, int attr,
		       const char *name)
{
	struct nlattr nla = { .nla_type = attr,
			      .nla_len = NLA_HDRLEN + strlen(name) + 1 };
	struct nlmsghdr hdr = { .nlmsg_type = type,
				.nlmsg_flags = NLM_F_REQUEST };
	struct genlmsghdr genl = { .cmd = cmd, .version = 1 };
	struct message msg = {};

	put(&msg, &hdr, sizeof(hdr));
	put(&msg, &genl, sizeof(genl));
	put(&msg, &nla, sizeof(nla));
	put(&msg, name, strlen(name) + 1);
	hdr.nlmsg_len = msg.len;
	memcpy(msg.data, &hdr, sizeof(hdr));
	if (send(fuzz->sock, msg.data, msg.len, 0) < 0)
		err(1, "send");
}

static void open_family(struct fuzz *fuzz)
{
	unsigned char data[ROOM];
	const struct nlattr *attr = (void *)(data + NLMSG_HDRLEN + GENL_HDRLEN);
	ssize_t len;

	fuzz->sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (fuzz->sock < 0)
		err(1, "socket");
	send_plain(fuzz, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME,
		   "ipst");
	len = recv(fuzz->sock, data, sizeof(data), 0);
	if (((struct nlmsghdr *)data)->nlmsg_type != GENL_ID_CTRL)
		errx(1, "there is no family ipst");
	while ((unsigned char *)attr < data + len &&
	       attr->nla_type != CTRL_ATTR_FAMILY_ID)
		attr = (void *)((char *)attr + NLA_ALIGN(attr->nla_len));
	fuzz->family = *(const uint16_t *)(attr + 1);
}

static void become_nobody(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		err(1, "nobody");
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "seconds", required_argument, NULL, 't' },
		{ "nobody", no_argument, NULL, 'n' },
		{ }
	};
	struct fuzz fuzz = {};
	uint64_t seed = time(NULL) ^ (uint64_t)getpid() << 32;
	int option, seconds = 5;
	time_t end;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (option == 't')
			seconds = atoi(optarg);
		else if (option == 'n')
			become_nobody();
		else
			return 2;
	fuzz.names = argv + optind;
	fuzz.n_names = argc - optind;
	if (!fuzz.n_names)
		errx(2, "no NAME");
	fuzz.state = seed | 1;
	printf("seed %#llx\n", (unsigned long long)seed);
	fflush(stdout);

	open_family(&fuzz);
	for (end = time(NULL) + seconds; time(NULL) < end; )
		fuzz_once(&fuzz);
	printf("%lu messages, %lu answers, %lu of them refusals\n", fuzz.sent,
	       fuzz.answers, fuzz.refusals);

	/* On a new socket: the old one may be in the middle of a dump. */
	close(fuzz.sock);
	open_family(&fuzz);
	send_plain(&fuzz, fuzz.family, 1, 1, fuzz.names[0]);
	if (!take_answers(&fuzz, 0))
		errx(1, "%s is not told of any more", fuzz.names[0]);
	return 0;
}
