// SPDX-License-Identifier: GPL-2.0
/* What listen.c takes, in which one spelling, and what it refuses. */
#include <string.h>

#include "ktap.h"
#include "listen.h"

#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
	const char *text;
	const char *canonical;
} good[] = {
	{ "10.0.0.1", "10.0.0.1:4420" },
	{ "10.0.0.1:1", "10.0.0.1:1" },
	{ "0.0.0.0:65535", "0.0.0.0:65535" },
	{ "[::]", "[::]:4420" },
	{ "[FD00:0:0::1]:8009", "[fd00::1]:8009" },
	{ "[::ffff:10.0.0.1]", "[::ffff:10.0.0.1]:4420" },
	{ "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535",
	  "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535" },
};

static const char *const bad[] = {
	"", ":", ":4420", "10.0.0", "10.0.0.256", "10.0.0.1:", "10.0.0.1:0",
	"10.0.0.1:65536", "10.0.0.1:99999999999", "10.0.0.1:04", "10.0.0.1:4420x",
	"10.0.0.1:+1", "10.0.0.1 ", " 10.0.0.1", "10.0.0.1/8", "10.0.0.1:1:2",
	"localhost", "::1", "fd00::1", "[", "[]", "[::1", "[::1]x", "[::1]4420",
	"[::1]:", "[::1]:x", "[10.0.0.1]", "[fe80::1%eth0]", "[[::1]]", "*", X50 X50,
	"[" X50 X50 "]",
};

int main(void)
{
	struct listen_addr addr;
	char text[LISTEN_LEN];
	const char *why;

	ktap_begin();
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		why = listen_parse(good[i].text, &addr);
		if (!why)
			listen_format(&addr, text);
		ok(!why && !strcmp(text, good[i].canonical), "takes %s",
		   good[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(listen_parse(bad[i], &addr), "refuses \"%s\"", bad[i]);
	return ktap_end();
}
