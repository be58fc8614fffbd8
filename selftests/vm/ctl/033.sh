#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipstctl apply: bad documents are refused with the place, and change nothing.
#
# The tool's unit test has a longer list.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/state.sh
. "$here/lib/state.sh"
need python3

# bad WORDS TEXT
bad()
{
	printf '%s' "$2" >"$tmp/doc"
	apply_refuses "$1" "$tmp/doc" --prune
}

make_null ipst-v0
document "$(volume v0)" "" "$(device d0 v0)" >"$tmp/a"
ipstctl apply "$tmp/a" >/dev/null

bad "ends too early" ""
bad "line 2: it is no JSON" $'{ "version": 1,\n x }'
bad "line 2: it is no JSON" '{"version":1}'$'\n''{"version":1}'
bad "no JSON object" "[]"
bad "no \"version\"" "{}"
bad "version 2 is not known" '{"version":2}'
bad "nesting too deep" "$(printf '[%.0s' {1..100000})"
bad "has no key \"disks\"" '{"version":1,"disks":[]}'
bad "volumes\[1\].name \"v\" is there twice" \
	"$(document "$(volume v), $(volume v)")"
bad "devices\[1\].volume \"v\" is none" \
	"$(document "" "" '{"name":"a"},{"name":"b","volume":"v"}')"
bad "devices\[0\].queues \"0\" is not 1 to 64" \
	"$(document "" "" '{"name":"a","queues":0}')"
bad "qos.rw_bps \"1MB\"" \
	"$(document "" "" '{"name":"a","qos":{"rw_bps":"1MB"}}')"

head -c 17M /dev/zero | tr '\0' ' ' >"$tmp/huge"
apply_refuses "larger than 16 MiB" "$tmp/huge"
apply_refuses "cannot be read" "$tmp/nothing"
apply_refuses "cannot be read" "$tmp"
refuses 1 "is no file" save /dev/null
refuses 1 "cannot be written" save "$tmp/no/file"
refuses 2 "is not 0 to" apply "$tmp/a" --wait 1h
refuses 2 "needs FILE" apply
disk=$(json device d0 disk)
check "the device works" read_disk
