// SPDX-License-Identifier: GPL-2.0
/*
 * State documents: what is taken, and with which defaults; what is refused; what
 * two of them differ in; what gets into a file.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipstctl.h"
#include "ktap.h"
#include "state.h"

#define V "{\"version\":1,"
#define VOL(name, more) "{\"name\":\"" name "\",\"sources\":[\"/dev/x\"]" more "}"
#define NVME(more) V "\"volumes\":[{\"name\":\"n\",\"sources\":" \
	"[\"nvme+tcp://a/nqn.2026-11.org.example:a\"]," more "}]}"
#define DEV(more) V "\"devices\":[{\"name\":\"d\"" more "}]}"
#define QOS(more) DEV(",\"qos\":{" more "}")
#define EXP(listen, more) DEV(",\"type\":\"nvme-tcp\",\"listen\":[" listen "]" more)
#define ANY ",\"allow_any\":true"
#define ADDR "\"10.0.0.1\""

static const char *const bad[] = {
	"", " ", "{", "nul", "null", "1", "\"x\"", "[]", "{}", "{\"version\":1",
	"{\"version\":1}}", "{\"version\":1} x", "{version:1}",
	"{\"version\":0}", "{\"version\":2}", "{\"version\":\"1\"}",
	"{\"version\":1.0}", "{\"version\":null}", "{\"version\":1e99}",
	"{\"version\":99999999999999999999}", "{\"version\":1,}",
	"{\"version\":1,/**/\"groups\":[]}", "\xef\xbb\xbf{\"version\":1}",
	"{\"version\":1,\"groups\":[{\"name\":\"\xff\"}]}",
	V "\"x\":1}", V "\"Volumes\":[]}", V "\"volumes\":{}}", V "\"volumes\":null}",
	V "\"devices\":[[[[[[[[[[1]]]]]]]]]]}",
	V "\"volumes\":[1]}", V "\"volumes\":[null]}", V "\"volumes\":[{}]}",
	V "\"volumes\":[{\"name\":\"a\"}]}",
	V "\"volumes\":[{\"sources\":[\"/dev/x\"]}]}",
	V "\"volumes\":[" VOL("", "") "]}", V "\"volumes\":[" VOL("..", "") "]}",
	V "\"volumes\":[" VOL("a/b", "") "]}",
	V "\"volumes\":[" VOL("a\\u0000b", "") "]}",
	V "\"volumes\":[" VOL("a", "") "," VOL("a", "") "]}",
	V "\"volumes\":[" VOL("a", ",\"uuid\":\"x\"") "]}",
	V "\"volumes\":[" VOL("a", ",\"uuid\":1") "]}",
	V "\"volumes\":[" VOL("a", ",\"state\":\"ready\"") "]}",
	V "\"volumes\":[{\"name\":\"a\",\"sources\":[]}]}",
	V "\"volumes\":[{\"name\":\"a\",\"sources\":\"/dev/x\"}]}",
	V "\"volumes\":[{\"name\":\"a\",\"sources\":[1]}]}",
	V "\"volumes\":[{\"name\":\"a\",\"sources\":[null]}]}",
	V "\"volumes\":[{\"name\":\"a\",\"sources\":[\"/etc/passwd\"]}]}",
	V "\"volumes\":[{\"name\":\"a\",\"sources\":[\"/dev/a\",\"/dev/b\"]}]}",
	V "\"volumes\":[{\"name\":\"a\",\"sources\":"
	"[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}]}",
	NVME("\"ctrl_loss_tmo\":0"), NVME("\"ctrl_loss_tmo\":86401"),
	NVME("\"ctrl_loss_tmo\":-2"), NVME("\"ctrl_loss_tmo\":\"30\""),
	NVME("\"fast_io_fail_tmo\":1.5"), NVME("\"io_policy\":\"\""),
	NVME("\"host_nqn\":\"x\""), NVME("\"tls\":1"),
	NVME("\"dhchap_key\":\"DHHC-1:00:x:\""), NVME("\"dhchap_key\":\"file:x\""),
	NVME("\"dhchap_ctrl_key\":\"file:/x\""),
	V "\"volumes\":[" VOL("a", ",\"ctrl_loss_tmo\":30") "]}",
	V "\"volumes\":[" VOL("a", ",\"tls\":true") "]}",
	V "\"groups\":[{\"name\":\"g\"},{\"name\":\"g\"}]}",
	V "\"groups\":[{\"name\":\"g\",\"qos\":{\"weight\":1}}]}",
	V "\"groups\":[{\"name\":\"g\",\"qos\":{\"group\":\"\"}}]}",
	V "\"groups\":[{\"name\":\"g\",\"qos\":[]}]}",
	DEV(",\"x\":1"), DEV(",\"volume\":\"v\""), DEV(",\"volume\":\"\""),
	DEV(",\"type\":\"nvme\""), DEV(",\"mode\":\"Local\""), DEV(",\"mode\":1"),
	DEV(",\"queues\":0"), DEV(",\"queues\":65"), DEV(",\"queues\":-1"),
	DEV(",\"queues\":\"4\""), DEV(",\"queues\":4.5"), DEV(",\"queues\":null"),
	DEV(",\"queues\":18446744073709551620"), DEV(",\"queue_size\":3"),
	DEV(",\"read_only\":1"), DEV(",\"read_only\":\"true\""),
	DEV(",\"serial\":\"\""), DEV(",\"serial\":\"123456789012345678901\""),
	DEV(",\"serial\":\"\\n\""), DEV(",\"host_nqn\":\"x\""),
	DEV(",\"busy_poll_us\":1001"), DEV(",\"cpus\":\"\""), DEV(",\"cpus\":\"x\""),
	DEV(",\"cpus\":[0]"), DEV(",\"paused\":0"), DEV(",\"qos\":1"),
	QOS("\"x\":1"), QOS("\"rw_iops\":-1"), QOS("\"rw_iops\":1.5"),
	QOS("\"rw_iops\":1000000001"), QOS("\"rw_iops\":null"),
	QOS("\"rw_iops\":[1]"), QOS("\"rw_iops\":\"1K\""), QOS("\"burst_ms\":0"),
	QOS("\"weight\":0"), QOS("\"group\":\"g\""), QOS("\"group\":1"),
	QOS("\"rw_iops=1,r_iops\":1"),
	DEV(",\"type\":\"nvme-tcp\""), DEV(",\"type\":\"nvme-tcp\"" ANY),
	DEV(",\"listen\":[" ADDR "]"), EXP("", ANY), EXP(ADDR, ""),
	EXP("1", ANY), EXP("null", ANY), EXP("\"x\"", ANY), EXP("\"::1\"", ANY),
	EXP(ADDR ",\"10.0.0.1:4420\"", ANY), EXP(ADDR, ",\"allow_any\":1"),
	EXP(ADDR, ",\"allow_any\":false"), EXP(ADDR, ",\"allow_hosts\":[]"),
	EXP(ADDR, ",\"allow_hosts\":[\"x\"]"), EXP(ADDR, ",\"allow_hosts\":[1]"),
	EXP(ADDR, ",\"allow_hosts\":[null]"), EXP(ADDR, ",\"allow_hosts\":\"nqn.x\""),
	EXP(ADDR, ",\"allow_hosts\":[\"nqn.x\",\"nqn.x\"]"),
	EXP(ADDR, ANY ",\"allow_hosts\":[\"nqn.x\"]"), EXP(ADDR, ANY ",\"queues\":1"),
	EXP(ADDR, ANY ",\"volume\":\"v\""), EXP(ADDR, ANY ",\"qos\":{}"),
	EXP(ADDR, ANY ",\"volumes\":{}"), EXP(ADDR, ANY ",\"volumes\":[\"v\"]"),
	EXP(ADDR, ANY ",\"volumes\":[null]"), EXP(ADDR, ANY ",\"volumes\":[[]]"),
	EXP(ADDR, ANY ",\"volumes\":[{}]"), EXP(ADDR, ANY ",\"volumes\":[\"a/b\"]"),
	EXP(ADDR, ANY ",\"volumes\":[{\"volume\":\"v\",\"nsid\":0}]"),
	EXP(ADDR, ANY ",\"volumes\":[{\"volume\":\"v\",\"nsid\":\"1\"}]"),
	EXP(ADDR, ANY ",\"volumes\":[{\"volume\":\"v\",\"nsid\":4294967295}]"),
	EXP(ADDR, ANY ",\"volumes\":[{\"volume\":\"v\",\"x\":1}]"),
};

