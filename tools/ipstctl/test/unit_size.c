// SPDX-License-Identifier: GPL-2.0
/* Which sizes and limits are taken, which are refused, and how they are shown. */
#include <string.h>

#include <linux/ipst.h>

#include "ktap.h"
#include "size.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *text;
	uint64_t value;
	const char *shown;
} good[] = {
	{ "0", 0, "0" }, { "1", 1, "1" }, { "999", 999, "999" },
	{ "00012", 12, "12" },
	{ "1000", 1000, "1k" }, { "1k", 1000, "1k" }, { "1.2k", 1200, "1.2k" },
	{ "1.50k", 1500, "1.5k" }, { "1.0", 1, "1" }, { "0.5M", 500000, "500k" },
	{ "20k", 20000, "20k" }, { "200M", 200000000, "200M" },
	{ "1G", 1000000000, "1G" }, { "1T", 1000000000000, "1T" },
	{ "1Ki", 1024, "1Ki" }, { "1.5Ki", 1536, "1.5Ki" },
	{ "64Mi", 64 << 20, "64Mi" }, { "1Gi", 1 << 30, "1Gi" },
	{ "1Ti", 1ULL << 40, "1Ti" }, { "1234567", 1234567, "1.235M" },
	{ "18446744073709551615", UINT64_MAX, "1.845e+07T" },
};

static const char *const bad[] = {
	"", " ", "-1", "+1", " 1", "1 ", "x", "k", ".", ".5", ".5k", "1.", "1.k",
	"1K", "1m", "1g", "1t", "1ki", "1kB", "1MB", "1MiB", "1iB", "1Mii", "1KM",
	"0x10", "1e3", "1,000", "1.5", "1.2345k", "0.3Ki", "1.5.5k", "1\n",
	"18446744073709551616", "18446744073709551615k", "17000000Ti",
	"99999999999999999999999999", "1\xc2\xb5",
};

static void test_sizes(void)
{
	char shown[SIZE_LEN];
	uint64_t value;

	for (size_t i = 0; i < COUNT(good); i++) {
		const char *why = size_parse(good[i].text, &value);

		size_format(value, shown);
		ok(!why && value == good[i].value &&
		   !strcmp(shown, good[i].shown), "%s is shown as %s",
		   good[i].text, shown);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		ok(size_parse(bad[i], &value), "refuses bad size %zu", i);
}

static const char *parse(const char *word)
{
	struct limits limits = { };

	return limits_parse(word, false, &limits);
}

static bool gives(const char *word, enum limit_key key, uint64_t value)
{
	struct limits limits = { };

	return !limits_parse(word, false, &limits) && limits.is_given[key] &&
	       limits.values[key] == value;
}

static void test_limits(void)
{
	static const char *const refused[] = {
		"", "=", "=1", "rw_iops", "rw_iops=", "frob=1", "RW_IOPS=1",
		"rw_iops =1", "rw_iops=1x", "rw_iops=-1", "rw_iops=unlimitedx",
		"rw_iops=1000000001", "rw_iops=2G", "r_bps=1.1T", "iops=1",
		"burst_ms=0", "burst_ms=unlimited", "burst_ms=60001", "weight=0",
		"weight=10001", "weight=", "group=-x", "group=a b", "group=a/b",
	};

	ok(gives("rw_iops=20k", LIMIT_RW_IOPS, 20000), "a rate");
	ok(gives("r_bps=200M", LIMIT_R_BPS, 200000000), "a size");
	ok(gives("w_bps=1T", LIMIT_W_BPS, IPST_BPS_MAX), "the largest");
	ok(gives("w_iops=0", LIMIT_W_IOPS, 0) &&
	   gives("w_iops=unlimited", LIMIT_W_IOPS, 0), "no limit");
	ok(gives("burst_ms=1", LIMIT_BURST_MS, 1) &&
	   gives("weight=10k", LIMIT_WEIGHT, IPST_WEIGHT_MAX), "burst and weight");
	ok(!parse("group=a") && !parse("group="), "a group, and none");
	for (size_t i = 0; i < COUNT(refused); i++)
		ok(parse(refused[i]), "refuses \"%s\"", refused[i]);
}

static void test_several(void)
{
	struct limits limits = { };

	ok(!limits_parse("rw_iops=1", true, &limits) &&
	   !limits_parse("r_iops=2", true, &limits) &&
	   limits_parse("rw_iops=1", true, &limits), "each key once");
	ok(limits_parse("weight=1", true, &limits) &&
	   limits_parse("group=a", true, &limits), "a group has no weight");
	ok(!limits_parse("group=a", false, &limits) &&
	   limits_parse("group=", false, &limits) && !strcmp(limits.group, "a"),
	   "one group");
	limits_clear(&limits);
	ok(limits.is_given[LIMIT_R_IOPS] && !limits.values[LIMIT_R_IOPS] &&
	   limits.values[LIMIT_BURST_MS] == 100 && !limits.has_group &&
	   !limits.is_given[LIMIT_WEIGHT], "cleared, it is still in its group");
}

int main(void)
{
	ktap_begin();
	test_sizes();
	test_limits();
	test_several();
	return ktap_end();
}
