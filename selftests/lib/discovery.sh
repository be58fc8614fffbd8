# shellcheck shell=bash disable=SC2034,SC2154 # for tests; tmp, background_pid: lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# discovery.sh: words for tests of discovery. Sourced, after lib.sh and node.sh. The
# services are those of the node's two ports, each of which tells only of itself.

need_ipstctl

services=(10.77.0.2:4420 10.77.1.2:4420)

# connections io|discovery: how many there are, to subsystems or to services.
connections()
{
	{ grep -lsx "$1" /sys/class/nvme/nvme*/cntrltype || true; } | wc -l
}

has_connections() { [ "$(connections io)" = "$1" ]; }
nothing_is_connected() { ! grep -qs . /sys/class/nvme/nvme*/cntrltype; }

# volume_paths NAME: "address state" of each, sorted.
volume_paths()
{
	ipstctl -j volume show "$1" | python3 -c \
		'import json, sys
for path in json.load(sys.stdin)[0]["paths"]:
    print(path["traddr"], path["state"])' | sort
}

# has_paths NAME [LINK]...: just these, and all are live.
has_paths()
{
	[ "$(volume_paths "$1")" = "$(for i in "${@:2}"; do
		echo "$(node_addr "$i") live"
	done)" ]
}

# lose_path LINK: its connections to subsystems are gone for good.
lose_path()
{
	local ctrl

	for ctrl in /sys/class/nvme/nvme*; do
		! grep -qx io "$ctrl/cntrltype" ||
			! grep -qx "NVME_TRADDR=10.77.$1.2" "$ctrl/uevent" ||
			echo 1 >"$ctrl/delete_controller"
	done
}

# discovered ADDR: what is told there, "NQN address teller".
discovered()
{
	ipstctl volume discover "$1" | awk 'NR > 1 { print $1, $2 ":" $3, $5 }' | sort
}

# start_follow N [-j]: into $tmp/follow; returns when it has connected N services.
start_follow()
{
	background ipstctl "${@:2}" follow >>"$tmp/follow"
	follow_pid=$background_pid
	wait_for 20 has_services "$1" || fail "follow has connected no services"
}

has_services() { [ "$(connections discovery)" = "$1" ]; }

# soon_has_paths NAME [LINK]...: as has_paths, by follow's doing.
soon_has_paths()
{
	wait_for 30 has_paths "$@" ||
		fail "paths: $(volume_paths "$1" | xargs); $(tail -n 5 "$tmp/follow")"
}

# reconnects LINK: as follow has counted them.
reconnects()
{
	python3 -c 'import json, sys
for path in json.load(open("/run/ipst/paths.json"))["paths"]:
    if path["traddr"] == sys.argv[1]:
        print(path["reconnects"])' "10.77.$1.2"
}
