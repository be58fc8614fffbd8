#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A file system lives on the disk: made, filled, checked.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

need mkfs.ext4 fsck.ext4
need_module ext4
make_null ipst-n0 size=128 cache_size=4
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
quiet mkfs.ext4 "$disk"
mkdir "$tmp/mnt"
mount "$disk" "$tmp/mnt"
at_exit sh -c "! mountpoint -q $tmp/mnt || umount $tmp/mnt"

for i in 1 2 3 4 5 6 7 8; do
	head -c $((i * 1000000)) /dev/urandom >"$tmp/mnt/$i"
done
(cd "$tmp/mnt" && sha256sum [1-8]) >"$tmp/sums"
umount "$tmp/mnt"
quiet fsck.ext4 -fn "$disk"

# All of it survives the device.
disable d0
enable d0
wait_disk d0
mount "$disk" "$tmp/mnt"
(cd "$tmp/mnt" && quiet sha256sum -c "$tmp/sums")
umount "$tmp/mnt"
