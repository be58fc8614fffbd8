// SPDX-License-Identifier: GPL-2.0
/*
 * Names and SOURCE strings.
 *
 *   /dev/PATH
 *   nvme+tcp://ADDR[:PORT]/SUBNQN[?OPTION[&OPTION]...]
 *
 * ADDR is an IPv4 address, an IPv6 address in brackets, or a host name. An NQN
 * may hold nearly anything, so it runs to the first '?' and is not unescaped.
 * With the NQN of discovery, the source is where the paths are asked for.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "source.h"

#define SCHEME "nvme+tcp://"
#define DEFAULT_PORT 4420
#define DISCOVERY_PORT 8009
#define NSID_MAX 0xfffffffeu
#define QUEUES_MAX 1024

static bool is_all(const char *text, size_t len, int (*is_ok)(int c))
{
	for (size_t i = 0; i < len; i++)
		if (!is_ok((unsigned char)text[i]))
			return false;
	return true;
}

static int is_name_char(int c)
{
	return isascii(c) && (isalnum(c) || c == '-' || c == '_' || c == '.');
}

static int is_addr6_char(int c)
{
	/* %scope needs letters */
	return isascii(c) && (isalnum(c) || strchr(":.%-_", c));
}

static int is_visible(int c)
{
	return c > ' ' && c < 0x7f;
}

const char *name_check(const char *name)
{
	size_t len = strlen(name);

	if (!len)
		return "is empty";
	if (len >= NAME_LEN)
		return "is longer than 63 characters";
	if (!isascii((unsigned char)*name) || !isalnum((unsigned char)*name))
		return "must begin with a letter or a digit";
	if (!is_all(name, len, is_name_char))
		return "may only hold letters, digits, '-', '_' and '.'";
	return NULL;
}

/* '/' would leave the directory that configfs makes of it. */
const char *nqn_check(const char *nqn)
{
	size_t len = strlen(nqn);

	if (strncmp(nqn, "nqn.", 4) || len == 4)
		return "must begin with \"nqn.\" and go on";
	if (len >= NQN_LEN)
		return "is longer than 223 characters";
	if (!is_all(nqn, len, is_visible) || strpbrk(nqn, "/,"))
		return "may not hold '/', ',', blanks or control characters";
	return NULL;
}

/* Decimal, 1 to @max, nothing around it. 0: it is not that. */
static uint32_t number_parse(const char *text, size_t len, uint32_t max)
{
	uint64_t n = 0;

	if (!len || len > 10 || text[0] == '0')
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		n = n * 10 + (text[i] - '0');
	}
	return n <= max ? n : 0;
}

static bool copy(char *to, size_t size, const char *from, size_t len)
{
	if (len >= size)
		return false;
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

/* 0 if there is none. */
static const char *port_parse(const char *text, size_t len, struct source *src)
{
	if (!len)
		return NULL;
	if (*text != ':')
		return "has something behind the address that is no port";
	src->port = number_parse(text + 1, len - 1, UINT16_MAX);
	return src->port ? NULL : "has a bad port: use 1 to 65535";
}

static const char *host_parse(const char *text, size_t len, struct source *src)
{
	const char *end;
	size_t host_len;

	if (len && *text == '[') {
		end = memchr(text, ']', len);
		if (!end)
			return "has no ']' after its IPv6 address";
		host_len = end - text - 1;
		if (!host_len || !memchr(text + 1, ':', host_len) ||
		    !is_all(text + 1, host_len, is_addr6_char) ||
		    host_len >= 64)
			return "has a bad IPv6 address between its brackets";
		copy(src->host, sizeof(src->host), text + 1, host_len);
		return port_parse(end + 1, len - host_len - 2, src);
	}

	end = memchr(text, ':', len);
	host_len = end ? (size_t)(end - text) : len;
	if (end && memchr(end + 1, ':', len - host_len - 1))
		return "has an IPv6 address without brackets: write [ADDR]";
	if (!host_len || *text == '-' || *text == '.' ||
	    !is_all(text, host_len, is_name_char) ||
	    !copy(src->host, sizeof(src->host), text, host_len))
		return "has a bad address or host name";
	return port_parse(text + host_len, len - host_len, src);
}

static const char *nsid_parse(const char *value, struct source *src)
{
	src->nsid = number_parse(value, strlen(value), NSID_MAX);
	return src->nsid ? NULL : "has a bad nsid: use 1 to 4294967294";
}

static bool is_uuid(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == '-' ? text[i] != '-' :
				     !isxdigit((unsigned char)text[i]))
			return false;
	return !text[sizeof(form) - 1];
}

