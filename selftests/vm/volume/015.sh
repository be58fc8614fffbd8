#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A layer that fails takes those below it down again, and the connection: of a
# disk that was blank nothing is left.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
need nvme ip vdoformat wipefs
need_module dm_vdo

nqn=${node_prefix}layers
start_node
node_export "$nqn" 128M
at_exit ipstctl volume del v0 --if-exists
make_key key
make_key other
source=nvme+tcp://$(node_addr 0)/$nqn
backing=/dev/$(node_backing "$nqn" 1)

nothing_left()
{
	check "no layer" no_layers
	is "no connection" "$(nvme list-subsys | grep -c "$nqn" || true)" 0
	check "no volume" no_volumes
}

# Too small for vdo, which is found out last.
refuses 1 "vdoformat cannot format" volume add v0 "$source" --integrity crc32c \
	--encrypt "luks2:file:$tmp/key" --compress --format
nothing_left
is "nothing on the disk" "$(wipefs "$backing")" ""

# Opened well below, not above.
ipstctl volume add v0 "$source" --integrity crc32c \
	--encrypt "luks2:file:$tmp/key" --format
is "layers" "$(layers v0)" "integrity crypt"
ipstctl volume del v0
nothing_left
refuses 1 "opens no key slot" volume add v0 "$source" --integrity crc32c \
	--encrypt "luks2:file:$tmp/other"
nothing_left
refuses 1 "is not formatted for the layer \"vdo\"" volume add v0 "$source" \
	--integrity crc32c --encrypt "luks2:file:$tmp/key" --compress
nothing_left
ipstctl volume add v0 "$source" --integrity crc32c --encrypt "luks2:file:$tmp/key"
