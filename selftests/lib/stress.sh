# shellcheck shell=bash disable=SC2034,SC2154 # both ways with lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# stress.sh: a local disk whose data is checked, whatever is done to its device.
# Sourced, after lib.sh, whose words these are built on; $disk is the disk.
#
#   stress_fill		data that stays into its first 8 MB
#   stress_load		I/O on the next 24 MB in the background, see bin/verify-io.c;
#			may fail, but not read what it did not write
#   stress_unload	ends it; fails if it did
#   stress_check	the first 8 MB are what they were, and the rest works
#   stress_round DEVICE ACT   one of stress_acts under load, and check
#   stress_rounds DEVICE SECONDS ROUNDS   each of them, in turn, so long or often
#   stress_linger	for the time between two of them, up to a second
#   stress_squeeze	leaves 400 MB of memory, and a hog that takes them, again
#			and again; in the background, sets $background_pid
#
# Subsystem sN, with namespace 1, belongs to device dN. What it has behind it is in
# stress_behind; if stress_spare is set, "swap" is an act too, and if stress_file
# is, "resize".

stress_behind=
stress_spare=
stress_file=
stress_mb=64
stress_pid=
stress_huge=/proc/sys/vm/nr_hugepages

# What can be done to the device at hand.
stress_acts()
{
	echo driver bus disable pull namespace
	[ -z "$stress_spare" ] || echo swap
	[ -z "$stress_file" ] || echo resize
}

stress_fio() { quiet run_fio --bs=64k --size=8m --verify=crc32c "$@"; }
stress_fill() { stress_fio --rw=write --do_verify=0 --end_fsync=1; }

# Not fio, which verifies what a read of 0 bytes left in its buffer, and such is a
# read of a disk whose driver has gone.
stress_load()
{
	local before

	before=$(writes)
	"$bin/verify-io" --may-fail "$disk" 8 24 16 >"$tmp/load" 2>&1 &
	stress_pid=$!
	wait_for 30 has_written "$before" || fail "no load: $(<"$tmp/load")"
}

stress_unload()
{
	local pid=$stress_pid

	[ -n "$pid" ] || return 0
	stress_pid=
	kill "$pid" 2>/dev/null || true
	wait "$pid" || { cat "$tmp/load"; return 1; }
}

stress_check()
{
	stress_fio --rw=read --verify_only
	run_verify --offset=32m --size=8m --io_size=4m
}

stress_linger() { sleep "0.$((RANDOM % 1000 + 1000))"; }

# Huge pages, for the debug kernel cannot take memory offline; and dd not more
# than 2 GB at once.
stress_squeeze()
{
	local pages try

	at_exit sh -c "echo $(<$stress_huge) >$stress_huge"
	for try in 1 2 3; do
		pages=$((($(stress_available_mb) - 400) / 2))
		[ $pages -le 0 ] || echo $(($(<$stress_huge) + pages)) >$stress_huge
	done
	background stress_hog 2>/dev/null
}

stress_available_mb() { awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo; }

# More than there is: the killer takes this first.
stress_hog()
{
	echo 1000 >"/proc/$BASHPID/oom_score_adj"
	while :; do
		dd if=/dev/zero of=/dev/null count=1 \
			bs=$(($(stress_available_mb) + 150))M || sleep 0.1
	done
}

# --- acts -------------------------------------------------------------------

stress_driver()
{
	local id

	id=$(cd "/sys/bus/vdpa/devices/$1" && echo virtio*)
	echo "$id" >/sys/bus/virtio/drivers/virtio_blk/unbind
	stress_linger
	echo "$id" >/sys/bus/virtio/drivers/virtio_blk/bind
}

stress_bus()
{
	echo "$1" >/sys/bus/vdpa/drivers/virtio_vdpa/unbind
	stress_linger
	echo "$1" >/sys/bus/vdpa/drivers/virtio_vdpa/bind
}

stress_disable()
{
	disable "$1"
	stress_linger
	enable "$1"
}

stress_pull()
{
	unlink_device "$1"
	stress_linger
	check "$1 does not read" ! read_disk 2>/dev/null
	disable "$1"
	ln -s "$(subsystem "s${1#d}")" "$devices/$1/subsystem/"
	enable "$1"
}

stress_namespace()
{
	echo 0 >"$(namespace "s${1#d}")/enable"
	stress_linger
	echo 1 >"$(namespace "s${1#d}")/enable"
}

# The same data in another place: held back, I/O does not see it.
stress_swap()
{
	local dir before=$stress_behind

	dir=$(namespace "s${1#d}")
	set_attr "$1" paused 1
	dd if="$before" of="$stress_spare" bs=1M iflag=direct oflag=direct status=none
	echo 0 >"$dir/enable"
	echo "$stress_spare" >"$dir/device_path"
	echo 1 >"$dir/enable"
	set_attr "$1" paused 0
	stress_behind=$stress_spare
	stress_spare=$before
}

stress_resize()
{
	stress_mb=$((64 + RANDOM % 64))
	truncate -s ${stress_mb}m "$stress_file"
	echo 1 >"$(namespace "s${1#d}")/revalidate_size"
	wait_for 10 stress_has_size || fail "$1 has $(size_mb) MB, not $stress_mb"
}

stress_has_size() { [ "$(size_mb)" = $stress_mb ]; }

# Those after which the load has the same disk as before.
stress_is_gentle() { [[ "$1" = @(namespace|resize|swap) ]]; }

stress_rounds()
{
	local act round=0 end_s=$((SECONDS + $2))

	while [ $SECONDS -lt $end_s ] || [ $round -lt "$3" ]; do
		for act in $(stress_acts); do
			echo "$1 $act"
			stress_round "$1" "$act"
		done
		round=$((round + 1))
	done
}

stress_round()
{
	local before

	stress_load
	stress_linger
	before=$disk
	"stress_$2" "$1"
	wait_disk "$1"
	if stress_is_gentle "$2"; then
		is "the disk of $1 after $2" "$disk" "$before"
		check "$1 works after $2" wait_for 5 read_disk
		stress_linger
		check "the load goes on after $2" kill -0 $stress_pid
	fi
	stress_unload
	stress_check
}
