/* SPDX-License-Identifier: GPL-2.0 */
/*
 * listen.c: where an nvme-tcp device listens, as people type it. Pure, as source.c
 * is, so the unit test builds it alone.
 */
#ifndef IPSTCTL_LISTEN_H
#define IPSTCTL_LISTEN_H

#include <stdbool.h>
#include <stddef.h>

#define LISTEN_ADDR_LEN 46	/* longest text of an IPv6 address and its NUL */
#define LISTEN_LEN (LISTEN_ADDR_LEN + 8)	/* with brackets and a port */

struct listen_addr {
	bool is_ipv6;
	char addr[LISTEN_ADDR_LEN];	/* numeric, without brackets */
	char port[6];
};

/* NULL, or what is wrong, as the end of a sentence. */
const char *listen_parse(const char *text, struct listen_addr *to);
void listen_format(const struct listen_addr *from, char text[LISTEN_LEN]);

#endif
