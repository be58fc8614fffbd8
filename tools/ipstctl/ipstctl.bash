# SPDX-License-Identifier: GPL-2.0
# bash completion of ipstctl. "make check-docs" holds the tables of words
# against ipstctl --help.

# shellcheck disable=SC2034 # reached by name, see _ipstctl_words
_ipstctl_nouns="volume device group qos"
_ipstctl_commands="stats hist top monitor follow save apply clear"
_ipstctl_verbs_volume="add discover show paths resize del"
_ipstctl_verbs_device="add show del attach detach pause resume"
_ipstctl_verbs_group="add show del"
_ipstctl_verbs_qos="set show clear"
_ipstctl_options_volume_add="--uuid --discover --host-nqn --ctrl-loss --fast-io-fail
	--io-policy --dhchap-key --dhchap-ctrl-key --tls --integrity --encrypt
	--compress --deduplicate --format"
_ipstctl_options_volume_discover="--host-nqn"
_ipstctl_options_volume_del="--if-exists"
_ipstctl_options_device_add="--type --volume --local --queues --queue-size
	--read-only --serial --host-nqn --busy-poll-us --cpus --deep-cpus --listen --allow-host
	--allow-any"
_ipstctl_options_device_del="--if-exists"
_ipstctl_options_device_attach="--replace"
_ipstctl_options_group_del="--if-exists"
_ipstctl_options_qos_set="--group"
_ipstctl_options_qos_show="--group"
_ipstctl_options_qos_clear="--group"
_ipstctl_options_stats="--interval --format --queues"
_ipstctl_options_hist="--op --reset"
_ipstctl_options_top="--interval --count"
_ipstctl_options_apply="--dry-run --prune --wait"
_ipstctl_options_clear="--yes"

_ipstctl_limits="rw_iops= r_iops= w_iops= rw_bps= r_bps= w_bps= burst_ms="

# Names of what there is; a NAME is the only value of that key on its line.
_ipstctl_names()
{
	ipstctl "$1" show 2>/dev/null | awk 'NR > 1 { print $1 }'
}

# Words for what stands behind "noun verb", of which $3 are there already. A
# command has an empty noun.
_ipstctl_words()
{
	case $1/$2/$3 in
	/save/0 | /apply/0 | volume/add/[1-9]*)	compgen -A file -- "$cur" ;;
	volume/show/0 | volume/paths/0 | volume/resize/0 | volume/del/0)
		_ipstctl_names volume ;;
	device/show/0 | device/del/0 | device/attach/0 | device/detach/0 | \
	device/pause/0 | device/resume/0 | /stats/0 | /hist/0 | qos/set/0 | \
	qos/show/0 | qos/clear/0)
		_ipstctl_names device ;;
	device/attach/1 | device/detach/1)	_ipstctl_names volume ;;
	group/show/0 | group/del/0)	_ipstctl_names group ;;
	qos/set/[1-9]*)	echo "$_ipstctl_limits group= weight=" ;;
	esac
}

# Words for the value of an option.
_ipstctl_values()
{
	case $1 in
	--type)		echo virtio-blk nvme-tcp ;;
	--volume)	_ipstctl_names volume ;;
	--group)	_ipstctl_names group ;;
	--io-policy)	echo numa round-robin queue-depth ;;
	--dhchap-key | --dhchap-ctrl-key)	echo file:/ keyring: ;;
	--format)	[ "$verb" = add ] || echo text prometheus ;;
	--integrity)	echo crc32c ;;
	--encrypt)	echo luks2:file: luks2:keyring: plain:file: plain:keyring: ;;
	--op)		echo read write flush discard write_zeroes secure_erase other ;;
	esac
}

# Sets noun, verb and count from what stands before the cursor.
_ipstctl_scan()
{
	local i word skip=

	noun='' verb='' count=0
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [ -n "$skip" ]; then
			skip=
			continue
		fi
		case $word in
		--if-exists | --local | --read-only | --replace | --reset | --json | \
		--dry-run | --prune | --yes | --allow-any | --tls | --compress | \
		--deduplicate | --discover) ;;
		--queues)	[ "$noun$verb" = stats ] || skip=1 ;;
		--format)	[ "$verb" = add ] || skip=1 ;;
		--*)	skip=1 ;;
		-*)	;;
		*)
			if [ -n "$verb" ]; then
				count=$((count + 1))
			elif [ -n "$noun" ]; then
				verb=$word
			elif [[ " $_ipstctl_commands " == *" $word "* ]]; then
				verb=$word
			else
				noun=$word
			fi ;;
		esac
	done
}

_ipstctl()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local noun verb count words list

	_ipstctl_scan
	if [ -z "$noun$verb" ]; then
		words="$_ipstctl_nouns $_ipstctl_commands --json --help --version"
	elif [ -z "$verb" ]; then
		list=_ipstctl_verbs_$noun
		words="${!list} --json --help"
	else
		words=$(_ipstctl_values "$prev")
		list=_ipstctl_options_${noun:+${noun}_}$verb
		[ -n "$words" ] || words="$(_ipstctl_words "$noun" "$verb" \
			"$count") ${!list} --json --help"
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _ipstctl ipstctl
