# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# node.sh: a storage node, in a network namespace of its own. Sourced.
#
#   node_start				two links: 10.77.0.2 and 10.77.1.2
#   node_export NQN SIZE [null_blk|brd|file] [NSID] [BLOCKSIZE]
#   node_unexport NQN
#   node_bdev NQN [NSID]		what is behind it, on the node's side
#   node_link_down N, node_link_up N	N: 0 or 1
#   node_kill				abrupt: links down, sockets closed
#   node_revive
#   node_stop				all of it gone
#
# Every subsystem is on both links, port 4420. nvmet's configuration is one for
# the machine, but its TCP port listens in the network namespace of whoever
# enables it: hence the nsenter.

node_ns=ipst-node
node_nvmet=/sys/kernel/config/nvmet
node_nullb=/sys/kernel/config/nullb
node_dir=/run/ipst-node		# one folder per namespace that is a file
node_ports=(7700 7701)		# nvmet's number of the port on link 0 and 1
node_addrs=(10.77.0.2 10.77.1.2)

node_in() { nsenter --net=/run/netns/$node_ns -- "$@"; }

node_start()
{
	local i port

	modprobe -a nvmet-tcp nvme-tcp || return
	modprobe null_blk nr_devices=0 || return
	mkdir -p $node_dir
	ip netns add $node_ns || return
	node_in ip link set lo up
	for i in 0 1; do
		ip link add ipst-node$i type veth peer name eth$i netns $node_ns
		ip addr add "10.77.$i.1/24" dev ipst-node$i
		node_in ip addr add "${node_addrs[i]}/24" dev eth$i
		node_link_up $i
		port=$node_nvmet/ports/${node_ports[i]}
		mkdir "$port"
		echo tcp >"$port/addr_trtype"
		echo ipv4 >"$port/addr_adrfam"
		echo "${node_addrs[i]}" >"$port/addr_traddr"
		echo 4420 >"$port/addr_trsvcid"
	done
}

node_link_up() { ip link set "ipst-node$1" up; node_in ip link set "eth$1" up; }
node_link_down() { ip link set "ipst-node$1" down; }

# The name of what is behind a namespace: short, and one of its own.
node_tag() { echo "node-$(echo -n "$1-$2" | md5sum | cut -c1-8)"; }

# Makes the backing of a namespace, and prints its path.
node_make_backing()
{
	local kind=$1 tag=$2 mib=$3 block=$4

	case $kind in
	null_blk)
		mkdir "$node_nullb/$tag"
		echo "$mib" >"$node_nullb/$tag/size"
		echo "$block" >"$node_nullb/$tag/blocksize"
		echo 1 >"$node_nullb/$tag/memory_backed"
		echo 1 >"$node_nullb/$tag/power"
		echo "/dev/$tag"
		;;
	brd)	# One disk: brd's number and size are module parameters.
		modprobe brd rd_nr=1 rd_size=$((mib * 1024))
		echo /dev/ram0
		;;
	file)
		truncate -s "${mib}M" "$node_dir/$tag"
		echo "$node_dir/$tag"
		;;
	*)	echo "node: no such backing: $kind" >&2
		return 1
		;;
	esac
}

node_to_mib() { echo $(($(numfmt --from=iec "$1") >> 20)); }

node_export()
{
	local nqn=$1 size=$2 kind=${3:-null_blk} nsid=${4:-1} block=${5:-512}
	local subsys=$node_nvmet/subsystems/$1 path

	path=$(node_make_backing "$kind" "$(node_tag "$nqn" "$nsid")" \
		"$(node_to_mib "$size")" "$block") || return
	if [ ! -d "$subsys" ]; then
		mkdir "$subsys"
		echo 1 >"$subsys/attr_allow_any_host"
	fi
	mkdir "$subsys/namespaces/$nsid"
	echo -n "$path" >"$subsys/namespaces/$nsid/device_path"
	echo 1 >"$subsys/namespaces/$nsid/enable" || return
	node_listen "$nqn"
}

node_bdev() { cat "$node_nvmet/subsystems/$1/namespaces/${2:-1}/device_path"; }

node_listen()
{
	local port

	for port in "${node_ports[@]}"; do
		port=$node_nvmet/ports/$port/subsystems/$1
		[ -e "$port" ] ||
			node_in ln -s "$node_nvmet/subsystems/$1" "$port" || return
	done
}

node_unlisten()
{
	local port

	for port in "${node_ports[@]}"; do
		rm -f "$node_nvmet/ports/$port/subsystems/$1"
	done
}

node_unexport()
{
	local nqn=$1 subsys=$node_nvmet/subsystems/$1 ns path

	node_unlisten "$nqn"
	for ns in "$subsys"/namespaces/*; do
		[ -d "$ns" ] || continue
		path=$(<"$ns/device_path")
		rmdir "$ns"
		[ ! -d "$node_nullb/${path##*/}" ] ||
			rmdir "$node_nullb/${path##*/}"
		[ ! -f "$path" ] || rm -f "$path"
	done
	rmdir "$subsys"
}

# Prints the subsystems that the node exports, or did before node_kill.
node_nqns()
{
	local subsys path

	for subsys in "$node_nvmet"/subsystems/*; do
		for path in "$subsys"/namespaces/*/device_path; do
			case $(cat "$path" 2>/dev/null) in
			/dev/node-* | /dev/ram0 | "$node_dir"/*)
				echo "${subsys##*/}"
				break ;;
			esac
		done
	done
}

node_kill()
{
	local nqn

	node_link_down 0
	node_link_down 1
	for nqn in $(node_nqns); do
		node_unlisten "$nqn"
	done
}

node_revive()
{
	local nqn

	node_link_up 0
	node_link_up 1
	for nqn in $(node_nqns); do
		node_listen "$nqn"
	done
}

node_stop()
{
	local nqn port

	for nqn in $(node_nqns); do
		node_unexport "$nqn"
	done
	for port in "${node_ports[@]}"; do
		rmdir "$node_nvmet/ports/$port"
	done
	ip link del ipst-node0
	ip link del ipst-node1
	ip netns del $node_ns
	rm -rf $node_dir
	modprobe -r brd null_blk 2>/dev/null
	return 0
}
