#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Several devices work at once, each on its own data.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"

make_subsystem s0
for i in 1 2 3 4 5 6 7 8; do
	make_null ipst-n$i size=16
	add_namespace s0 $i /dev/ipst-n$i
done
disks=
for i in 1 2 3 4 5 6 7 8; do
	local_disk d$i s0 nsid=$i
	disks+=${disks:+:}$disk
	printf 'device %d' $i | dd of="$disk" bs=512 conv=sync,fsync status=none
done
disk=$disks
quiet run_fio --rw=randrw --bs=16k --iodepth=32 --offset=1m --size=32m \
	--verify=crc32c --verify_fatal=1 --file_service_type=random
for i in 1 2 3 4 5 6 7 8; do
	is "first block" "$(head -c 8 "/dev/ipst-n$i")" "device $i"
done
