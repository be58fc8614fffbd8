/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for the kernel's header of this name. */
#ifndef _SHIM_LINUX_VIRTIO_BYTEORDER_H
#define _SHIM_LINUX_VIRTIO_BYTEORDER_H

#include <endian.h>
#include <stdbool.h>
#include <linux/types.h>
#include <linux/virtio_types.h>

static inline u16 __virtio16_to_cpu(bool little_endian, __virtio16 value)
{
	return little_endian ? le16toh(value) : value;
}

static inline u32 __virtio32_to_cpu(bool little_endian, __virtio32 value)
{
	return little_endian ? le32toh(value) : value;
}

static inline u64 __virtio64_to_cpu(bool little_endian, __virtio64 value)
{
	return little_endian ? le64toh(value) : value;
}

static inline __virtio16 __cpu_to_virtio16(bool little_endian, u16 value)
{
	return little_endian ? htole16(value) : value;
}

static inline __virtio32 __cpu_to_virtio32(bool little_endian, u32 value)
{
	return little_endian ? htole32(value) : value;
}

static inline __virtio64 __cpu_to_virtio64(bool little_endian, u64 value)
{
	return little_endian ? htole64(value) : value;
}

#endif
