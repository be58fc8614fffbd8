// SPDX-License-Identifier: GPL-2.0
/*
 * Names and SOURCE strings.
 *
 *   /dev/PATH
 *   nvme+tcp://ADDR[:PORT]/SUBNQN[?nsid=N]
 *
 * ADDR is an IPv4 address, an IPv6 address in brackets, or a host name. An NQN
 * may hold nearly anything, so it runs to the first '?' and is not unescaped.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "source.h"

#define SCHEME "nvme+tcp://"
#define DEFAULT_PORT 4420
#define NSID_MAX 0xfffffffeu
#define DISCOVERY_NQN "nqn.2014-08.org.nvmexpress.discovery"

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

static const char *port_parse(const char *text, size_t len, struct source *src)
{
	src->port = DEFAULT_PORT;
	if (!len)
		return NULL;
	if (*text != ':')
		return "has something between the address and the '/'";
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

static const char *query_parse(const char *query, struct source *src)
{
	if (strncmp(query, "nsid=", 5))
		return "knows only nsid=N after the '?'";
	src->nsid = number_parse(query + 5, strlen(query + 5), NSID_MAX);
	return src->nsid ? NULL : "has a bad nsid: use 1 to 4294967294";
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
	if (!strcmp(src->nqn, DISCOVERY_NQN))
		return "names the discovery subsystem, which has no disks";
	return query ? query_parse(query + 1, src) : NULL;
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
	return "is neither /dev/... nor nvme+tcp://ADDR[:PORT]/SUBNQN[?nsid=N]";
}

void source_format(const struct source *src, char text[SOURCE_LEN])
{
	bool is_addr6 = strchr(src->host, ':');
	int len;

	if (src->kind == SOURCE_BLOCK) {
		snprintf(text, SOURCE_LEN, "%s", src->path);
		return;
	}
	len = snprintf(text, SOURCE_LEN, SCHEME "%s%s%s:%u/%s",
		       is_addr6 ? "[" : "", src->host, is_addr6 ? "]" : "",
		       src->port, src->nqn);
	if (src->nsid)
		snprintf(text + len, SOURCE_LEN - len, "?nsid=%u", src->nsid);
}

bool source_is_equal(const struct source *a, const struct source *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == SOURCE_BLOCK)
		return !strcmp(a->path, b->path);
	return !strcasecmp(a->host, b->host) && a->port == b->port &&
	       !strcmp(a->nqn, b->nqn) && a->nsid == b->nsid;
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
		if (sources[i].nsid != sources[0].nsid)
			return "the sources name different namespaces: give all the same nsid";
		for (int j = 0; j < i; j++)
			if (source_is_equal(&sources[i], &sources[j]))
				return "one source is given twice";
	}
	return NULL;
}
