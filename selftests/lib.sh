# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# lib.sh: the words in which the tests of the modules are written. Sourced.
#
# A command that fails ends the test, and so does check(). Whatever a helper
# makes is undone at the end, last first, however the test ended. Exit 0 is
# passed, 4 skipped, all else failed.

set -eEuo pipefail
export LC_ALL=C

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=lib/modules.sh
. "$here/lib/modules.sh"

conf=/sys/kernel/config
subsystems=$conf/nvmet/subsystems
devices=$conf/ipst/virtio_blk
nqn_prefix=nqn.ipst-test.
bin=${IPST_BIN:-$here/../build/selftests/bin}
tmp=$(mktemp -d /tmp/ipst-test.XXXXXX)
mark="ipst-test: begin $$"
echo "$mark" >/dev/kmsg
slow=${IPST_SLOW:-1}	# limits of time are that many times as long, of rate as low
undo=()

# --- verdicts ---------------------------------------------------------------

fail() { echo "FAILED: $*" >&2; exit 1; }
skip() { echo "SKIP $*"; exit 4; }

# check WHAT [!] COMMAND...: COMMAND has to succeed, or to fail.
check()
{
	local what=$1 want=0 rc=0

	shift
	[ "$1" != ! ] || { want=1; shift; }
	"$@" || rc=1
	[ $rc = $want ] || fail "$what ($(printf '%q ' "$@"))"
}

