#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl works beside nvme-cli: a connection made by hand is used, and kept.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
need nvme ip python3
need_ipstctl

nqn=${node_prefix}remote
start_node
node_export "$nqn" 64M
node_connect "$nqn" 0
at_exit node_disconnect "$nqn"
dev=$(node_dev "$nqn")
at_exit ipstctl volume del v0 --if-exists

ipstctl volume add v0 "nvme+tcp://$(node_addr 0)/$nqn"
is "the disk" "$(json volume v0 disk)" "$dev"
ipstctl volume del v0
check "by URL: still connected" [ -b "$dev" ]

ipstctl volume add v0 "$dev"
is "the disk" "$(json volume v0 disk)" "$dev"
ipstctl volume del v0
check "by name: still connected" [ -b "$dev" ]
