// SPDX-License-Identifier: GPL-2.0
/* Which lists of CPUs are taken, and which are the same. */
#include "device.h"
#include "ktap.h"

static const char *const good[] = {
	"0", "0-3", "0,1", "0-3,8", "3,1", "0-7:1/2", "8191", "1-1",
};

static const char *const bad[] = {
	"", ",", "-", "a", "0,", ",0", "0-", "-1", "3-1", "0--1", "0 1", "0x1",
	"8192", "99999999999999999999", "0-7:", "0-7:1", "0-7:1/", "0-7:0/2",
	"0-7:1/0", "0-7:3/2", "0-3\n",
};

int main(void)
{
	ktap_begin();
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(!cpus_check(good[i]), "takes %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(cpus_check(bad[i]), "refuses bad list %zu", i);
	ok(cpus_is_equal("0-3", "3,2,0-1", "0-7"), "in any spelling");
	ok(cpus_is_equal("0-3", "0-63", "0-3"), "of those that there can be");
	ok(cpus_is_equal("0,2,4", "0-5:1/2", "0-7"), "every second one");
	ok(!cpus_is_equal("0-3", "0-2", "0-3"), "one less is another");
	ok(!cpus_is_equal("0", "", "0-3"), "none is another");
	return ktap_end();
}
