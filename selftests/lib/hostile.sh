# shellcheck shell=bash disable=SC2154 # bin, tmp: lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# hostile.sh: words for tests with drivers of our own. Sourced, after lib.sh.

need_helper vdpa-blk

# slow_device NAME [ATTRIBUTE=VALUE]...: each of its requests takes 10 ms before
# the data moves. Sets $chardev.
slow_device()
{
	need dmsetup
	need_module dm-delay
	make_null "ipst-$1" cache_size=4 discard=1
	dmsetup create "ipst-slow-$1" --table "0 131072 delay /dev/ipst-$1 0 10"
	at_exit sh -c "dmsetup remove --retry ipst-slow-$1 && dmsetup mknodes"
	dmsetup mknodes
	make_subsystem "$1" "/dev/mapper/ipst-slow-$1"
	vhost_device "$1" "$@"
}

# hostile CHARDEV CASE... [OPTION]...: shows what did not go as expected. No guest
# may fill the log: what there is to say comes from the administrator's doing.
hostile()
{
	local rc=0 said

	said=$(log_lines)
	"$bin/vdpa-blk" hostile "$@" >"$tmp/hostile" || rc=$?
	[ $rc != 4 ] || skip "$(sed -n 's/^SKIP //p' "$tmp/hostile")"
	! grep -v '^ok ' "$tmp/hostile" || fail "hostile cases"
	[ $rc = 0 ] || fail "the driver ended with $rc"
	is "lines in the log" "$(log_lines)" "$said"
}

log_lines() { dmesg | grep -cE 'ipst[_:]|nvmet|vhost' || true; }

# left_out REASON...: the only ones for which hostile() may have left out cases.
left_out()
{
	! sed -n 's/.* # SKIP //p' "$tmp/hostile" |
		grep -vxF "$(printf '%s\n' "$@")" || fail "other cases were left out"
}
