// SPDX-License-Identifier: GPL-2.0
/* What source.c takes, what it refuses, and that formatting loses nothing. */
#include <string.h>

#include "ktap.h"
#include "source.h"

#define NQN "nqn.2026-11.org.example:a"
#define UUID "6f1d7d2a-8d0e-4b0c-9a53-0a1b2c3d4e5f"
#define UPPER_UUID "6F1D7D2A-8D0E-4B0C-9A53-0A1B2C3D4E5F"
#define X50 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
	const char *text;
	const char *canonical;
} good[] = {
	{ "/dev/sdb", "/dev/sdb" },
	{ "/dev/disk/by-id/nvme-a:b@c", "/dev/disk/by-id/nvme-a:b@c" },
	{ "nvme+tcp://10.0.0.1/" NQN, "nvme+tcp://10.0.0.1:4420/" NQN },
	{ "nvme+tcp://10.0.0.1:1/" NQN, "nvme+tcp://10.0.0.1:1/" NQN },
	{ "nvme+tcp://10.0.0.1:65535/" NQN "?nsid=7",
	  "nvme+tcp://10.0.0.1:65535/" NQN "?nsid=7" },
	{ "nvme+tcp://10.0.0.1/" NQN "?nsid=4294967294",
	  "nvme+tcp://10.0.0.1:4420/" NQN "?nsid=4294967294" },
	{ "nvme+tcp://[fe80::1%eth0]/" NQN,
	  "nvme+tcp://[fe80::1%eth0]:4420/" NQN },
	{ "nvme+tcp://[::ffff:10.0.0.1]:4421/" NQN,
	  "nvme+tcp://[::ffff:10.0.0.1]:4421/" NQN },
	{ "nvme+tcp://store-1.example/nqn.2014-08.org.nvmexpress:uuid:x",
	  "nvme+tcp://store-1.example:4420/nqn.2014-08.org.nvmexpress:uuid:x" },
	{ "nvme+tcp://a/" NQN "?queues=4&data_digest&hdr_digest&nsid=1",
	  "nvme+tcp://a:4420/" NQN "?nsid=1&hdr_digest&data_digest&queues=4" },
	{ "nvme+tcp://a/" NQN "?uuid=" UPPER_UUID,
	  "nvme+tcp://a:4420/" NQN "?uuid=" UUID },
	{ "nvme+tcp://a/" DISCOVERY_NQN "?uuid=" UUID,
	  "nvme+tcp://a:8009/" DISCOVERY_NQN "?uuid=" UUID },
};

static const char *const bad[] = {
	"", "sdb", "/", "/dev", "/dev/", "/etc/passwd", "/dev/a b", "/dev/a\n",
	"/dev/" X50 X50 X50 X50 X50 X50,
	"nvme+tcp:", "nvme+tcp://", "nvme+tcp://10.0.0.1", "nvme+rdma://a/" NQN,
	"nvme+tcp:///" NQN, "nvme+tcp://:4420/" NQN, "nvme+tcp://-a/" NQN,
	"nvme+tcp://a b/" NQN, "nvme+tcp://a,b/" NQN, "nvme+tcp://fe80::1/" NQN,
	"nvme+tcp://[fe80::1/" NQN, "nvme+tcp://[]/" NQN,
	"nvme+tcp://[10.0.0.1]/" NQN, "nvme+tcp://[::1]4420/" NQN,
	"nvme+tcp://[::1,a]/" NQN,
	"nvme+tcp://a:/" NQN, "nvme+tcp://a:0/" NQN, "nvme+tcp://a:65536/" NQN,
	"nvme+tcp://a:044/" NQN, "nvme+tcp://a:+4/" NQN, "nvme+tcp://a:4x/" NQN,
	"nvme+tcp://a:99999999999999999999/" NQN,
	"nvme+tcp://a/", "nvme+tcp://a/nqn.", "nvme+tcp://a/iqn.2026-11.x",
	"nvme+tcp://a/nqn.2026/x", "nvme+tcp://a/nqn.2026,x",
	"nvme+tcp://a/nqn.2026 x", "nvme+tcp://a/nqn.\xc3\xa4",
	"nvme+tcp://a/nqn." X50 X50 X50 X50 X50,
	"nvme+tcp://" X50 X50 X50 X50 X50 X50 "/" NQN,
	"nvme+tcp://a/" DISCOVERY_NQN, "nvme+tcp://a/" DISCOVERY_NQN "?nsid=1",
	"nvme+tcp://a/" NQN "?uuid=", "nvme+tcp://a/" NQN "?uuid=1",
	"nvme+tcp://a/" NQN "?uuid=" UUID "0",
	"nvme+tcp://a/" NQN "?uuid=00000000-0000-0000-0000-000000000000",
	"nvme+tcp://a/" NQN "?uuid=6f1d7d2a08d0e-4b0c-9a53-0a1b2c3d4e5f",
	"nvme+tcp://a/" NQN "?uuid=" UUID "&nsid=1",
	"nvme+tcp://a/" NQN "?hdr_digest=1", "nvme+tcp://a/" NQN "?data_digestx",
	"nvme+tcp://a/" NQN "?queues=0", "nvme+tcp://a/" NQN "?queues=1025",
	"nvme+tcp://a/" NQN "?hdr_digest&hdr_digest",
	"nvme+tcp://a/" NQN "?hdr_digest&", "nvme+tcp://a/" NQN "?&hdr_digest",
	"nvme+tcp://a/" NQN "?queues=2&queues=2",
	"nvme+tcp://a/" NQN "?" X50 X50,
	"nvme+tcp://a/" NQN "?", "nvme+tcp://a/" NQN "?nsid=",
	"nvme+tcp://a/" NQN "?nsid=0", "nvme+tcp://a/" NQN "?nsid=4294967295",
	"nvme+tcp://a/" NQN "?nsid=1&x", "nvme+tcp://a/" NQN "?x=1",
	"nvme+tcp://a/" NQN "?nsid=-1", "nvme+tcp://a/" NQN "?nsid= 1",
};