/* With a volume that is there: what is wrong is something else. */
#define VOLS(volumes) V "\"volumes\":[" VOL("v", "") "," VOL("w", "") "]," \
	"\"devices\":[{\"name\":\"d\",\"type\":\"nvme-tcp\",\"listen\":[" ADDR "]" ANY \
	",\"volumes\":[" volumes "]}]}"
#define NS(volume, nsid) "{\"volume\":\"" volume "\",\"nsid\":" nsid "}"

static const char *const bad_exports[] = {
	VOLS("\"v\",\"v\""), VOLS("\"v\"," NS("v", "1")),
	VOLS(NS("v", "1") "," NS("w", "1")), VOLS("\"v\",\"x\""),
	VOLS("\"v\\u0000w\""), VOLS(NS("v\\u0000", "1")),
};

static json_object *parse(const char *text)
{
	return state_parse(text, strlen(text), "test");
}

static json_object *first(json_object *doc, const char *list)
{
	return json_object_array_get_idx(state_get(doc, list), 0);
}

static void test_bad(void)
{
	static const char nul[] = "{\"version\":1}\0{";

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ok(!parse(bad[i]), "refuses %s", bad[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad_exports); i++)
		ok(!parse(bad_exports[i]), "refuses %s", bad_exports[i]);
	ok(!state_parse(nul, sizeof(nul) - 1, "test"), "and a NUL");
}

