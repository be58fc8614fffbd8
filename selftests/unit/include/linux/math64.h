/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for the kernel's header of this name. */
#ifndef _SHIM_LINUX_MATH64_H
#define _SHIM_LINUX_MATH64_H

#include <linux/types.h>

static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

static inline u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

/* On x86 a result that does not fit is an exception. */
static inline u64 mul_u64_u64_div_u64(u64 a, u64 b, u64 c)
{
	unsigned __int128 result = (unsigned __int128)a * b / c;

	if (result >> 64)
		__builtin_trap();
	return (u64)result;
}

#endif
