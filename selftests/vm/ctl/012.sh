#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# attach --replace refuses what a running guest could not stand, changing nothing.
set -eu

# shellcheck source=../../lib.sh
. "$(dirname "$0")/../../lib.sh"
need python3
need_ipstctl

# no WORDS VOLUME: no exchange, and that is all.
no()
{
	refuses 1 "$1" device attach d0 "$2" --replace
	check "nothing changed" diff "$tmp/facts" <(facts d0)
}

make_volume v0
make_volume v1
make_volume small size=32
make_volume blocks blocksize=4096
make_volume zoned zoned=1 zone_size=4
make_volume ro
blockdev --setro /dev/ipst-ro
make_null ipst-hand
make_subsystem s0 /dev/ipst-hand
at_exit ipstctl volume del hand --if-exists
ipstctl volume add hand /dev/ipst-hand
make_device d0
make_device d1 --volume v1 --read-only

refuses 1 "without --replace" device attach d0 v0 --replace
ipstctl device attach d0 v0
facts d0 >"$tmp/facts"
no "fewer than" small
no "blocks of 4096 bytes" blocks
no "zoned" zoned
no "read-only" ro
no "behind device d1" v1
no "subsystem nqn.ipst-test.s0" hand
no "no volume nothing" nothing
refuses 1 "with --replace" device attach d0 small
refuses 1 "no device d2" device attach d2 v0 --replace

# Of a device that is read-only, nvmet itself says no, in the middle.
facts d1 >"$tmp/facts"
refuses 1 "all steps are undone" device attach d1 ro --replace
check "undone" diff "$tmp/facts" <(facts d1)
disk=$(json device d1 disk)
check "it works" read_disk
