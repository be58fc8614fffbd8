#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All layers at once, on a remote disk: saved, taken down and put up again, and a
# tool that has lost its records knows them.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
need nvme ip vdoformat
need_module dm_vdo

nqn=${node_prefix}layers
backing=$node_run/$(node_backing "$nqn" 1)
all=(v0 "nvme+tcp://$(node_addr 0)/$nqn" --integrity crc32c --compress --deduplicate)

start_node
node_export "$nqn" 5120M file
at_exit node_disconnect "$nqn"	# nobody's, once the records are lost
at_exit ipstctl clear --yes
make_key key
all+=(--encrypt "luks2:file:$tmp/key")
ipstctl volume add "${all[@]}" --format
is "layers" "$(layers v0)" "integrity crypt vdo"
uuid=$(json volume v0 uuid)
is "UUID, of the namespace" "$uuid" "$(node_uuid "$nqn")"
is "device-mapper's" "$(dmsetup info -c --noheadings -o uuid ipst-v0-vdo)" \
	"IPST-vdo-$uuid"
make_device d0 --volume v0
disk=$(json device d0 disk)
check "data" layers_work
put_text "a secret" 5000
check "what may be seen, is" lies_on "$backing" LUKS
check "it is not to be seen" ! lies_on "$backing" "a secret"

ipstctl save "$tmp/state"
ipstctl clear --yes
check "all is taken down" no_layers
is "the connection too" "$(nvme list-subsys | grep -c "$nqn" || true)" 0
ipstctl apply "$tmp/state"
disk=$(json device d0 disk)
check "it is there again" has_text "a secret" 5000

rm /run/ipst/volumes.json
is "found by its layers" "$(json volume v0 disk)" /dev/mapper/ipst-v0-vdo
is "its disk" "$(json volume v0 nsid)" 1
is "named again" "$(ipstctl volume add "${all[@]}")" \
	"volume v0 added: /dev/mapper/ipst-v0-vdo"
check "nothing to do" [ -z "$(ipstctl apply "$tmp/state" --dry-run)" ]
check "and it works" has_text "a secret" 5000