static void test_defaults(void)
{
	json_object *doc = parse(DEV("")), *device = first(doc, "devices"), *qos;

	ok(!strcmp(state_text(device, "mode"), "vhost") &&
	   !strcmp(state_text(device, "queue_size"), "256") &&
	   !strcmp(state_text(device, "read_only"), "false") &&
	   !strcmp(state_text(device, "volume"), ""), "a device has defaults");
	ok(!state_get(device, "serial") && !state_get(device, "cpus") &&
	   !state_get(device, "paused"), "but what may be as it is");
	qos = state_get(device, "qos");
	ok(!strcmp(state_text(qos, "r_iops"), "0") &&
	   !strcmp(state_text(qos, "burst_ms"), "100") &&
	   !strcmp(state_text(qos, "weight"), "100") &&
	   !strcmp(state_text(qos, "group"), ""), "so have its limits");
	json_object_put(doc);

	doc = parse(QOS("\"rw_bps\":\"1.5Ki\",\"r_iops\":\"unlimited\""));
	qos = state_get(first(doc, "devices"), "qos");
	ok(!strcmp(state_text(qos, "rw_bps"), "1536") &&
	   !strcmp(state_text(qos, "r_iops"), "0"), "units are taken");
	json_object_put(doc);
}

/* The differences of two documents, as text. */
static bool differ(const char *have, const char *want, bool prune,
		   const char *expected)
{
	json_object *a = parse(have), *b = parse(want), *changes;
	const char *text;
	bool is_good;

	changes = diff_make(a, b, prune);
	text = json_object_to_json_string_ext(changes, JSON_C_TO_STRING_PLAIN);
	is_good = !strcmp(text, expected);
	if (!is_good)
		printf("# %s\n", text);
	json_object_put(changes);
	json_object_put(a);
	json_object_put(b);
	return is_good;
}

