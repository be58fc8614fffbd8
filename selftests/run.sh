#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh: run the tests of the modules on this machine, as root; KTAP.
#
# usage: selftests/run.sh [--but GROUP... | [GROUP|GROUP/NNN]...]   (default: all)
#
# A test fails as well if the kernel complained during it, or if it left
# anything behind. After each group the modules have to unload, and a kernel with
# kmemleak must not find memory of theirs. In the environment:
#   VERIFY_SECONDS=N   tests that verify data run that long
#   HOSTILE_SECONDS=N  so do those that break rules at random
#   STRESS=N           tests that repeat something do so N times as often
#   IPST_SLOW=N        limits of time are N times as long (set by scripts/vm)
#
# The kernel's ktap_helpers.sh is not used: it is not on every machine that has
# the modules, it splits and globs what it prints, and a skip has no reason.
set -uo pipefail

cd "$(dirname "$(readlink -f "$0")")" || exit
# shellcheck source=lib/modules.sh
. lib/modules.sh

limit_s=$((300 * ${IPST_SLOW:-1} + ${VERIFY_SECONDS:-0} + ${HOSTILE_SECONDS:-0}))
lines=80			# of a failed test's output
conf=/sys/kernel/config
warn_once=/sys/kernel/debug/clear_warn_once
kmemleak=/sys/kernel/debug/kmemleak
leak_age_s=6			# kmemleak does not look at what is younger
first=(core vblk hostile volume ctl qos guest)
last=(stress long)

number=0
passed=0
failed=0
skipped=0

# result ok|'not ok' TEXT
result()
{
	number=$((number + 1))
	echo "$1 $number $2"
}

pass() { passed=$((passed + 1)); result ok "$1"; }
skip() { skipped=$((skipped + 1)); result ok "$1 # SKIP $2"; }
fail() { failed=$((failed + 1)); result 'not ok' "$1"; }
note() { sed 's/^/# /'; }
bail_out() { echo "Bail out! $1"; exit "${2:-1}"; }

# Groups in order: what the others build on first, and the long ones last.
groups()
{
	local group

	for group in "${first[@]}"; do
		[ ! -d "vm/$group" ] || echo "$group"
	done
	for group in vm/*/; do
		group=$(basename "$group")
		[[ " ${first[*]} ${last[*]} " == *" $group "* ]] || echo "$group"
	done
	for group in "${last[@]}"; do
		[ ! -d "vm/$group" ] || echo "$group"
	done
}

is_known() { [ -e "vm/$1.sh" ] || [ -d "vm/$1" ]; }

# tests [GROUP|GROUP/NNN]...: GROUP/NNN of each.
tests()
{
	local what path

	for what in "$@"; do
		if [ -e "vm/$what.sh" ]; then
			echo "$what"
			continue
		fi
		for path in "vm/$what"/[0-9]*.sh; do
			path=${path#vm/}
			echo "${path%.sh}"
		done
	done
}

# The first line of the comment at the head of a test.
title() { sed -n '3,/^[^#]/{s/^# //;T;p;q}' "vm/$1.sh"; }

# Whatever a test could leave.
things()
{
	find "$conf"/ipst/*/ "$conf"/nvmet/{hosts,ports,subsystems}/ \
		"$conf"/nullb/ /sys/bus/vdpa/devices/ /sys/block/ /dev/mapper/ \
		-mindepth 1 -maxdepth 1 ! -name 'loop[0-9]*' \
		! -name features ! -name control 2>/dev/null
	losetup -l -n -O NAME,BACK-FILE 2>/dev/null
	find /tmp -maxdepth 1 -name 'ipst-test.*'
	find /dev -maxdepth 1 -type f
}

# check_kernel MARK: what the kernel said since.
check_kernel() { dmesg | sed "1,/$1/d" | ../scripts/vm-splat; }

# What is wrong with the machine after a test: prints it, 1 if there is any.
check_machine()
{
	local rc=0

	check_kernel "$1" || { echo "the kernel complained"; rc=1; }
	if pgrep -l -g "$2"; then
		echo "processes were left"
		kill -KILL -- "-$2"
		rc=1
	fi
	diff "$work/before" <(things) >"$work/diff" ||
		{ echo "left behind, or taken away:"; cat "$work/diff"; rc=1; }
	return $rc
}

