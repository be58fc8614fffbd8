#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl: pause and resume, repeatable, and what show says of it.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need python3
need_ipstctl

# Rows of the list, which begin with these.
lists() { ipstctl device show | awk '{ $1 = $1 } 1' | grep -q "^$1"; }

make_volume v0
refuses 1 "no device d0" device pause d0
make_device d0
refuses 1 "attach a volume" device pause d0
is "resume without a volume" "$(ipstctl device resume d0)" "device d0 unchanged"

ipstctl device attach d0 v0
disk=$(json device d0 disk)
is "at first" "$(json device d0 paused)" False
check "the list" lists "d0 virtio_blk live no "
is "pause" "$(ipstctl device pause d0)" "device d0 paused: $disk"
is "again" "$(ipstctl device pause d0)" "device d0 unchanged: $disk"
is "when paused" "$(json device d0 paused)" True
is "the attribute" "$(get_attr d0 paused)" 1
check "the list" lists "d0 virtio_blk live yes "
check "the details" grep -qx "paused: *yes" <(ipstctl device show d0)
read_disk & reader=$!
sleep 1
check "a read waits" ! has_ended "$reader"
is "resume" "$(ipstctl device resume d0)" "device d0 resumed: $disk"
check "the read is done" wait_for 10 has_ended "$reader"
wait "$reader"
is "again" "$(ipstctl device resume d0)" "device d0 unchanged: $disk"
is "when resumed" "$(json device d0 paused)" False

ipstctl device pause d0
ipstctl device detach d0
is "when detached" "$(json device d0 paused)" False
