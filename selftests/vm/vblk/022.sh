#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What we cannot do is not offered.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need blkdiscard vdpa
make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
is discard "$(queue discard_max_bytes)" 0
is zoned "$(queue zoned)" none
fails_with EOPNOTSUPP blkdiscard "$disk"
features=$(cat /sys/bus/vdpa/devices/d0/virtio*/features)
# By number: ring reset, in order, access platform, discard, secure erase, CONFIG_WCE.
for bit in 40 35 33 13 16 11; do
	is "feature $bit" "${features:bit:1}" 0
done
# Packed, version 1, ..., write zeroes.
for bit in 34 32 29 28 2 6 10 12 14; do
	is "feature $bit" "${features:bit:1}" 1
done
