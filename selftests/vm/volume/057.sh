#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Volumes share connections, and have to agree on them; each option has effect.

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/paths.sh
. "$here/lib/paths.sh"
need ip python3
need_ipstctl

nqn=${node_prefix}paths
start_node
node_export "$nqn" 64M
node_export "$nqn" 32M null_blk 2
for name in v0 v1 v2; do
	at_exit ipstctl volume del $name --if-exists
done
source=$(node_sources "$nqn" 0)
second=$(node_sources "$nqn" 1)
count() { cat /sys/class/nvme/nvme*/subsysnqn 2>/dev/null | grep -cx "$nqn" || true; }
add() { ipstctl volume add "$@"; }
options='hdr_digest&data_digest&queues=1'

refuses 1 "several namespaces" volume add v0 "$source"
is connections "$(count)" 0
add v0 "$source?nsid=1&$options" --ctrl-loss 60 --fast-io-fail 30 --io-policy queue-depth
is queues "$(path_value v0 0 queues)" 1
is ctrl_loss_tmo "$(path_value v0 0 ctrl_loss_tmo)" 60
is fast_io_fail_tmo "$(path_value v0 0 fast_io_fail_tmo)" 30
is keep_alive_tmo "$(path_value v0 0 keep_alive_tmo)" 5
is io_policy "$(path_value v0 0 io_policy)" queue-depth
check "a repeated add" grep -q unchanged <(add v0 "$source?nsid=1&$options" \
	--ctrl-loss 60 --fast-io-fail 30 --io-policy queue-depth)
refuses 1 "another --ctrl-loss" volume add v0 "$source?nsid=1&$options"

shared=(--ctrl-loss 60 --fast-io-fail 30 --io-policy queue-depth)
refuses 1 "another queues" volume add v1 "$source?nsid=2&hdr_digest&data_digest" "${shared[@]}"
refuses 1 "another ctrl-loss" volume add v1 "$source?nsid=2&$options" \
	--fast-io-fail 30 --io-policy queue-depth
refuses 1 "another io-policy" volume add v1 "$second?nsid=2"
is connections "$(count)" 1
uuid=$(node_uuid "$nqn" 2)
add v1 "$source?uuid=$uuid&$options" "${shared[@]}"
is connections "$(count)" 1
is size "$(json volume v1 size)" $((32 << 20))

ipstctl volume del v0
is connections "$(count)" 1
is "the state of the other" "$(json volume v1 state)" ready

# Another host is another connection.
add v2 "$source?nsid=1&$options" "${shared[@]}" --host-nqn nqn.2026-11.org.example:host
is connections "$(count)" 2
ipstctl volume del v2
is connections "$(count)" 1
ipstctl volume del v1
is connections "$(count)" 0
