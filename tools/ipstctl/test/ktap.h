/* SPDX-License-Identifier: GPL-2.0 */
/* KTAP for unit tests: ok() for each check, ktap_end() as exit status. */
#ifndef KTAP_H
#define KTAP_H

#include <stdbool.h>
#include <stdarg.h>
#include <stdio.h>

static int ktap_count, ktap_failed;

__attribute__((format(printf, 2, 3)))
static void ok(bool is_good, const char *fmt, ...)
{
	va_list args;

	printf("%sok %d ", is_good ? "" : "not ", ++ktap_count);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	ktap_failed += !is_good;
}

static void ktap_begin(void)
{
	puts("KTAP version 1");
}

static int ktap_end(void)
{
	printf("1..%d\n", ktap_count);
	return ktap_failed ? 1 : 0;
}

#endif
