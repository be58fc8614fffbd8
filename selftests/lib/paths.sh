# shellcheck shell=bash disable=SC2154 # node_*: node.sh; tmp, disk: lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# paths.sh: what goes wrong between a storage node and its user, and how long
# that takes. Sourced, after lib.sh and lib/node.sh.
#
#   node_cut link|silence|port|reset 0|1   the path over that link breaks (port and
#			reset: 2 too), by
#	link	a pulled cable, which both ends see
#	silence	packets that go nowhere, which no end sees
#	port	a target that listens there no more
#	reset	its connections, reset by the target
#   node_heal link|silence|port|reset 0|1
#   node_ana 0|1 STATE	  the namespaces' ANA state on that link
#   node_swap NQN [NSID]  another disk, of another UUID, as that namespace
#   node_auth NQN HOSTNQN KEY [CTRLKEY]	  lets only that host in, with that key
#   node_sources NQN [0|1|2]...	  for ipstctl volume add (default: both links)
#
#   start_paths	  a storage node that exports $nqn, 64 MB, for volume v0
#   add_paths [OPTION]... volume v0 over both links, as device d0: sets $disk
#   path_value VOLUME LINK KEY	  of ipstctl volume paths
#   path_is VOLUME LINK STATE
#   is_connected NQN
#   start_verify	  I/O that is verified, on $disk
#   stop_verify		  ends it: no error may have come, and data is right
#   longest_wait	  of its requests, in seconds

node_cut()
{
	case $1 in
	link)	node_link_down "$2" ;;
	silence)
		tc qdisc add dev "ipst-n$2" root netem loss 100% &&
			tc -n "$node_netns" qdisc add dev "ipst-n$2" root netem loss 100%
		;;
	port)	rm -f "$node_nvmet/ports/${node_ports[$2]}"/subsystems/* ;;
	reset)	node_exec ss -K src "$(bracketed "$(node_addr "$2")")" >/dev/null ;;
	esac
}

node_heal()
{
	local dir

	case $1 in
	link)	node_link_up "$2" ;;
	silence)
		tc qdisc del dev "ipst-n$2" root
		tc -n "$node_netns" qdisc del dev "ipst-n$2" root
		;;
	port)
		for dir in "$node_run"/exports/*/; do
			node_exec ln -s "$node_nvmet/subsystems/$(basename "$dir")" \
				"$node_nvmet/ports/${node_ports[$2]}/subsystems/"
		done
		;;
	reset)	;;
	esac
}

node_ana() { echo "$2" >"$node_nvmet/ports/${node_ports[$1]}/ana_groups/1/ana_state"; }

node_swap()
{
	local ns=$node_nvmet/subsystems/$1/namespaces/${2:-1}

	echo 0 >"$ns/enable" &&
		make_null ipst-swapped &&
		echo /dev/ipst-swapped >"$ns/device_path" &&
		node_uuid "$1" swapped >"$ns/device_uuid" &&
		echo 1 >"$ns/enable"
}

node_auth()
{
	local subsys=$node_nvmet/subsystems/$1 host=$node_nvmet/hosts/$2

	mkdir "$host" && at_exit rmdir "$host" &&
		echo "$3" >"$host/dhchap_key" || return
	[ -z "${4-}" ] || echo "$4" >"$host/dhchap_ctrl_key"
	echo 0 >"$subsys/attr_allow_any_host" &&
		ln -s "$host" "$subsys/allowed_hosts/" &&
		at_exit rm "$subsys/allowed_hosts/$2"
}

# bracketed ADDR: an IPv6 one, as "ss" and URIs want it.
bracketed() { [[ $1 = *:* ]] && echo "[$1]" || echo "$1"; }

node_sources()
{
	local nqn=$1 i

	shift
	[ $# -gt 0 ] || set -- 0 1
	for i in "$@"; do
		echo "nvme+tcp://$(bracketed "$(node_addr "$i")")/$nqn"
	done
}

start_paths()
{
	nqn=${node_prefix}paths
	start_node
	node_export "$nqn" 64M
	at_exit ipstctl volume del v0 --if-exists
}

add_paths()
{
	# shellcheck disable=SC2046 # two words
	ipstctl volume add v0 $(node_sources "$nqn") "$@"
	make_device d0 --volume v0
	disk=$(json device d0 disk)
}

# path_value VOLUME LINK KEY: of ipstctl volume paths, "" if there is none.
path_value()
{
	ipstctl -j volume paths "$1" | python3 -c 'import json, sys
addr, key = sys.argv[1:]
print([p.get(key, "") for p in json.load(sys.stdin) if p["traddr"] == addr][0])' \
		"$(node_addr "$2")" "$3"
}

# path_is VOLUME LINK STATE, path_is_not ...
path_is() { [ "$(path_value "$1" "$2" state)" = "$3" ]; }
path_is_not() { ! path_is "$@"; }

is_connected() { grep -qsx "$1" /sys/class/nvme/nvme*/subsysnqn; }

# One request at a time on each of four threads: each that waits is seen. Not as
# fast as it can: that would leave an emulated machine no time for anything else.
start_verify()
{
	background fio --name=verify --filename="$disk" --direct=1 --thread \
		--ioengine=psync --numjobs=4 --size=8M --offset_increment=8M \
		--rw=randrw --bs=4k --verify=crc32c --verify_fatal=1 \
		--verify_backlog=64 --rate_iops=50 --allow_file_create=0 --time_based \
		--runtime=600 --output-format=json --output="$tmp/verify.json"
	verify=$background_pid
}

# Of what fio has told, the value of a Python expression over "jobs".
verify_told()
{
	python3 - "$tmp/verify.json" "$1" <<-'END'
	import json, sys

	text = open(sys.argv[1]).read()
	print(eval(sys.argv[2], {"jobs": json.loads(text[text.index("{"):])["jobs"]}))
	END
}

# Its exit status tells of the signal, not of errors.
stop_verify()
{
	check "I/O goes on" kill -INT "$verify"
	wait "$verify" || true
	is "errors of fio" "$(verify_told 'sum(j["error"] != 0 for j in jobs)')" 0
	check "fio has worked" [ "$(verify_told 'jobs[0]["read"]["total_ios"]')" -gt 0 ]
}

longest_wait()
{
	verify_told 'round(max(j[d]["clat_ns"]["max"] for j in jobs
		for d in ("read", "write")) / 1e9, 1)'
}
