# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# node.sh: a storage node: nvmet-tcp in a network namespace of its own, behind
# two links, on the same kernel as its user. Sourced.
#
#   here, link 0  10.77.0.1/24 ipst-n0 ---- ipst-n0 10.77.0.2/24   the node,
#         link 1  10.77.1.1/24 ipst-n1 ---- ipst-n1 10.77.1.2/24   port 4420
#
#   node_start
#   node_add_ipv6	  link 1 has fd77::1/64 and fd77::2/64 as well; where a link is
#			  named for an address, 2 is that one
#   node_export NQN SIZE [null_blk|brd|file] [NSID] [BLOCKSIZE]
#			  adds one namespace (default: null_blk 1 512);
#			  its content is kept in memory
#   node_unexport NQN	  with all its namespaces, and their content
#   node_listen NQN [0|1|2]...    on these links (default: 0 1), as node_export does
#   node_unlisten NQN [0|1|2]...  no more (default: all), but all else stays
#   node_referral 0|1 ADDR [PORT]   the discovery service of that link refers there
#   node_link_down 0|1	  like a pulled cable: nobody is told
#   node_link_up 0|1
#   node_kill		  power loss: both links down, then the target gone
#   node_revive		  ... and back (0 1), with all exports and their content
#   node_stop		  nothing is left
#   node_addr 0|1|2	  the node's address on that link
#   node_connect NQN [0|1]...   nvme connect on these links (default: both)
#   node_disconnect NQN
#   node_dev NQN [NSID]	  waits for the namespace; prints its block device
#   node_uuid NQN [NSID]  the namespace's UUID, the same in each run
#
# NQN must begin with $node_prefix: nvmet's configfs is one for the kernel, and
# what else is in it is not ours. Each function returns 0 or says why not.

node_prefix=nqn.2026-11.org.example:node-
node_netns=ipst-node
node_run=/run/ipst-node		# exports/NQN/NSID: kind of backing
node_nvmet=/sys/kernel/config/nvmet
node_ports=(7700 7701 7702)	# nvmet's port ids, one an address
node_brd_max=8
node_connect_args=(--reconnect-delay=1 --ctrl-loss-tmo=600 --keep-alive-tmo=2
	--nr-io-queues=2)

node_note() { printf 'node: %s\n' "$*" >&2; }
node_addr() { [ "$1" = 2 ] && echo fd77::2 || echo "10.77.$1.2"; }
node_backing() { echo "ipst-node-${1#"$node_prefix"}-$2"; }	# NQN NSID

# The socket of an nvmet-tcp port belongs to the namespace of whoever enables
# the port. Not "ip netns exec": that hides configfs under a new /sys.
node_exec() { nsenter --net="/run/netns/$node_netns" -- "$@"; }

node_start()
{
	local i

	modprobe -a nvmet nvmet_tcp nvme_tcp || return
	mkdir -p "$node_run/exports"
	ip netns add "$node_netns" || return
	ip -n "$node_netns" link set lo up
	for i in 0 1; do
		ip link add "ipst-n$i" type veth peer "ipst-n$i" netns "$node_netns" &&
			ip addr add "10.77.$i.1/24" dev "ipst-n$i" &&
			ip -n "$node_netns" addr add "10.77.$i.2/24" dev "ipst-n$i" &&
			ip link set "ipst-n$i" up || return
		node_link_up "$i" || return
		node_port_create "$i" ipv4 || return
	done
}

# It shall outlive a pulled cable, like the others.
node_add_ipv6()
{
	node_exec sh -c 'echo 1 >/proc/sys/net/ipv6/conf/ipst-n1/keep_addr_on_down' &&
		ip addr add fd77::1/64 dev ipst-n1 nodad &&
		ip -n "$node_netns" addr add fd77::2/64 dev ipst-n1 nodad &&
		node_port_create 2 ipv6
}

