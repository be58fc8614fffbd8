#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# --integrity: a byte that changes on the disk is a read error, never wrong data.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"

make_null ipst-v0
refuses 1 "add --format" volume add v0 /dev/ipst-v0 --integrity crc32c
check "nothing is made" no_layers
add_volume v0 --integrity crc32c --format
is "again" "$(ipstctl volume add v0 /dev/ipst-v0 --integrity crc32c --format)" \
	"volume v0 unchanged: /dev/mapper/ipst-v0-integrity"
is "layers" "$(layers v0)" integrity
is "the disk" "$(json volume v0 disk)" "$(layer_fact v0 integrity disk)"

make_device d0 --volume v0
disk=$(json device d0 disk)
check "data" layers_work
put_text precious 1000
put_text next 1001
ipstctl device detach d0
ipstctl volume del v0
check "all is taken down" no_layers

# Wherever it lies, the journal included.
grep -abo precious /dev/ipst-v0 >"$tmp/places"
while IFS=: read -r at _; do
	printf P | dd of=/dev/ipst-v0 bs=1 seek="$at" conv=notrunc status=none
done <"$tmp/places"
ipstctl volume add v0 /dev/ipst-v0 --integrity crc32c
ipstctl device attach d0 v0
disk=$(json device d0 disk)
check "the block next to it" has_text next 1001
check "a damaged block" ! dd if="$disk" of=/dev/null bs=4k skip=1000 count=1 \
	iflag=direct status=none
check "it is counted" [ "$(layer_fact v0 integrity mismatches)" -gt 0 ]
put_text new 1000
check "what is written anew" has_text new 1000