static void test_diff(void)
{
	static const char all[] = V "\"volumes\":[" VOL("v", "") "],"
		"\"groups\":[{\"name\":\"g\"}],\"devices\":[{\"name\":\"d\"}]}";
	static const char none[] = "{\"version\":1}";

	ok(differ(all, all, true, "[]"), "the same is no change");
	ok(differ(none, all, true,
		  "[{\"change\":\"add\",\"noun\":\"volume\",\"name\":\"v\"},"
		  "{\"change\":\"add\",\"noun\":\"group\",\"name\":\"g\"},"
		  "{\"change\":\"add\",\"noun\":\"device\",\"name\":\"d\"}]"),
	   "all is new");
	ok(differ(all, none, false, "[]"), "what is more stays");
	ok(differ(all, none, true,
		  "[{\"change\":\"remove\",\"noun\":\"device\",\"name\":\"d\"},"
		  "{\"change\":\"remove\",\"noun\":\"group\",\"name\":\"g\"},"
		  "{\"change\":\"remove\",\"noun\":\"volume\",\"name\":\"v\"}]"),
	   "or goes");
	ok(differ(DEV(""), QOS("\"rw_iops\":5"), false,
		  "[{\"change\":\"change\",\"noun\":\"device\",\"name\":\"d\",\"keys\":"
		  "{\"qos.rw_iops\":{\"from\":0,\"to\":5}}}]"), "a limit");
	ok(differ(DEV(",\"serial\":\"a\",\"paused\":true"), DEV(""), false, "[]"),
	   "what is left out may be as it is");
	ok(differ(DEV(",\"cpus\":\"0\""), DEV(",\"cpus\":\"0,0-0\""), false, "[]"),
	   "CPUs in any spelling");
	ok(differ(DEV(",\"deep_cpus\":\"0\""), DEV(",\"deep_cpus\":\"0,0-0\""),
		  false, "[]"), "those of deep queues, too");
	ok(differ(V "\"volumes\":[" VOL("v", "") "]}",
		  V "\"volumes\":[{\"name\":\"v\",\"sources\":[\"/dev/y\"]}]}", false,
		  "[{\"change\":\"change\",\"noun\":\"volume\",\"name\":\"v\",\"keys\":"
		  "{\"sources\":{\"from\":[\"\\/dev\\/x\"],\"to\":[\"\\/dev\\/y\"]}}}]"),
	   "a source");
	ok(differ(V "\"volumes\":[{\"name\":\"v\",\"sources\":["
		  "\"nvme+tcp://a/nqn.x\",\"nvme+tcp://b/nqn.x\"]}]}",
		  V "\"volumes\":[{\"name\":\"v\",\"sources\":["
		  "\"nvme+tcp://B:4420/nqn.x\",\"nvme+tcp://a/nqn.x\"]}]}", false,
		  "[]"), "sources in any order");
}

static void test_exports(void)
{
	json_object *doc = parse(VOLS("\"v\"," NS("w", "3"))), *device, *file;

	device = first(doc, "devices");
	ok(!strcmp(out_item(state_get(device, "listen"), 0), "10.0.0.1:4420") &&
	   export_nsid(device, "w") == 3 && !export_nsid(device, "v"),
	   "an nvme-tcp device is taken");
	file = state_to_file(doc);
	ok(!state_get(first(file, "devices"), "allow_hosts") &&
	   !state_get(first(file, "devices"), "qos"), "and written as short");
	json_object_put(file);
	json_object_put(doc);
	ok(differ(VOLS(NS("v", "1") "," NS("w", "3")), VOLS("\"w\",\"v\""), false,
		  "[]"), "any nsid will do, in any order");
	ok(!differ(VOLS(NS("v", "1")), VOLS(NS("v", "2")), false, "[]"),
	   "if none is wanted");
	ok(!differ(VOLS(NS("v", "1") "," NS("w", "3")), VOLS("\"v\""), false, "[]"),
	   "one less is a change");
	ok(differ(EXP(ADDR ",\"[::1]\"", ANY), EXP("\"[0::1]:4420\"," ADDR, ANY),
		  false, "[]"), "addresses in any spelling and order");
	ok(differ(DEV(""), EXP(ADDR, ANY), false,
		  "[{\"change\":\"change\",\"noun\":\"device\",\"name\":\"d\",\"keys\":"
		  "{\"type\":{\"from\":\"virtio-blk\",\"to\":\"nvme-tcp\"}}}]"),
	   "another type is all that is told");
}

