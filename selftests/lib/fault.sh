# shellcheck shell=bash disable=SC2154 # lib.sh sets bin and tmp
# SPDX-License-Identifier: GPL-2.0
#
# fault.sh: have the kernel fail, on demand. Sourced, after lib.sh.
#
#   need_faults		skips on a kernel without fault injection
#   for_each_kind COMMAND...	COMMAND for each kind of allocation: slab, page;
#			$kind is the one that can fail
#   only_within WHAT [BUT]	count only what WHAT allocates, a module (ipst:) or a
#			function of the kernel (do_init_module), and all that
#			it calls; "" is the whole kernel; without what BUT does,
#			another function
#   each_fault SYSCALLS UNTOUCHED REVERT COMMAND...
#			COMMAND with its first allocation failing, its second,
#			... until none is left; see bin/fail-nth.c. What failed
#			has to say that memory is short, and then UNTOUCHED has
#			to succeed. REVERT follows a success.
#   each_store UNTOUCHED REVERT FILE VALUE	the same, of writing to a file
#
# All this is done a thousand times, on a kernel that takes long to start a program:
# UNTOUCHED and REVERT should get along without.
#
# That a failed allocation does not always fail the command is right: some have
# something to fall back to.

fault_debug=/sys/kernel/debug
fault_most=3000			# an end, in case there is none
# What a failure may say: nvmet, which knows no errnos, makes an I/O error of it.
fault_text='Cannot allocate memory|Input/output error'
kind=

need_faults()
{
	[ -d $fault_debug/failslab ] || skip "this kernel has no fault injection"
	[ -d $fault_debug/fail_page_alloc ] || skip "no fail_page_alloc"
	need_helper fail-nth
	fault_set verbose 0
	fault_set stacktrace-depth 32
	at_exit fault_off
}

# fault_set FILE VALUE: of both kinds.
fault_set()
{
	echo "$2" >"$fault_debug/failslab/$1"
	echo "$2" >"$fault_debug/fail_page_alloc/$1"
}

# What fail-nth counts: allocations from slabs, or of pages.
fault_choose()
{
	kind=$1
	fault_set ignore-gfp-wait N
	echo N >$fault_debug/fail_page_alloc/ignore-gfp-highmem
	case $kind in
	slab)	echo N >$fault_debug/failslab/cache-filter
		echo 30 >$fault_debug/fail_page_alloc/min-order ;;
	page)	echo Y >$fault_debug/failslab/cache-filter
		echo 0 >$fault_debug/fail_page_alloc/min-order ;;
	esac
}

fault_off()
{
	fault_set probability 0
	fault_set ignore-gfp-wait Y
	echo N >$fault_debug/failslab/cache-filter
	echo 1 >$fault_debug/fail_page_alloc/min-order
	only_within ""
}

for_each_kind()
{
	for kind in slab page; do
		fault_choose $kind
		"$@"
	done
}

# fault_module MODULE: where its code begins and ends.
fault_module()
{
	awk -v name="$1" '$1 == name { print $6, $2 }' /proc/modules
}

# fault_function NAME: where it begins and ends. The kernel's own are listed in the
# order of their addresses; to read all of it, for a module's, takes a minute.
fault_function()
{
	awk -v name="$1" '
		$3 == name	{ start = $1; is_modules = NF > 3 }
		NF > 3		{ address[$1] }
		start && !is_modules && $1 > start { end = $1; exit }
		END {
			for (a in address)
				if (start && a > start && (end == "" || a < end))
					end = a
			print start, end
		}' /proc/kallsyms
}

only_within()
{
	local start=0 end=0 module size

	case $1 in
	'')	;;
	*:)	read -r module size < <(fault_module "${1%:}")
		[ -n "$module" ] || fail "module ${1%:} is not loaded"
		start=$((module)) end=$((start + size)) ;;
	*)	read -r start end < <(fault_function "$1")
		start=$((16#$start)) end=$((16#$end)) ;;
	esac
	fault_set require-start "$(printf %#x $start)"
	[ $start != 0 ] || end=-1
	fault_set require-end "$(printf %#x $end)"

	start=0 end=0
	[ -z "${2-}" ] || read -r start end < <(fault_function "$2")
	fault_set reject-start "$(printf %#x $((16#$start)))"
	fault_set reject-end "$(printf %#x $((16#$end)))"
}

each_fault()
{
	local syscalls=$1 untouched=$2 revert=$3 n rc hit failed=0

	shift 3
	for ((n = 1; n < fault_most; n++)); do
		rc=0
		"$bin/fail-nth" "$tmp/hit" "$n" "$syscalls" "$@" \
			>"$tmp/fault" 2>&1 || rc=$?
		hit=$(<"$tmp/hit")
		if [ $rc = 0 ]; then
			$revert
		else
			failed=$((failed + 1))
			[[ $(<"$tmp/fault") =~ $fault_text ]] ||
				fail "$kind $n: $*: $(<"$tmp/fault")"
			$untouched || fail "$kind $n: $*: left something"
		fi
		[ "$hit" = 1 ] || break
	done
	[ $rc = 0 ] || fail "$*, with no fault: $(<"$tmp/fault")"
	echo "$*: $kind: $failed of $((n - 1)) faults were seen"
}

each_store() { each_fault --store "$@"; }
