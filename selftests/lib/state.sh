# shellcheck shell=bash disable=SC2154 # here, tmp: lib.sh
# SPDX-License-Identifier: GPL-2.0
#
# state.sh: words for tests of ipstctl save, apply and clear. Sourced, after
# lib.sh. All that there is of ours goes at the end.

need_ipstctl
at_exit ipstctl clear --yes

# document [VOLUMES [GROUPS [DEVICES]]]: a state document, of JSON items.
document()
{
	printf '{ "version": 1, "volumes": [%s], "groups": [%s], "devices": [%s] }\n' \
		"${1-}" "${2-}" "${3-}"
}

# volume NAME: an item; its disk is /dev/ipst-NAME.
volume() { printf '{ "name": "%s", "sources": ["/dev/ipst-%s"] }' "$1" "$1"; }

# device NAME VOLUME [MORE]: an item, a local one.
device()
{
	printf '{ "name": "%s", "volume": "%s", "mode": "local", "queues": 1%s }' \
		"$1" "$2" "${3:+, $3}"
}

# applies EXPECTED FILE [OPTION]...: it does, and prints just that.
applies()
{
	ipstctl apply "${@:2}" >"$tmp/applied"
	check "what apply prints" diff <(printf '%s' "${1:+$1$'\n'}") "$tmp/applied"
}

# apply_refuses WORDS FILE [OPTION]...: it does, and changes nothing.
apply_refuses()
{
	ipstctl save "$tmp/before"
	refuses 1 "$1" apply "${@:2}"
	check "nothing changed" diff "$tmp/before" <(ipstctl save)
}