static void test_volume_settings(void)
{
	json_object *doc = parse(NVME("\"ctrl_loss_tmo\":30,\"dhchap_key\":"
				      "\"keyring:k\",\"tls\":true"));
	json_object *item = first(doc, "volumes"), *file;
	struct volume vol;

	state_volume(item, &vol);
	ok(!strcmp(vol.settings[VSET_CTRL_LOSS], "30") &&
	   !strcmp(vol.settings[VSET_DHCHAP], "keyring:k") &&
	   !strcmp(vol.settings[VSET_TLS], "1"), "settings of a volume arrive");
	ok(!strcmp(vol.settings[VSET_FAST_IO_FAIL], "-1") &&
	   !strcmp(vol.settings[VSET_IO_POLICY], "numa") &&
	   !*vol.settings[VSET_HOST_NQN], "others have their default");
	file = state_to_file(doc);
	item = first(file, "volumes");
	ok(state_get(item, "ctrl_loss_tmo") && state_get(item, "tls") &&
	   !state_get(item, "io_policy") && !state_get(item, "fast_io_fail_tmo"),
	   "which is in no file");
	json_object_put(file);
	json_object_put(doc);
	ok(differ(NVME("\"ctrl_loss_tmo\":30"), NVME("\"tls\":false"), false,
		  "[{\"change\":\"change\",\"noun\":\"volume\",\"name\":\"n\","
		  "\"keys\":{\"ctrl_loss_tmo\":{\"from\":30,\"to\":-1}}}]"),
	   "to leave one out is to want its default");
}

static void test_file(void)
{
	static const char text[] = V "\"volumes\":[" VOL("v", "") "],"
		"\"groups\":[{\"name\":\"g\",\"qos\":{\"rw_iops\":7}}],"
		"\"devices\":[{\"name\":\"d\",\"volume\":\"v\",\"paused\":false,"
		"\"qos\":{\"group\":\"g\"}}]}";
	char path[] = "/tmp/ipstctl-unit_state.XXXXXX";
	json_object *doc = parse(text), *again, *changes;
	struct stat st;

	close(mkstemp(path));
	chmod(path, 0644);
	ok(!state_write(path, doc), "a document is written");
	ok(!stat(path, &st) && (st.st_mode & 0777) == 0600,
	   "for nobody else to read");
	again = state_read(path);
	changes = diff_make(doc, again, true);
	ok(again && !json_object_array_length(changes), "and read again");
	json_object_put(changes);
	json_object_put(again);
	again = state_to_file(doc);
	ok(!state_get(first(again, "volumes"), "state") &&
	   !state_get(first(again, "devices"), "paused") &&
	   json_object_object_length(state_get(first(again, "devices"),
					       "qos")) == 1,
	   "without what is so anyway");
	json_object_put(again);
	json_object_put(doc);
	ok(!truncate(path, STATE_BYTES_MAX + 1) && !state_read(path),
	   "a huge one is refused");
	ok(!state_read("/nosuch") && !state_read("/"), "so is one that is none");
	unlink(path);
}

int main(void)
{
	ktap_begin();
	test_bad();
	test_defaults();
	test_volume_settings();
	test_diff();
	test_exports();
	test_file();
	return ktap_end();
}