static void test_good(void)
{
	struct source src, again;
	char text[SOURCE_LEN];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const char *why = source_parse(good[i].text, &src);

		ok(!why, "takes %s", good[i].text);
		if (why)
			continue;
		source_format(&src, text);
		ok(!strcmp(text, good[i].canonical), "gives %s", text);
		ok(!source_parse(text, &again) && source_is_equal(&src, &again),
		   "reads its own %s", text);
	}
}

static void test_bad(void)
{
	struct source src;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(source_parse(bad[i], &src), "refuses bad source %zu", i);
}

static void test_parts(void)
{
	struct source src;

	source_parse("nvme+tcp://[fe80::2]:99/" NQN "?nsid=5", &src);
	ok(src.kind == SOURCE_NVME_TCP && !strcmp(src.host, "fe80::2") &&
	   src.port == 99 && !strcmp(src.nqn, NQN) && src.nsid == 5,
	   "all parts of a URL arrive");
	source_parse("nvme+tcp://h/" NQN, &src);
	ok(src.port == 4420 && !src.nsid, "port 4420 and any nsid by default");
}

static void test_names(void)
{
	static const char *const bad_names[] = {
		"", ".", "..", ".x", "-x", "_x", "a/b", "a b", "a\n", "\xc3\xa4",
		X50 "xxxxxxxxxxxxxx",
	};

	ok(!name_check("v0") && !name_check("0") && !name_check("a.b-c_D") &&
	   !name_check(X50 "xxxxxxxxxxxxx"), "takes good names");
	for (size_t i = 0; i < sizeof(bad_names) / sizeof(bad_names[0]); i++)
		ok(name_check(bad_names[i]), "refuses bad name %zu", i);
}

static const char *pair_check(const char *a, const char *b)
{
	struct source pair[2];

	if (source_parse(a, &pair[0]) || source_parse(b, &pair[1]))
		return NULL;
	return sources_check(pair, 2);
}

static void test_paths(void)
{
	ok(!pair_check("nvme+tcp://a/" NQN, "nvme+tcp://b/" NQN),
	   "two addresses are two paths");
	ok(!pair_check("nvme+tcp://a/" NQN, "nvme+tcp://a:4421/" NQN),
	   "two ports are two paths");
	ok(pair_check("nvme+tcp://a/" NQN, "nvme+tcp://A:4420/" NQN),
	   "the same path twice is refused");
	ok(pair_check("nvme+tcp://a/" NQN, "nvme+tcp://b/" NQN "b"),
	   "two subsystems are refused");
	ok(pair_check("nvme+tcp://a/" NQN, "nvme+tcp://b/" NQN "?nsid=1"),
	   "two ways to say the nsid are refused");
	ok(pair_check("nvme+tcp://a/" NQN, "nvme+tcp://a/" NQN "?queues=2"),
	   "the same path twice with other options is refused");
	ok(!pair_check("nvme+tcp://a/" NQN, "nvme+tcp://b/" NQN "?queues=2"),
	   "two paths may have options of their own");
	ok(pair_check("nvme+tcp://a/" NQN "?uuid=" UUID, "nvme+tcp://b/" NQN),
	   "a UUID on one of two paths only is refused");
	ok(pair_check("/dev/a", "/dev/b"), "two local disks are refused");
	ok(pair_check("nvme+tcp://a/" NQN, "/dev/b"), "a mixture is refused");
}

static void test_services(void)
{
	static const char *const bad_services[] = {
		"", ":8009", "a:0", "a:x", "a/b", "a?b", "fe80::1", "[fe80::1",
		"[::1]x", "a b", "-a",
	};
	struct source src, again;
	char text[SOURCE_LEN];

	ok(!source_parse_service("10.0.0.1", &src) && src.port == 8009 &&
	   source_is_discovery(&src), "a service has port 8009 by default");
	ok(!source_parse_service("[fe80::2]:4420", &src) && src.port == 4420 &&
	   !strcmp(src.host, "fe80::2"), "a service may have another port");
	ok(source_set_uuid(&src, "1"), "refuses a bad UUID");
	ok(!source_set_uuid(&src, UPPER_UUID), "takes a UUID");
	source_format(&src, text);
	ok(!source_parse(text, &again) && source_is_equal(&src, &again),
	   "with a UUID it is a source, %s", text);
	for (size_t i = 0; i < sizeof(bad_services) / sizeof(bad_services[0]); i++)
		ok(source_parse_service(bad_services[i], &src),
		   "refuses bad service %zu", i);
}

int main(void)
{
	ktap_begin();
	test_good();
	test_bad();
	test_parts();
	test_names();
	test_paths();
	test_services();
	return ktap_end();
}
