# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # root, here, tmp: scripts/check
#
# Checks of our own rules, across files.

# forbid WHY PATTERN FILE...: no line of FILE may match.
forbid()
{
	local found

	[ $# -gt 2 ] || return 0
	found=$(grep -nEH "$2" "${@:3}") || return 0
	printf '%s\n' "$found" | sed "s/$/   <- ${1//\//\\/}/"
	bad=1
}

# but PATTERN FILE...: the files whose names do not match.
but() { printf '%s\n' "${@:2}" | grep . | grep -vE "$1"; }

check_layering()
{
	local bad=0 c h tool others

	mapfile -t c < <(our_files 'drivers/*.c')
	mapfile -t h < <(our_files 'drivers/*.h')
	mapfile -t tool < <(our_files 'tools/*.[ch]')

	mapfile -t others < <(but '/core/nvmet\.c$' "${c[@]}" "${h[@]}")
	forbid "only core/nvmet.c knows nvmet.h" \
		'^#include.*[<"/]nvmet\.h[>"]' "${others[@]}"
	mapfile -t others < <(but ^drivers/ipst/core/ "${c[@]}" "${h[@]}")
	forbid "a front end sees ipst.h alone, nothing of core/" \
		'^#include.*([<"/]core/|"core\.h")' "${others[@]}"
	mapfile -t others < <(but '/nl(-[a-z]+)?\.[ch]$' "${tool[@]}")
	forbid "only nl*.c knows libnl" '^#include.*<netlink/' "${others[@]}"
	forbid "one kernel series" 'LINUX_VERSION_CODE|KERNEL_VERSION' "${c[@]}" "${h[@]}"
	forbid "pr_*() or dev_*()" '(^|[^a-z_])printk\(' "${c[@]}" "${h[@]}"
	forbid "WARN_ON_ONCE() and return" '(^|[^A-Z_])BUG(_ON)?\(' "${c[@]}" "${h[@]}"
	mapfile -t others < <(but /selftest/ "${c[@]}")
	forbid "no #if in a .c file: IS_ENABLED(), or a stub in the header" \
		'^[ 	]*#[ 	]*(el)?if' "${others[@]}" |
		grep -v '__KERNEL__\|SELFTEST' >"$tmp/ifs"
	[ ! -s "$tmp/ifs" ] || { cat "$tmp/ifs"; bad=1; }
	return $bad
}

# Names of attributes as configfs gets them: the macros' second argument.
configfs_attributes()
{
	our_files 'drivers/*.[ch]' | xargs -r cat | tr '\n' ' ' |
		grep -oE '\bCONFIGFS_(BIN_)?ATTR(_RO|_WO)?\([^,)]*,[^,)]*' |
		sed 's/.*,[ \t]*//' | grep -v '^_' | sort -u
}

# A What: that ends in "/" is a folder, one that ends in ">" any name.
documented_attributes()
{
	sed -n 's,^What:[ \t]*.*/\([^/]*[^/>]\)$,\1,p' "$1" | sort -u
}

check_abi()
{
	local doc=Documentation/ABI/testing/configfs-ipst

	configfs_attributes >"$tmp/attrs"
	if [ ! -e $doc ]; then
		[ -s "$tmp/attrs" ] || skipped "no attributes yet" || return
		echo "$doc is missing"
		return 1
	fi
	documented_attributes $doc >"$tmp/doc"
	comm -23 "$tmp/attrs" "$tmp/doc" | sed "s,$,: has no entry in $doc,"
	comm -13 "$tmp/attrs" "$tmp/doc" | sed "s,$,: in $doc but not in drivers/,"
	cmp -s "$tmp/attrs" "$tmp/doc"
}

check_netlink()
{
	[ -e Documentation/netlink/specs/ipst.yaml ] || skipped "no spec yet" || return
	scripts/gen-netlink --check
}

# Where packages come from is the machine's own business. Its archives are not
# named here either: apt knows them.
check_hosts()
{
	local bad=0 files

	mapfile -t files < <(our_files '*' | grep -v '^COPYING$')
	# shellcheck disable=SC2016 # apt's placeholder, not ours
	apt-get indextargets --format '$(SITE)' 2>/dev/null |
		sed 's,^[a-z+]*://,,; s,/.*,,' | sort -u | sed '/\./!d' >"$tmp/sites"
	if [ -s "$tmp/sites" ] && grep -nHFf "$tmp/sites" "${files[@]}"; then
		bad=1
	fi
	forbid "no package archive by name" \
		'(https?|ftp)://[^ /]*(debian|ubuntu|npm|pypi|crates|mirror|proxy)' \
		"${files[@]}"
	return $bad
}

# Each commit: "part: verb ...", at most 60 characters, says why, signed off.
check_commits()
{
	git rev-parse -q --verify HEAD >/dev/null 2>&1 ||
		skipped "no history" || return
	git log --no-merges -z --format='%h%n%B' | awk -v RS='\0' -F'\n' '
	function bad(why) { print $1 " " $2 ": " why; failed = 1 }
	{
		body = signed = 0
		for (i = 3; i <= NF; i++) {
			if ($i ~ /^Signed-off-by: .+ <.+@.+>$/)
				signed = 1
			else if ($i != "" && $i !~ /^[A-Z][a-z-]+-by: |^Fixes: /)
				body = 1
		}
		if ($2 !~ /^[A-Za-z0-9_.\/-]+: [a-z]/) bad("not \"part: verb ...\"")
		if (length($2) > 60) bad("over 60 characters")
		if ($3 != "") bad("no empty line after the subject")
		if (!body) bad("does not say why")
		if (!signed) bad("not signed off")
	}
	END { exit failed }'
}
