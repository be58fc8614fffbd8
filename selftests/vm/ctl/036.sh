#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl apply --wait: storage that comes up late, and others meanwhile.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/node.sh
. "$here/lib/node.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
need nvme ip python3

nqn=${node_prefix}late
start_node
at_exit ipstctl clear --yes
make_null ipst-v0
source="nvme+tcp://$(node_addr 0)/$nqn?nsid=1"
document "{ \"name\": \"late\", \"sources\": [\"$source\"] }, $(volume v1), $(volume v0)" \
	"" "$(device d0 v0), $(device d1 v1), $(device d2 late)" >"$tmp/a"

# Without waiting: what can be made is, and the same again goes on.
refuses 1 "not all could be done" apply "$tmp/a"
is "d0" "$(json device d0 state)" live
check "no d2" [ ! -e "$devices/d2" ]

ipstctl apply "$tmp/a" --wait $((60 * slow)) >"$tmp/out" 2>"$tmp/err" &
apply=$!
check "it waits" wait_for 20 grep -q "waiting for 2 volumes" "$tmp/err"
# Two tools at once.
timeout $((40 * slow)) ipstctl device pause d0
timeout $((40 * slow)) ipstctl device resume d0
make_null ipst-v1
check "one has come" wait_for 30 test -e "$devices/d1"
node_export "$nqn" 64M
check "apply ends well" wait $apply
is "what it told" "$(xargs <"$tmp/out")" \
	"+ volume late + volume v1 + device d1 + device d2"
is "d1" "$(json device d1 state)" live
is "d2" "$(json device d2 state)" live
applies "" "$tmp/a" --wait 5
