#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# --compress and --deduplicate: what can be saved is, and only as told.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"
need vdoformat
need_module dm_vdo

used() { layer_fact v0 vdo used; }

# write_mb SEEK FILE: 8 MB; vdo counts a block when it is written or packed.
write_mb()
{
	dd if="$2" of="$disk" bs=1M seek="$1" count=8 oflag=direct conv=fsync status=none
}

make_null ipst-v0 size=6144
refuses 1 "add --format" volume add v0 /dev/ipst-v0 --compress
add_volume v0 --compress --format
is "layers" "$(layers v0)" vdo
is "only this" "$(layer_fact v0 vdo index) $(layer_fact v0 vdo compression)" \
	"closed online"
make_device d0 --volume v0
disk=$(json device d0 disk)
check "data" layers_work

# A quarter of each block is random, so four go into one.
python3 -c 'import os, sys
for i in range(2048): sys.stdout.buffer.write(os.urandom(900) + bytes(3196))' >"$tmp/soft"
head -c 8M /dev/urandom >"$tmp/hard"
before=$(used)
write_mb 100 "$tmp/hard"
hard=$(($(used) - before))
before=$(used)
write_mb 110 "$tmp/soft"
soft=$(($(used) - before))
echo "8 MB take $hard bytes, or, compressed, $soft"
# How much less is a matter of which blocks vdo finds together in time.
check "compressed data takes less" [ $((soft * 10)) -lt $((hard * 9)) ]
check "and is the same" cmp -n 8388608 "$tmp/soft" <(dd if="$disk" bs=1M skip=110 \
	count=8 iflag=direct status=none)
ipstctl device detach d0
ipstctl volume del v0
check "all is taken down" no_layers

ipstctl volume add v0 /dev/ipst-v0 --deduplicate
ipstctl device attach d0 v0
disk=$(json device d0 disk)
is "only this" "$(layer_fact v0 vdo compression)" offline
index_is() { [ "$(layer_fact v0 vdo index)" = "$1" ]; }
check "the index works" wait_for 60 index_is online
write_mb 200 "$tmp/hard"
before=$(used)
write_mb 300 "$tmp/hard"
check "what is equal is there once" [ $(($(used) - before)) -lt 7500000 ]
