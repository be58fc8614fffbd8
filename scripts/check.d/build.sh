# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # root, here, tmp: scripts/check
#
# Checks that need the modules or the tool compiled. Each compiler has a folder
# of its own in build/, apart from what the user builds.

# One at a time in a folder, whoever asks: the hook, CI, a person.
quiet_make()
{
	local out=$1

	mkdir -p "$out"
	flock "$out/lock" make -s --no-print-directory -k -j2 SETUP= OUT="$out" \
		IPST_TESTS=1 \
		"${@:2}" 2>&1
}

# build FOLDER ARG...: prints warnings and errors only; either is a failure.
# After a warning the objects are thrown away, or the next build would be silent
# about it.
build()
{
	local out=build/$1 said rc

	said=$(quiet_make "$out" "${@:2}")
	rc=$?
	said=$(grep -v '^make.*\(Error\|not remade\)' <<<"$said")
	[ -z "$said" ] || echo "${said//"$root/$out/"/}"
	[ $rc = 0 ] || return
	[ -z "$said" ] && return
	find "$out" \( -name '*.o' -o -name Module.symvers \) -delete
	return 1
}

# Several checks live on one build: the first to come does it, the others wait
# and get its words and its status.
build_once()
{
	local memo=$tmp/$1 lock

	[ -e drivers/ipst/core/main.c ] || skipped "no sources yet" || return
	exec {lock}>"$memo.lock"
	flock "$lock"
	if [ ! -e "$memo.status" ]; then
		build "$@" modules-only >"$memo.said"
		echo $? >"$memo.status"
	fi
	exec {lock}>&-
	cat "$memo.said"
	return "$(cat "$memo.status")"
}

check_gcc()
{
	build_once check-gcc C=1 CHECK="$here/sparse" CF=-D__CHECK_ENDIAN__
}

check_clang()
{
	need clang || return
	build_once check-clang CC=clang
}

# gcc's build ran sparse on each file that it compiled.
check_sparse()
{
	local out=build/check-gcc said rc=0

	need sparse || return
	check_gcc >/dev/null
	case $? in
	0)	;;
	77)	skipped "no sources yet"; return ;;
	*)	echo "check gcc failed: not all files were seen"; rc=1 ;;
	esac
	said=$(find -L "$out/drivers" -name '*.c' -exec cat {}.sparse \; 2>/dev/null)
	[ -n "$said" ] || return $rc
	echo "${said//"$root/$out/"/}"
	return 1
}

check_nvmet_layout()
{
	local object=build/check-gcc/drivers/ipst/core/nvmet.o

	check_gcc >"$tmp/layout"
	[ $? != 77 ] || skipped "no sources yet" || return
	[ -e $object ] || { echo "no $object: see check gcc"; return 1; }
	scripts/nvmet-layout "$(make -s print-KDIR)" $object
}

make_tool()
{
	local out=$root/build/check-tool-$1

	mkdir -p "$out"
	flock "$out/lock" make -s --no-print-directory -k -C tools/ipstctl \
		O="$out" CC="$1" "${@:2}" >"$tmp/tool-$1" 2>&1
	local rc=$?
	grep -v '^  [A-Z]\|^make.*Error' "$tmp/tool-$1"
	return $rc
}

check_tool()
{
	local compiler rc=0

	[ -e tools/ipstctl/Makefile ] || skipped "no tool yet" || return
	for compiler in gcc clang; do
		make_tool $compiler || rc=1
	done
	return $rc
}

# Help, man page and completion say the same.
check_tool_docs()
{
	grep -qs '^check-docs:' tools/ipstctl/Makefile ||
		skipped "tools/ipstctl has no check-docs" || return
	make_tool gcc check-docs
}
