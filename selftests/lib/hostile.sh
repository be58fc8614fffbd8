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
	local rc=0 mark=ipst-hostile-$BASHPID-$SECONDS

	echo "$mark" >/dev/kmsg
	"$bin/vdpa-blk" hostile "$@" >"$tmp/hostile" || rc=$?
	[ $rc != 4 ] || skip "$(sed -n 's/^SKIP //p' "$tmp/hostile")"
	! grep -v '^ok ' "$tmp/hostile" || fail "hostile cases"
	[ $rc = 0 ] || fail "the driver ended with $rc"
	is "lines in the log" "$(log_lines "$mark")" 0
}

# log_lines MARK: after that line; nothing if the log has grown so much that it is
# gone. Not by the whole log's count: its oldest lines go.
log_lines()
{
	dmesg | awk -v mark="$1" '
		/ipst[_:]|nvmet|vhost/	{ lines++ }
		index($0, mark)		{ marked = 1; lines = 0 }
		END			{ if (marked) print lines }'
}

# left_out REASON...: the only ones for which hostile() may have left out cases.
left_out()
{
	! sed -n 's/.* # SKIP //p' "$tmp/hostile" |
		grep -vxF "$(printf '%s\n' "$@")" || fail "other cases were left out"
}