# is NAME VALUE EXPECTED
is() { [ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"; }

declare -A errno_text=(
	[EPERM]='Operation not permitted'
	[ENOENT]='No such file or directory'
	[EIO]='Input/output error'
	[EACCES]='Permission denied'
	[EBUSY]='Device or resource busy'
	[EEXIST]='File exists'
	[ENODEV]='No such device'
	[EINVAL]='Invalid argument'
	[ENOLINK]='Link has been severed'
	[EUSERS]='Too many users'
	[EOPNOTSUPP]='Operation not supported'
)

# fails_with ERRNO COMMAND...: COMMAND has to fail, and to say so.
fails_with()
{
	local out

	if out=$("${@:2}" 2>&1); then
		fail "${*:2}: succeeded, expected $1"
	fi
	[[ "$out" =~ ": ${errno_text[$1]}"$'\n'?$ ]] ||
		fail "${*:2}: expected $1, got: $out"
}

# quiet COMMAND...: show what it prints only if it fails.
quiet()
{
	local rc=0

	"$@" >"$tmp/quiet" 2>&1 || rc=$?
	[ $rc = 0 ] || cat "$tmp/quiet"
	return $rc
}

# wait_for SECONDS COMMAND...: until COMMAND succeeds; 1 if it does not.
wait_for()
{
	local end_s=$((SECONDS + $1 * slow))

	until "${@:2}"; do
		[ $SECONDS -lt $end_s ] || return 1
		sleep 0.1
	done
}

# has_ended PID
has_ended() { ! kill -0 "$1" 2>/dev/null; }

# rounds N: 1 ... N, or STRESS times as many.
rounds() { seq $(($1 * ${STRESS:-1})); }

# dmesg_has PATTERN: since the test began.
dmesg_has() { dmesg | sed "1,/$mark/d" | grep -q "$1"; }

# --- needs ------------------------------------------------------------------

need()
{
	local command

	for command; do
		command -v "$command" >/dev/null || skip "$command is not installed"
	done
}

need_module()
{
	modprobe -q "$@" || [ -d "/sys/module/$1" ] || skip "no module $1"
}

need_helper() { [ -x "$bin/$1" ] || skip "make -C selftests builds $1"; }

need_kvm()
{
	modprobe -qa kvm_amd || modprobe -qa kvm_intel || true
	[ -w /dev/kvm ] || skip "no KVM"
}

need_ipstctl()
{
	PATH=$here/../tools/ipstctl:$PATH
	need ipstctl
}

# --- undoing ----------------------------------------------------------------

# at_exit COMMAND...
at_exit() { undo+=("$(printf '%q ' "$@")"); }

at_end()
{
	local rc=$? i

	trap '' TERM INT
	set +eE
	trap - ERR
	for ((i = ${#undo[@]} - 1; i >= 0; i--)); do
		eval "${undo[i]}" || { echo "cleanup failed: ${undo[i]}"; rc=1; }
	done
	rm -rf "$tmp"
	exit $rc
}

trap at_end EXIT
trap 'exit 143' TERM INT
trap 'echo "FAILED: ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR

# background COMMAND...: sets $background_pid; killed at the end.
background()
{
	"$@" &
	background_pid=$!
	at_exit stop_background "$background_pid"
}

stop_background()
{
	# A function runs in a shell, what it calls is a child of that.
	pkill -P "$1" || true
	kill "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

# --- backing devices --------------------------------------------------------

# make_null NAME [ATTRIBUTE=VALUE]...: /dev/NAME, in memory, 64 MB.
make_null()
{
	local dir=$conf/nullb/$1 pair

	need_module null_blk nr_devices=0
	mkdir "$dir"
	at_exit rmdir "$dir"
	for pair in memory_backed=1 size=64 "${@:2}"; do
		echo "${pair#*=}" >"$dir/${pair%%=*}"
	done
	echo 1 >"$dir/power"
	# shellcheck disable=SC2046 # two numbers
	[ -b "/dev/$1" ] || mknod "/dev/$1" b $(tr : ' ' <"/sys/block/$1/dev")
}

# load_test_module NAME [PARAMETER=VALUE]...: modules/NAME.c, until the test ends.
load_test_module()
{
	local ko=$modules_folder/../../selftests/modules/$1.ko

	[ -e "$ko" ] || skip "make IPST_TESTS=1 builds $1.ko"
	insmod "$ko" "${@:2}"
	at_exit unload_test_module "$1"
}

unload_test_module() { [ ! -d "/sys/module/$1" ] || rmmod "$1"; }

# make_test_disk [PARAMETER=VALUE]...: /dev/ipst-test, which counts what it is
# asked for, see modules/ipst_test_disk.c.
make_test_disk() { load_test_module ipst_test_disk "$@"; }

remove_test_disk() { unload_test_module ipst_test_disk; }

# asked COUNT: of the test disk, since this was last called.
asked()
{
	local path=/sys/module/ipst_test_disk/parameters/$1

	cat "$path"
	echo 0 >"$path"
}

# --- nvmet ------------------------------------------------------------------

subsystem() { echo "$subsystems/$nqn_prefix$1"; }
namespace() { echo "$(subsystem "$1")/namespaces/${2:-1}"; }

# make_subsystem NAME [PATH]...: namespace n is the n-th path.
make_subsystem()
{
	local path nsid=0

	mkdir "$(subsystem "$1")"
	at_exit remove_subsystem "$1"
	echo 1 >"$(subsystem "$1")/attr_allow_any_host"
	for path in "${@:2}"; do
		nsid=$((nsid + 1))
		add_namespace "$1" $nsid "$path"
	done
}

# add_namespace SUBSYSTEM NSID PATH
add_namespace()
{
	local dir

	dir=$(namespace "$1" "$2")
	mkdir "$dir"
	echo "$3" >"$dir/device_path"
	echo 1 >"$dir/enable"
}

remove_subsystem()
{
	local dir path

	dir=$(subsystem "$1")
	[ -d "$dir" ] || return 0
	for path in "$dir"/allowed_hosts/* "$dir"/namespaces/*; do
		[ ! -L "$path" ] || rm "$path"
		[ ! -d "$path" ] || rmdir "$path"
	done
	rmdir "$dir"
}

# --- devices ----------------------------------------------------------------

set_attr() { printf '%s\n' "$3" >"$devices/$1/$2"; }
get_attr() { printf '%s\n' "$(<"$devices/$1/$2")"; }

# has_attr DEVICE ATTRIBUTE VALUE
has_attr() { [ "$(get_attr "$1" "$2")" = "$3" ]; }

enable() { set_attr "$1" enable 1; }
disable() { set_attr "$1" enable 0; }

# refused ERRNO DEVICE ATTRIBUTE VALUE: and the old value stays.
refused()
{
	local before

	before=$(get_attr "$2" "$3")
	fails_with "$1" set_attr "$2" "$3" "$4"
	is "$3 after a bad write" "$(get_attr "$2" "$3")" "$before"
}

# add_device NAME [ATTRIBUTE=VALUE]...
add_device()
{
	local pair

	mkdir "$devices/$1"
	at_exit remove_device "$1"
	for pair in "${@:2}"; do
		set_attr "$1" "${pair%%=*}" "${pair#*=}"
	done
}

# link_device NAME SUBSYSTEM
link_device()
{
	ln -s "$(subsystem "$2")" "$devices/$1/subsystem/" || return
	# Before the subsystem goes, whichever was made first.
	at_exit remove_device "$1"
}

unlink_device() { rm "$devices/$1"/subsystem/*; }

remove_device()
{
	local dir=$devices/$1

	[ -d "$dir" ] || return 0
	disable "$1" || return
	[ -z "$(ls "$dir/subsystem")" ] || unlink_device "$1"
	rmdir "$dir"
}

# find_disk NAME: sets $disk to the /dev/vdX of a local device.
find_disk()
{
	local path

	for path in "/sys/bus/vdpa/devices/$1"/virtio*/block/*; do
		disk=/dev/${path##*/}
		[ -b "$disk" ] && return
	done
	return 1
}

wait_disk() { wait_for 20 find_disk "$1" || fail "$1 got no disk"; }

# local_disk NAME SUBSYSTEM [ATTRIBUTE=VALUE]...: sets $disk.
local_disk()
{
	add_device "$1" mode=local "${@:3}"
	link_device "$1" "$2"
	enable "$1"
	wait_disk "$1"
}

# vhost_device NAME SUBSYSTEM [ATTRIBUTE=VALUE]...: sets $chardev.
vhost_device()
{
	add_device "$1" "${@:3}"
	link_device "$1" "$2"
	enable "$1"
	chardev=$(get_attr "$1" chardev)
	check "the character device is there" [ -c "$chardev" ]
}

# queue ATTRIBUTE: of $disk's request queue.
queue() { cat "/sys/block/${disk##*/}/queue/$1"; }

size_mb() { echo $(($(blockdev --getsize64 "$disk") >> 20)); }

# --- I/O --------------------------------------------------------------------

read_disk() { dd if="$disk" of=/dev/null bs=4k count=1 iflag=direct status=none; }

# run_fio [OPTION]...: on $disk. Threads: whoever kills it gets all of it.
run_fio()
{
	fio --name=test --filename="$disk" --direct=1 --ioengine=io_uring --thread \
		--group_reporting --allow_file_create=0 "$@"
}

# Random writes and reads with checksums, all over $disk.
run_verify()
{
	quiet run_fio --rw=randrw --bsrange=4k-1m --blockalign=4k --iodepth=32 \
		--verify=crc32c --verify_backlog=512 --verify_fatal=1 "$@"
}

# ios DISK: reads and writes that it has seen, of a backing.
ios() { awk '{ print $1 + $5 }' "/sys/block/$1/stat"; }

# How many reads, writes the disk has seen: fio is at work if there are more.
reads() { awk '{ print $1 }' "/sys/block/${disk##*/}/stat"; }
writes() { awk '{ print $5 }' "/sys/block/${disk##*/}/stat"; }
has_read() { [ "$(reads)" -gt "$1" ]; }
has_written() { [ "$(writes)" -gt "$1" ]; }

# --- machines ---------------------------------------------------------------

# A storage node, see lib/node.sh.
start_node()
{
	at_exit node_stop
	node_start
}

# start_guest NAME [OPTION]...: a guest, see lib/guest.sh.
start_guest()
{
	at_exit guest_kill "$1"
	guest_start "$@"
}

# ynl ARG...: ask the netlink family ipst, by the kernel's own tool.
ynl()
{
	local top=$here/..

	python3 -B "$("$top/scripts/linux-source")/tools/net/ynl/cli.py" \
		--no-schema --output-json \
		--spec "$top/Documentation/netlink/specs/ipst.yaml" "$@"
}

# --- ipstctl ----------------------------------------------------------------

# json NOUN NAME KEY: one value of what ipstctl shows.
json()
{
	ipstctl -j "$1" show "$2" | python3 -c \
		'import json, sys; print(json.load(sys.stdin)[0][sys.argv[1]])' "$3"
}

# refuses STATUS WORDS COMMAND...: ipstctl does, and says so.
refuses()
{
	local out rc=0

	out=$(ipstctl "${@:3}" 2>&1) || rc=$?
	is "status of ipstctl ${*:3}" $rc "$1"
	grep -q "$2" <<<"$out" || fail "ipstctl ${*:3}: '$out', not '$2'"
}

# make_volume NAME [ATTRIBUTE=VALUE]...: /dev/ipst-NAME, see make_null.
make_volume()
{
	make_null "ipst-$1" "${@:2}"
	at_exit ipstctl volume del "$1" --if-exists
	ipstctl volume add "$1" "/dev/ipst-$1"
}

# make_device NAME [OPTION]...: a local one.
make_device()
{
	at_exit ipstctl device del "$1" --if-exists
	ipstctl device add "$1" --type virtio-blk --local "${@:2}"
}

# How a device of ipstctl's is, and what lies behind it.
facts()
{
	ipstctl -j device show "$1"
	grep . "$subsystems/nqn.2026-11.org.ipst:$1"/namespaces/1/{enable,device_*}
}