static const char *uuid_option(const char *value, struct source *src)
{
	if (!is_uuid(value) || strspn(value, "0-") == strlen(value))
		return "has a bad uuid";
	for (size_t i = 0; i <= strlen(value); i++)
		src->uuid[i] = tolower((unsigned char)value[i]);
	return NULL;
}

static const char *queues_parse(const char *value, struct source *src)
{
	src->queues = number_parse(value, strlen(value), QUEUES_MAX);
	return src->queues ? NULL : "has a bad number of queues: use 1 to 1024";
}

static const char *hdr_digest_parse(const char *value, struct source *src)
{
	src->hdr_digest = true;
	return *value ? "has a hdr_digest with a value: it takes none" : NULL;
}

static const char *data_digest_parse(const char *value, struct source *src)
{
	src->data_digest = true;
	return *value ? "has a data_digest with a value: it takes none" : NULL;
}

static const struct option {
	const char *key;
	const char *(*parse)(const char *value, struct source *src);
} options[] = {
	{ "nsid=", nsid_parse },
	{ "uuid=", uuid_option },
	{ "hdr_digest", hdr_digest_parse },
	{ "data_digest", data_digest_parse },
	{ "queues=", queues_parse },
};

#define N_OPTIONS (sizeof(options) / sizeof(options[0]))

/* @seen: a bit for each of options[]. */
static const char *option_parse(const char *text, unsigned int *seen,
				struct source *src)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		size_t len = strlen(options[i].key);

		if (strncmp(text, options[i].key, len))
			continue;
		if (*seen & 1u << i)
			return "has one option twice";
		*seen |= 1u << i;
		return options[i].parse(text + len, src);
	}
	return "knows only nsid=, uuid=, hdr_digest, data_digest and queues= after the '?'";
}

static const char *query_parse(const char *query, struct source *src)
{
	const char *why = NULL;
	unsigned int seen = 0;
	char text[64];
	size_t len;

	do {
		len = strcspn(query, "&");
		if (!copy(text, sizeof(text), query, len))
			return "has an option that is too long after the '?'";
		why = option_parse(text, &seen, src);
		query += len;
	} while (!why && *query++ == '&');
	if (!why && src->nsid && *src->uuid)
		why = "has both nsid and uuid: give one";
	return why;
}

static const char *nvme_tcp_parse(const char *text, struct source *src)
{
	const char *nqn = strchr(text, '/');
	const char *query, *why;

	src->kind = SOURCE_NVME_TCP;
	if (!nqn)
		return "names no subsystem: add /SUBNQN after the address";
	why = host_parse(text, nqn - text, src);
	if (why)
		return why;

	nqn++;
	query = strchr(nqn, '?');
	if (!copy(src->nqn, sizeof(src->nqn), nqn,
		  query ? (size_t)(query - nqn) : strlen(nqn)))
		return "has an NQN longer than 223 characters";
	if (nqn_check(src->nqn))
		return "has a bad NQN: it must begin with \"nqn.\" and hold no '/', ',' or blanks";
	if (!src->port)
		src->port = source_is_discovery(src) ? DISCOVERY_PORT :
						       DEFAULT_PORT;
	why = query ? query_parse(query + 1, src) : NULL;
	if (!why && source_is_discovery(src) && !*src->uuid)
		why = "only discovers: add ?uuid=U of the namespace to be found";
	return why;
}

/* ADDR[:PORT] */
const char *source_parse_service(const char *text, struct source *src)
{
	const char *why;

	memset(src, 0, sizeof(*src));
	src->kind = SOURCE_NVME_TCP;
	strcpy(src->nqn, DISCOVERY_NQN);
	why = host_parse(text, strlen(text), src);
	if (!src->port)
		src->port = DISCOVERY_PORT;
	return why;
}

