#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Paused: no I/O and no errors, while another volume is put behind the disk.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"


need vdpa
make_null ipst-n0
make_null ipst-n1 size=96
make_subsystem s0 /dev/ipst-n0
local_disk d0 s0
serial=$(get_attr d0 serial)
is "at first" "$(get_attr d0 paused)" 0
refused EINVAL d0 paused 2
background run_verify --size=32m --time_based --runtime=12
fio=$background_pid
sleep 3

set_attr d0 paused 1
is "paused" "$(get_attr d0 paused)" 1
set_attr d0 paused 1
before=$(ios ipst-n0)
read_disk & reader=$!
sleep 2
is "I/O while paused" "$(ios ipst-n0)" "$before"
check "a read waits" ! has_ended "$reader"
check "fio waits" kill -0 $fio

# The same data in another place, and more room.
dd if=/dev/ipst-n0 of=/dev/ipst-n1 bs=1M iflag=direct oflag=direct status=none
dir=$(namespace s0)
echo 0 >"$dir/enable"
echo /dev/ipst-n1 >"$dir/device_path"
cat /proc/sys/kernel/random/uuid >"$dir/device_uuid"
echo 1 >"$dir/enable"
is "size while paused" "$(size_mb)" 64
before=$(ios ipst-n0)
set_attr d0 paused 0
is "not paused" "$(get_attr d0 paused)" 0
check "the read is done" wait_for 10 has_ended "$reader"
wait "$reader"
check "the new size" wait_for 10 [ "$(size_mb)" = 96 ]
check "all data is right" wait $fio
is "serial number" "$(get_attr d0 serial)" "$serial"
is "I/O on the old volume" "$(ios ipst-n0)" "$before"
check "I/O on the new volume" [ "$(ios ipst-n1)" -gt 0 ]

# A pause ends with disable; pulled and paused, the disk is held back too.
set_attr d0 paused 1
disable d0
is "after disable" "$(get_attr d0 paused)" 0
fails_with ENODEV set_attr d0 paused 1
enable d0
wait_disk d0
set_attr d0 paused 1
unlink_device d0
read_disk 2>/dev/null & reader=$!
sleep 1
check "pulled, a read waits" ! has_ended "$reader"
set_attr d0 paused 0
check "pulled, a read ends" wait_for 10 has_ended "$reader"
check "by an error" ! wait $reader

# So it does with "vdpa dev del", whatever waits.
disable d0
link_device d0 s0
enable d0
wait_disk d0
set_attr d0 paused 1
read_disk & reader=$!
vdpa dev del d0
check "a read ends" wait_for 10 has_ended "$reader"
wait_for 10 has_attr d0 state disabled || fail "not disabled"
