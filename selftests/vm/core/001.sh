#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Plain configfs is enough: mkdir, link, enable, and the disk works.
#
# The contract as others script against it: none of lib.sh's words for it.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_null ipst-n0
make_subsystem s0 /dev/ipst-n0
at_exit remove_device plain

dev=/sys/kernel/config/ipst/virtio_blk/plain
mkdir $dev
ln -s /sys/kernel/config/nvmet/subsystems/nqn.ipst-test.s0 $dev/subsystem/
echo local >$dev/mode
echo 1 >$dev/enable
disk=$(echo /sys/bus/vdpa/devices/plain/virtio*/block/*)
disk=/dev/${disk##*/}
head -c 8192 /dev/urandom >"$tmp/data"
dd if="$tmp/data" of="$disk" bs=4k oflag=direct status=none
dd if="$disk" of="$tmp/back" bs=4k count=2 iflag=direct status=none
cmp "$tmp/data" "$tmp/back"
dd if=/dev/ipst-n0 of="$tmp/back" bs=4k count=2 iflag=direct status=none
cmp "$tmp/data" "$tmp/back"
is chardev "$(cat $dev/chardev)" ""
vdpa dev show plain | grep -q '^plain: type block mgmtdev ipst_vblk'
vdpa dev config show plain | grep -q '^plain: '
echo 0 >$dev/enable
check "the disk is gone" [ ! -e "$disk" ]

echo vhost >$dev/mode
echo 1 >$dev/enable
chardev=$(cat $dev/chardev)
[[ $chardev == /dev/vhost-vdpa-* ]]
check "a character device" [ -c "$chardev" ]
exec 3<>"$chardev"
exec 3>&-
echo 0 >$dev/enable
check "the node is gone" [ ! -e "$chardev" ]
rm $dev/subsystem/nqn.ipst-test.s0