const char *source_set_uuid(struct source *src, const char *uuid)
{
	return uuid_option(uuid, src);
}

static const char *block_parse(const char *text, struct source *src)
{
	size_t len = strlen(text);

	src->kind = SOURCE_BLOCK;
	if (!copy(src->path, sizeof(src->path), text, len))
		return "is too long";
	if (!is_all(text, len, is_visible))
		return "may not hold blanks or control characters";
	if (!text[strlen("/dev/")])
		return "names no device below /dev";
	return NULL;
}

const char *source_parse(const char *text, struct source *src)
{
	memset(src, 0, sizeof(*src));
	if (!strncmp(text, "/dev/", strlen("/dev/")))
		return block_parse(text, src);
	if (!strncmp(text, SCHEME, strlen(SCHEME)))
		return nvme_tcp_parse(text + strlen(SCHEME), src);
	return "is neither /dev/... nor nvme+tcp://ADDR[:PORT]/SUBNQN";
}

__attribute__((format(printf, 3, 4)))
static void append(char *text, char *mark, const char *fmt, ...)
{
	size_t len = strlen(text);
	va_list args;

	len += snprintf(text + len, SOURCE_LEN - len, "%c", *mark);
	*mark = '&';
	va_start(args, fmt);
	vsnprintf(text + len, SOURCE_LEN - len, fmt, args);
	va_end(args);
}

static void options_format(const struct source *src, char text[SOURCE_LEN])
{
	char mark = '?';

	if (src->nsid)
		append(text, &mark, "nsid=%u", src->nsid);
	if (*src->uuid)
		append(text, &mark, "uuid=%s", src->uuid);
	if (src->hdr_digest)
		append(text, &mark, "hdr_digest");
	if (src->data_digest)
		append(text, &mark, "data_digest");
	if (src->queues)
		append(text, &mark, "queues=%u", src->queues);
}

void source_format(const struct source *src, char text[SOURCE_LEN])
{
	bool is_addr6 = strchr(src->host, ':');

	if (src->kind == SOURCE_BLOCK) {
		snprintf(text, SOURCE_LEN, "%s", src->path);
		return;
	}
	snprintf(text, SOURCE_LEN, SCHEME "%s%s%s:%u/%s", is_addr6 ? "[" : "",
		 src->host, is_addr6 ? "]" : "", src->port, src->nqn);
	options_format(src, text);
}

bool source_is_discovery(const struct source *src)
{
	return src->kind == SOURCE_NVME_TCP && !strcmp(src->nqn, DISCOVERY_NQN);
}

/* One target's port, whatever the options. */
static bool is_same_place(const struct source *a, const struct source *b)
{
	return !strcasecmp(a->host, b->host) && a->port == b->port &&
	       !strcmp(a->nqn, b->nqn);
}

bool source_is_equal(const struct source *a, const struct source *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == SOURCE_BLOCK)
		return !strcmp(a->path, b->path);
	return is_same_place(a, b) && a->nsid == b->nsid &&
	       !strcmp(a->uuid, b->uuid) && a->queues == b->queues &&
	       a->hdr_digest == b->hdr_digest &&
	       a->data_digest == b->data_digest;
}

const char *sources_check(const struct source *sources, int n)
{
	for (int i = 1; i < n; i++) {
		if (sources[i].kind != SOURCE_NVME_TCP ||
		    sources[0].kind != SOURCE_NVME_TCP)
			return "several sources are several paths, so all must be nvme+tcp";
		if (strcmp(sources[i].nqn, sources[0].nqn))
			return "the sources name different subsystems: paths "
			       "of one volume lead to one NQN";
		if (sources[i].nsid != sources[0].nsid ||
		    strcmp(sources[i].uuid, sources[0].uuid))
			return "the sources name different namespaces: give all one nsid or uuid";
		for (int j = 0; j < i; j++)
			if (is_same_place(&sources[i], &sources[j]))
				return "one source is given twice";
	}
	return NULL;
}