node_port_create()
{
	local port=$node_nvmet/ports/${node_ports[$1]}

	mkdir "$port" &&
		echo tcp >"$port/addr_trtype" &&
		echo "$2" >"$port/addr_adrfam" &&
		node_addr "$1" >"$port/addr_traddr" &&
		echo 4420 >"$port/addr_trsvcid"
}

node_link_up() { ip -n "$node_netns" link set "ipst-n$1" up; }
node_link_down() { ip -n "$node_netns" link set "ipst-n$1" down; }

# The first subsystem of a port enables it.
node_listen()
{
	local nqn=$1 i link

	shift
	[ $# -gt 0 ] || set -- 0 1
	for i in "$@"; do
		link=$node_nvmet/ports/${node_ports[$i]}/subsystems/$nqn
		[ -L "$link" ] ||
			node_exec ln -s "$node_nvmet/subsystems/$nqn" "$link" || return
	done
}

node_unlisten()
{
	local nqn=$1 i

	shift
	[ $# -gt 0 ] || set -- 0 1 2
	for i in "$@"; do
		rm -f "$node_nvmet/ports/${node_ports[$i]}/subsystems/$nqn"
	done
}

node_referral()
{
	local dir=$node_nvmet/ports/${node_ports[$1]}/referrals/$2-${3:-4420}

	mkdir "$dir" &&
		echo tcp >"$dir/addr_trtype" &&
		echo ipv4 >"$dir/addr_adrfam" &&
		echo "$2" >"$dir/addr_traddr" &&
		echo "${3:-4420}" >"$dir/addr_trsvcid" &&
		echo 1 >"$dir/enable"
}

node_uuid()
{
	md5sum <<<"$1 ${2:-1}" | sed -E 's/(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\1-\2-4\3-8\4-\5/'
}

node_export()
{
	local nqn=$1 bytes kind=${3:-null_blk} nsid=${4:-1} blocksize=${5:-512}
	local subsys=$node_nvmet/subsystems/$1 ns path

	case $nqn in
	"$node_prefix"*) ;;
	*)	node_note "$nqn does not begin with $node_prefix"; return 1 ;;
	esac
	bytes=$(numfmt --from=iec "$2") || return
	ns=$subsys/namespaces/$nsid
	[ ! -d "$ns" ] || { node_note "$nqn has namespace $nsid"; return 1; }
	path=$("node_create_$kind" "$(node_backing "$nqn" "$nsid")" "$bytes" \
		"$blocksize") || return
	mkdir -p "$node_run/exports/$nqn" "$subsys"
	echo "$kind $path" >"$node_run/exports/$nqn/$nsid"
	echo 1 >"$subsys/attr_allow_any_host"
	mkdir "$ns" &&
		echo "$path" >"$ns/device_path" &&
		node_uuid "$nqn" "$nsid" >"$ns/device_uuid" || return
	[ "$kind" != file ] || echo 1 >"$ns/buffered_io"
	echo 1 >"$ns/enable" && node_listen "$nqn"
}

