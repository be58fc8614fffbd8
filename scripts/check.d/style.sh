# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # root, here, tmp: scripts/check
#
# Checks of one file at a time, by tools that others wrote. A file that passed
# is not looked at again until it changes.

# Not at the root: where there is a git tree it leaves a cache file of its own.
checkpatch()
{
	(cd "$links" && perl "$linux/scripts/checkpatch.pl" --no-tree --strict \
		--terse --show-types --no-summary --max-line-length=100 \
		"${@:2}" -f "$1" 2>/dev/null)
}

# The tool is C for people: no kernel headers to take types and helpers from,
# errors above zero, sentences to print, and names that libraries chose.
user_may=PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,CAMELCASE,VOLATILE
user_may+=,STRCPY,STRLCPY,STRNCPY,USE_NEGATIVE_ERRNO,ENOSYS
user_may+=,FUNCTION_ARGUMENTS,MACRO_ARG_REUSE,ARRAY_SIZE,SPLIT_STRING
checkpatch_user() { checkpatch "$1" --ignore "$user_may"; }

# TRACE_EVENT() is a language of its own, with its own indentation.
checkpatch_trace()
{
	checkpatch "$1" --ignore PARENTHESIS_ALIGNMENT,OPEN_ENDED_LINE
}

check_checkpatch()
{
	local linux links=$tmp/links rc=0

	need perl || return
	linux=$(scripts/linux-source) || return
	mkdir "$links"
	ln -s "$root/drivers" "$root/include" "$root/tools" "$root/selftests" "$links"
	mapfile -t files < <(our_c drivers include | grep -v '/trace\.h$')
	each checkpatch checkpatch "${files[@]}" || rc=1
	mapfile -t files < <(our_c drivers | grep '/trace\.h$')
	each checkpatch checkpatch_trace "${files[@]}" || rc=1
	mapfile -t files < <(our_c tools selftests)
	each checkpatch checkpatch_user "${files[@]}" || rc=1
	return $rc
}

kernel_doc()
{
	perl "$linux/scripts/kernel-doc" -none -Wall -Werror "$1"
}

check_kernel_doc()
{
	local linux

	linux=$(scripts/linux-source) || return
	mapfile -t files < <(our_c drivers include | xargs -r grep -l '^/\*\*$')
	each kernel-doc kernel_doc "${files[@]}"
}

# SC2317: shellcheck 0.9 takes what a trap calls for unreachable.
shell_check() { shellcheck -f gcc -x -P SCRIPTDIR -e SC2317 "$1"; }

check_shellcheck()
{
	need shellcheck || return
	mapfile -t files < <(our_shell)
	each shellcheck shell_check "${files[@]}"
}

check_yamllint()
{
	need yamllint || return
	mapfile -t files < <(our_files '*.yaml' '*.yml')
	[ ${#files[@]} = 0 ] || yamllint -s -f parsable "${files[@]}"
}

check_codespell()
{
	need codespell || return
	our_files '*' | grep -v '^COPYING$\|/corpus/' |
		xargs -r -d '\n' codespell -I "$here/codespell-words"
}

# Lines of files, lines of functions, and how long the longest twentieth of the
# functions may be.
max_source=800
max_header=250
max_function=100
max_p95=60

file_sizes()
{
	local file max rc=0

	while read -r file; do
		max=$max_source
		[[ "$file" != *.h ]] || max=$max_header
		[ "$(wc -l <"$file")" -le $max ] ||
			{ echo "$file: over $max lines"; rc=1; }
	done
	return $rc
}

function_sizes()
{
	ctags -L - -o - --languages=C,C++ --kinds-C=f --kinds-C++=f --fields=+ne |
	awk -F'\t' -v max=$max_function -v max_p95=$max_p95 '
	/^!/ { next }
	{
		first = last = 0
		for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) first = substr($i, 6)
			if ($i ~ /^end:/) last = substr($i, 5)
		}
		len = last - first + 1
		count[len]++
		n++
		if (len > max) {
			print $2 ":" first ": " $1 "() has " len " lines, over " max
			bad = 1
		}
	}
	END {
		for (len = 0; seen < n * 0.95; len++)
			seen += count[len]
		if (n >= 20 && len - 1 > max_p95) {
			print "one function in 20 is over " max_p95 " lines"
			bad = 1
		}
		exit bad
	}'
}

check_sizes()
{
	local rc=0

	need ctags || return
	our_c drivers include tools selftests >"$tmp/sources"
	file_sizes <"$tmp/sources" || rc=1
	function_sizes <"$tmp/sources" || rc=1
	return $rc
}
