#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# volume add --format, killed wherever it is: the same again finishes it, and
# volume del takes all away.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
# shellcheck source=../../lib/layers.sh
. "$here/lib/layers.sh"
need wipefs
need_helper kill_nth.so

# killed N COMMAND...: false when it came to its end. The shell's "Killed" too is
# not to be seen.
killed()
{
	! { LD_PRELOAD=$bin/kill_nth.so KILL_NTH=$1 ipstctl "${@:2}"; } >/dev/null 2>&1
}

is_marked() { grep -q formatting /run/ipst/volumes.json; }

make_null ipst-v0
at_exit ipstctl volume del v0 --if-exists
make_key key
add=(volume add v0 /dev/ipst-v0 --integrity crc32c --encrypt "luks2:file:$tmp/key")
disk=/dev/mapper/ipst-v0-crypt

formatting=0
for ((n = 1; n < 90; n += 1 + n / 12)); do
	killed $n "${add[@]}" --format || break
	if [ -e /run/ipst/volumes.json ] && is_marked; then
		formatting=$((formatting + 1))
		refuses 1 "with --format" "${add[@]}"
	fi
	if [ $((n % 3)) != 0 ]; then
		ipstctl "${add[@]}" --format >/dev/null
		is "state" "$(json volume v0 state)" ready
		is "layers" "$(layers v0)" "integrity crypt"
		put_text "round $n"
		check "it works" has_text "round $n"
		killed $((n % 7)) volume del v0 || true
	fi
	ipstctl volume del v0 --if-exists >/dev/null
	check "nothing is left" no_layers
	wipefs -qa /dev/ipst-v0
done
echo "killed at up to $n of its calls, $formatting times in a format"
check "often" [ $n -gt 12 ]
check "in a format, too" [ $formatting -gt 3 ]

# Without a format: put up again by the same.
ipstctl "${add[@]}" --format >/dev/null
ipstctl volume del v0 >/dev/null
for ((n = 1; n < 40; n++)); do
	killed $n "${add[@]}" || break
	ipstctl "${add[@]}" >/dev/null
	is "layers" "$(layers v0)" "integrity crypt"
	ipstctl volume del v0 >/dev/null
done
check "often" [ $n -gt 6 ]