node_unexport()
{
	local nqn=$1 subsys=$node_nvmet/subsystems/$1 ns nsid kind path

	[ -d "$node_run/exports/$nqn" ] || { node_note "no export $nqn"; return 1; }
	node_unlisten "$nqn"
	for ns in "$subsys"/namespaces/*/; do
		[ -d "$ns" ] || continue
		nsid=$(basename "$ns")
		echo 0 >"$ns/enable"
		rmdir "$ns" || return
		read -r kind path <"$node_run/exports/$nqn/$nsid"
		"node_destroy_$kind" "$path" || return
	done
	rmdir "$subsys" || return
	rm -r "${node_run:?}/exports/$nqn"
}

# node_create_KIND NAME BYTES BLOCKSIZE: prints the path for nvmet.
node_create_null_blk()
{
	local dir=/sys/kernel/config/nullb/$1 mb=$(($2 >> 20))

	modprobe null_blk nr_devices=0 || return
	[ $((mb << 20)) = "$2" ] || { node_note "null_blk: whole MiB"; return 1; }
	mkdir "$dir" &&
		echo "$mb" >"$dir/size" &&
		echo "$3" >"$dir/blocksize" &&
		echo 1 >"$dir/memory_backed" &&
		echo 1 >"$dir/discard" &&
		echo 1 >"$dir/power" || return
	echo "/dev/$1"
}

node_destroy_null_blk()
{
	local dir=/sys/kernel/config/nullb/${1#/dev/}

	echo 0 >"$dir/power"
	rmdir "$dir"
}

# brd has one size for all, set when it is loaded.
node_create_brd()
{
	local kib=$(($2 >> 10)) i

	[ "$3" = 512 ] || { node_note "brd: 512 byte blocks"; return 1; }
	modprobe brd rd_nr=$node_brd_max rd_size=$kib || return
	for ((i = 0; i < node_brd_max; i++)); do
		[ "$(<"/sys/block/ram$i/size")" = $((kib * 2)) ] || {
			node_note "brd is loaded with another size"
			return 1
		}
		grep -qrsx "brd /dev/ram$i" "$node_run/exports" && continue
		blkdiscard -f "/dev/ram$i" 2>/dev/null
		echo "/dev/ram$i"
		return
	done
	node_note "all $node_brd_max brd devices are in use"
	return 1
}

# The last one takes the module along, so that the next may have another size.
node_destroy_brd()
{
	blockdev --flushbufs "$1"
	modprobe -rq brd || true
}

node_create_file()
{
	[ "$3" = 512 ] || [ "$3" = 4096 ] || { node_note "file: 4 KiB blocks"; return 1; }
	truncate -s "$2" "$node_run/$1" && echo "$node_run/$1"
}

node_destroy_file() { rm -f "$1"; }

# Cables first: the node says no goodbye.
node_kill()
{
	local dir

	node_link_down 0
	node_link_down 1
	for dir in "$node_run"/exports/*/; do
		[ ! -d "$dir" ] || node_unlisten "$(basename "$dir")"
	done
}

node_revive()
{
	local dir

	node_link_up 0 && node_link_up 1 || return
	for dir in "$node_run"/exports/*/; do
		[ ! -d "$dir" ] || node_listen "$(basename "$dir")" || return
	done
}

node_stop()
{
	local dir id status=0

	for dir in "$node_run"/exports/*/; do
		[ ! -d "$dir" ] || node_unexport "$(basename "$dir")" || status=1
	done
	for id in "${node_ports[@]}"; do
		for dir in "$node_nvmet/ports/$id/referrals"/*/; do
			[ ! -d "$dir" ] || rmdir "$dir" || status=1
		done
		[ ! -d "$node_nvmet/ports/$id" ] ||
			rmdir "$node_nvmet/ports/$id" || status=1
	done
	[ ! -e "/run/netns/$node_netns" ] ||
		ip netns del "$node_netns" || status=1
	rm -rf "$node_run"
	modprobe -rq nvmet_tcp
	modprobe -rq null_blk
	modprobe -rq brd
	return $status
}

# Options after the address go to nvme: set node_connect_args.
node_connect()
{
	local nqn=$1 i

	shift
	[ $# -gt 0 ] || set -- 0 1
	for i in "$@"; do
		nvme connect -t tcp -a "$(node_addr "$i")" -s 4420 -n "$nqn" \
			"${node_connect_args[@]}" >/dev/null || return
	done
}

node_disconnect() { nvme disconnect -n "$1" >/dev/null; }

# By UUID: the number in nvmeXnY is not the NSID.
node_dev()
{
	local uuid file i

	uuid=$(node_uuid "$1" "${2:-1}")
	for ((i = 0; i < 200; i++)); do
		for file in /sys/block/nvme*n*/uuid; do
			if grep -qsxi "$uuid" "$file"; then
				file=${file%/uuid}
				[ ! -b "/dev/${file##*/}" ] ||
					{ echo "/dev/${file##*/}"; return; }
			fi
		done
		sleep 0.05
	done
	node_note "no block device for $1 namespace ${2:-1}"
	return 1
}
