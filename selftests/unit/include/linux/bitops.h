/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for the kernel's header of this name. */
#ifndef _SHIM_LINUX_BITOPS_H
#define _SHIM_LINUX_BITOPS_H

#include <limits.h>
#include <stdbool.h>
#include <linux/compiler.h>

#define BITS_PER_LONG (CHAR_BIT * sizeof(long))

static inline bool test_and_set_bit(unsigned int bit, unsigned long *map)
{
	unsigned long mask = 1UL << bit % BITS_PER_LONG;

	return __atomic_fetch_or(&map[bit / BITS_PER_LONG], mask,
				 __ATOMIC_SEQ_CST) & mask;
}

static inline void clear_bit_unlock(unsigned int bit, unsigned long *map)
{
	__atomic_fetch_and(&map[bit / BITS_PER_LONG],
			   ~(1UL << bit % BITS_PER_LONG), __ATOMIC_RELEASE);
	shim_barrier(SHIM_UNLOCK);
}

#endif
