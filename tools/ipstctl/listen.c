// SPDX-License-Identifier: GPL-2.0
/*
 * ADDR[:PORT], where ADDR is an IPv4 address, or an IPv6 address in brackets. No
 * names: the kernel takes none, and what one stands for may change.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "listen.h"

#define DEFAULT_PORT "4420"
#define PORT_MAX 65535

static const char *port_parse(const char *text, struct listen_addr *to)
{
	size_t len;

	strcpy(to->port, DEFAULT_PORT);
	if (!*text)
		return NULL;
	if (*text++ != ':')
		return "has something between the address and the ':'";
	len = strlen(text);
	if (!len || len >= sizeof(to->port) || *text == '0' ||
	    strspn(text, "0123456789") != len || atoi(text) > PORT_MAX)
		return "has a bad port: use 1 to 65535";
	strcpy(to->port, text);
	return NULL;
}

/* In the one spelling that addresses are compared in. */
static bool addr_parse(const char *text, size_t len, struct listen_addr *to)
{
	int family = to->is_ipv6 ? AF_INET6 : AF_INET;
	unsigned char bytes[sizeof(struct in6_addr)];
	char addr[LISTEN_ADDR_LEN];

	if (len >= sizeof(addr))
		return false;
	memcpy(addr, text, len);
	addr[len] = '\0';
	return inet_pton(family, addr, bytes) == 1 &&
	       inet_ntop(family, bytes, to->addr, sizeof(to->addr));
}

const char *listen_parse(const char *text, struct listen_addr *to)
{
	const char *end;

	memset(to, 0, sizeof(*to));
	to->is_ipv6 = *text == '[';
	if (!to->is_ipv6) {
		end = text + strcspn(text, ":");
		if (*end && strchr(end + 1, ':'))
			return "has an IPv6 address without brackets: write [ADDR]";
		return addr_parse(text, end - text, to) ? port_parse(end, to) :
		       "is no IPv4 address, and no IPv6 address in brackets";
	}
	end = strchr(text, ']');
	if (!end)
		return "has no ']' after its IPv6 address";
	return addr_parse(text + 1, end - text - 1, to) ?
		       port_parse(end + 1, to) :
		       "has a bad IPv6 address between its brackets";
}

void listen_format(const struct listen_addr *from, char text[LISTEN_LEN])
{
	snprintf(text, LISTEN_LEN, from->is_ipv6 ? "[%s]:%s" : "%s:%s",
		 from->addr, from->port);
}
