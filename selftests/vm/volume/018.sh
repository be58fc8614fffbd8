#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# volume resize: a disk that has grown at its storage node grows through all
# layers and the device up to its user, who goes on meanwhile.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/grow.sh
. "$here/lib/grow.sh"

start_growing 64M
source=nvme+tcp://$(node_addr 0)/$nqn

# Without layers, and with LUKS2, whose header has 16 MiB.
ipstctl volume add v0 "$source"
make_device d0 --volume v0
disk=$(json device d0 disk)
is "nothing to do" "$(ipstctl volume resize v0)" "volume v0 unchanged: $(json volume v0 disk)"
grow_base 80
is "it grows" "$(ipstctl volume resize v0)" "volume v0 resized: $(json volume v0 disk)"
check "the device too" wait_for 20 has_mb 80
ipstctl device detach d0
ipstctl volume del v0

ipstctl volume add v0 "$source" --integrity crc32c \
	--encrypt "luks2:file:$tmp/key" --format
ipstctl device attach d0 v0
disk=$(json device d0 disk)
before=$(size_mb)
put_text kept 100
background run_verify --offset=8m --size=24m --time_based --runtime=600
fio=$background_pid
grow_base 128
is "it grows" "$(ipstctl volume resize v0)" "volume v0 resized: /dev/mapper/ipst-v0-crypt"
check "the device, by nearly as much" wait_for 20 has_mb $((before + 46))
is "again" "$(ipstctl volume resize v0)" "volume v0 unchanged: /dev/mapper/ipst-v0-crypt"
check "its user goes on" kill -0 "$fio"
stop_background "$fio"
check "what was there" has_text kept 100
check "what is new" run_verify --offset="$((before + 4))m" --size=16m
grow_base 96
refuses 1 "volumes only grow" volume resize v0
