#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A vdo grows with its disk, by whole slabs: its user goes on, and it has grown for
# good.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/grow.sh
. "$here/lib/grow.sh"
need vdoformat
need_module dm_vdo

start_growing 5120M
add=(volume add v0 "nvme+tcp://$(node_addr 0)/$nqn" --compress)
ipstctl "${add[@]}" --format
make_device d0 --volume v0
disk=$(json device d0 disk)
before=$(size_mb)
free=$(layer_fact v0 vdo free)
put_text kept 100
background run_verify --offset=8m --size=24m --time_based --runtime=600
fio=$background_pid

grow_base 5121
is "too little" "$(ipstctl volume resize v0)" "volume v0 unchanged: /dev/mapper/ipst-v0-vdo"
grow_base 6144
is "it grows" "$(ipstctl volume resize v0)" "volume v0 resized: /dev/mapper/ipst-v0-vdo"
check "the device, by a GB" wait_for 20 has_mb $((before + 1024))
check "there is room for it" [ "$(layer_fact v0 vdo free)" -gt $((free + (900 << 20))) ]
check "its user goes on" kill -0 "$fio"
stop_background "$fio"
check "what was there" has_text kept 100
check "what is new" run_verify --offset="$((before + 4))m" --size=16m

after=$(size_mb)
ipstctl device detach d0
ipstctl volume del v0
ipstctl "${add[@]}"
ipstctl device attach d0 v0
disk=$(json device d0 disk)
is "its size, put up again" "$(size_mb)" "$after"
check "what was there, put up again" has_text kept 100
