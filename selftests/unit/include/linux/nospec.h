/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for the kernel's header of this name: no speculation to fear. */
#ifndef _SHIM_LINUX_NOSPEC_H
#define _SHIM_LINUX_NOSPEC_H

#define array_index_nospec(index, size) ((index) < (size) ? (index) : 0)

#endif
