// SPDX-License-Identifier: GPL-2.0
/*
 * Sizes and rates: a decimal number and a unit, one of k M G T (powers of
 * 1000) and Ki Mi Gi Ti (of 1024). 1.5k is 1500; 1.5 is refused, since nothing
 * here comes in parts.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "size.h"

static const struct unit {
	const char *name;
	uint64_t value;
} units[] = {
	{ "", 1 },
	{ "k", 1000 },
	{ "M", 1000000 },
	{ "G", 1000000000 },
	{ "T", 1000000000000 },
	{ "Ki", 1ULL << 10 },
	{ "Mi", 1ULL << 20 },
	{ "Gi", 1ULL << 30 },
	{ "Ti", 1ULL << 40 },
};

enum { UNITS_DECIMAL = 5, UNITS = sizeof(units) / sizeof(units[0]) };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const struct unit *unit_find(const char *name)
{
	for (int i = 0; i < UNITS; i++)
		if (!strcmp(units[i].name, name))
			return &units[i];
	return NULL;
}

/* Digits at *@text, which moves behind them. */
static bool digits_parse(const char **text, uint64_t *value)
{
	*value = 0;
	for (; is_digit(**text); (*text)++)
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, **text - '0', value))
			return false;
	return true;
}

/*
 * 0.DIGITS of @unit, from the last digit on: if the whole is an integer, so is
 * each part of it. False: it is none.
 */
static bool fraction_parse(const char *digits, size_t len, uint64_t unit,
			   uint64_t *value)
{
	*value = 0;
	while (len--) {
		*value += unit * (digits[len] - '0');
		if (*value % 10)
			return false;
		*value /= 10;
	}
	return true;
}

const char *size_parse(const char *text, uint64_t *value)
{
	const char *fraction = text;
	const struct unit *unit;
	size_t fraction_len = 0;
	uint64_t part;

	if (!*text)
		return "is empty: give a number";
	if (!is_digit(*text))
		return "is no number from 0 on";
	if (!digits_parse(&text, value))
		return "is too large";
	if (*text == '.' && is_digit(text[1])) {
		fraction = text + 1;
		fraction_len = strspn(fraction, "0123456789");
		text = fraction + fraction_len;
	}
	unit = unit_find(text);
	if (!unit)
		return "has something behind its digits that is no unit: "
		       "use k, M, G, T, Ki, Mi, Gi or Ti";
	if (!fraction_parse(fraction, fraction_len, unit->value, &part))
		return "is no whole number";
	if (__builtin_mul_overflow(*value, unit->value, value) ||
	    __builtin_add_overflow(*value, part, value))
		return "is too large";
	return NULL;
}

/* The largest unit of @from to @to - 1 that @value has at least one of. */
static const struct unit *unit_choose(uint64_t value, int from, int to)
{
	int i = to - 1;

	while (i > from && value < units[i].value)
		i--;
	return &units[i];
}

static bool has_two_digits(uint64_t value, const struct unit *unit)
{
	return value / unit->value < 1000 &&
	       value % unit->value * 100 % unit->value == 0;
}

/* Exact if three digits or so can say it, else rounded. */
void size_format(uint64_t value, char text[SIZE_LEN])
{
	const struct unit *unit = unit_choose(value, 0, UNITS_DECIMAL);
	const struct unit *binary = unit_choose(value, UNITS_DECIMAL, UNITS);

	if (!has_two_digits(value, unit) && has_two_digits(value, binary))
		unit = binary;
	snprintf(text, SIZE_LEN, "%.4g%s", (double)value / unit->value,
		 unit->name);
}