# Runs one test, but not for ever, even if nothing can kill it.
run_limited()
{
	local dog rc

	timeout -k 20 "$limit_s" bash "vm/$1.sh" >"$work/out" 2>&1 &
	pid=$!
	sleep $((limit_s + 40)) &
	dog=$!
	wait -n "$pid" "$dog"
	rc=$?
	if ! kill "$dog" 2>/dev/null; then
		echo w >/proc/sysrq-trigger
		fail "$1 hangs, and cannot be killed"
		bail_out "the machine is not usable any more"
	fi
	wait "$dog" 2>/dev/null
	return $rc
}

run_test()
{
	local mark="ipst-test: ${1/\//-} $$" began=$SECONDS rc name

	echo "$mark" >/dev/kmsg
	# What warns once has to warn in each test.
	[ ! -e $warn_once ] || echo 1 >$warn_once
	things >"$work/before"
	run_limited "$1"
	rc=$?
	name="$1 $(title "$1") ($((SECONDS - began)) s)"
	[ $rc != 124 ] || echo "time is up ($limit_s s)" >>"$work/out"
	[ $rc = 0 ] || [ $rc = 4 ] || rc=1
	check_machine "$mark" "$pid" >>"$work/out" 2>&1 || rc=1
	case $rc in
	0)	pass "$name" ;;
	4)	skip "$name" "$(sed -n 's/^SKIP //p' "$work/out" | tail -n 1)" ;;
	*)	fail "$name"; tail -n $lines "$work/out" | note ;;
	esac
}

# check_leaks PATTERN: memory that was lost. Prints what kmemleak has not told yet;
# 1 if PATTERN is in it. It wants to see the same twice.
check_leaks()
{
	[ -w $kmemleak ] || return 0
	sleep $leak_age_s
	echo scan >$kmemleak
	echo scan >$kmemleak
	cat $kmemleak >"$work/leaks"
	echo clear >$kmemleak
	cat "$work/leaks"
	! grep -qE "$1" "$work/leaks"
}

# Before the modules go: then their functions have no names any more.
unload_clean()
{
	local rc=0

	check_leaks '\[ipst' || rc=1
	modules_unload || rc=1
	return $rc
}

finish_leaks()
{
	if check_leaks '\] 0x' >"$work/out"; then
		pass "all/leaks nothing is lost"
	else
		fail "all/leaks nothing is lost"
		note <"$work/out"
	fi
}

run_group()
{
	local group=$1 test

	modules_load || bail_out "the modules cannot be loaded: $(dmesg | tail -n 1)"
	shift
	for test; do
		run_test "$test"
	done
	if [ -n "$(find "$conf"/ipst/*/ -mindepth 1 -maxdepth 1)" ]; then
		skip "$group/unload modules unload" "there are devices"
	elif unload_clean >"$work/out" 2>&1; then
		pass "$group/unload modules unload"
	else
		fail "$group/unload modules unload"
		note <"$work/out"
	fi
}

main()
{
	local all but='' group leaks mine test what

	[ "$(id -u)" = 0 ] || { echo "1..0 # SKIP not root"; exit 4; }
	[ "${1-}" != --but ] || { but=1; shift; }
	for what in "$@"; do
		is_known "$what" || bail_out "no such test: $what" 2
	done
	if [ "$but" ]; then
		mapfile -t first_args < <(groups | grep -vxF "$(printf '%s\n' "$@")")
		set -- "${first_args[@]}"
	fi
	[ $# -gt 0 ] || mapfile -t first_args < <(groups)
	[ $# = 0 ] || first_args=("$@")
	mapfile -t all < <(tests "${first_args[@]}")
	[ ${#all[@]} -gt 0 ] || exit 2
	mapfile -t order < <(printf '%s\n' "${all[@]%/*}" | awk '!seen[$0]++')

	# The helpers in bin/; a test that needs one says if it is missing.
	! command -v make >/dev/null || make -s -C . helpers >&2

	echo "KTAP version 1"
	leaks=$([ ! -w $kmemleak ] || echo 1)
	echo "1..$((${#all[@]} + ${#order[@]} + leaks))"
	for group in "${order[@]}"; do
		mine=()
		for test in "${all[@]}"; do
			[ "${test%/*}" != "$group" ] || mine+=("$test")
		done
		run_group "$group" "${mine[@]}"
	done
	# What the modules themselves held on to: functions without names.
	[ -z "$leaks" ] || finish_leaks
	echo "# $passed passed, $failed failed, $skipped skipped in $SECONDS s"
	[ $failed = 0 ]
}

case ${1-} in
-h | --help)	sed -n '4,15s/^# \{0,1\}//p' "$0"; exit ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
main "$@"
