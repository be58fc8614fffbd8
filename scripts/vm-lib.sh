# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# vm-lib.sh: what scripts/vm and selftests/lib/guest.sh share: which kernel,
# its initramfs, which accelerator, and QEMU's common arguments. Sourced.

vm_scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vm_cache=${IPST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/ipst}
vm_qemu=${QEMU:-qemu-system-x86_64}
vm_modules=(9p 9pnet_virtio overlay)	# for the root file system
vm_probe_s=15				# for KVM to show that it works
vm_words=				# more for the kernel's command line
vm_hot_modules=(configfs virtio_blk nvme ext4 xfs)
vm_hot_tools=(
	awk base64 basename bash blkid blockdev cat chmod cmp cp cut date dd
	df dirname dmesg e2fsck env fio free fsck.ext4 grep head hostname id ip
	kill ln ls lsblk lspci md5sum mkdir mkfifo mkfs.ext4 mkfs.xfs mktemp
	modprobe mount mv nproc nvme od ps readlink realpath rm rmdir sed seq
	sh sha256sum sleep sort stat sync tail tee timeout touch tr true
	truncate umount uname uniq wc xargs
)
# fio is linked with these; 50 MB, which a guest of 256 MB cannot spare.
vm_hot_not='lib(icudata|icuuc|ceph-common|rbd|rados|crypto)\.'
vm_hot_files=(
	/bin /lib /lib64 /sbin	# links, on today's systems
	/etc/group /etc/ld.so.cache /etc/mke2fs.conf /etc/modprobe.d/* /etc/nsswitch.conf
	/etc/passwd /usr/lib/modprobe.d/*
)

vm_die() { echo "${0##*/}: $1" >&2; exit "${2:-98}"; }

# vm_kernel_stock: sets vm_release, vm_image, vm_moddir to the newest installed
# 6.12 kernel that has its modules too.
vm_kernel_stock()
{
	local image

	vm_release=
	while read -r image; do
		vm_release=${image#/boot/vmlinuz-}
		[ ! -d "/lib/modules/$vm_release/kernel" ] || break
		vm_release=
	done < <(printf '%s\n' /boot/vmlinuz-6.12*-amd64 | sort -rV)
	[ -n "$vm_release" ] ||
		vm_die "no 6.12 kernel with modules in /boot: run scripts/setup"
	vm_image=/boot/vmlinuz-$vm_release
	vm_moddir=/lib/modules/$vm_release
	[ -r "$vm_image" ] || vm_die "cannot read $vm_image: chmod a+r it"
}

# vm_kernel_debug: the same for our own build, which is built if need be; and
# vm_words for its command line: it is slow, and one report is no reason to keep
# the others back.
vm_kernel_debug()
{
	local dir

	dir=$("$vm_scripts/vm-debug-kernel") ||
		vm_die "there is no debug kernel (scripts/vm-debug-kernel)"
	vm_image=$dir/vmlinuz
	vm_moddir=$(printf '%s\n' "$dir"/lib/modules/*)
	vm_release=${vm_moddir##*/}
	vm_words=" nokaslr kasan_multi_shot watchdog_thresh=60"
	vm_words+=" workqueue.watchdog_thresh=120"
	vm_words+=" rcupdate.rcu_cpu_stall_timeout=120"
	vm_words+=" sysctl.kernel.hung_task_timeout_secs=240"
	# As Debian's: extlinux writes to a disk that is mounted.
	vm_words+=" bdev_allow_write_mounted=1"
}

# vm_for_guests: what nested guests are to run is what vm_release, vm_image and
# vm_initrd are now.
vm_for_guests() { vm_guest=$vm_release,$vm_image,$vm_initrd; }

# vm_kernel_guest: sets vm_release, vm_moddir, vm_image, vm_initrd, in a machine
# of ours, to what its nested guests run.
vm_kernel_guest()
{
	local word

	word=$(sed -n 's/.*ipst\.guest=\([^ ]*\).*/\1/p' /proc/cmdline)
	IFS=, read -r vm_release vm_image vm_initrd <<<"$word"
	vm_moddir=/lib/modules/$vm_release
}

# vm_module_files NAME...: their .ko files, in the order to load them. Built-in
# ones have none.
vm_module_files()
{
	local name

	for name in "$@"; do
		modprobe -d "${vm_moddir%/lib/modules/*}/" -S "$vm_release" \
			--show-depends "$name" ||
			vm_die "kernel $vm_release has no module $name"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# vm_links FILE...: each, by a path without links to folders, and what it links
# to.
vm_links()
{
	local file next

	for file in "$@"; do
		while :; do
			file=$(realpath "${file%/*}/")/${file##*/}
			file=${file/#\/\//\/}
			[ ! -e "$file" ] || echo "$file"
			[ -L "$file" ] || break
			[ ! -d "$file" ] || break
			next=$(readlink "$file")
			case $next in
			/*)	file=$next ;;
			*)	file=${file%/*}/$next ;;
			esac
		done
	done | sort -u
}

# vm_hot_list: the files for /hot, see vm-initramfs-init.
vm_hot_list()
{
	local PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	local tools libs files=() file

	mapfile -t tools < <(type -fP "${vm_hot_tools[@]}")
	mapfile -t libs < <(ldd "${tools[@]}" 2>/dev/null |
		grep -o '/[^ ]*\.so[^ ]*' |
		grep -vE "$vm_hot_not" | sort -u)
	for file in "${vm_hot_files[@]}"; do
		[ -d "$file" ] && [ ! -L "$file" ] || files+=("$file")
	done
	vm_links "${tools[@]}" "${libs[@]}" "${files[@]}"
	# The debug kernel's are not where they will be in the machine.
	if [ "$vm_moddir" = "/lib/modules/$vm_release" ]; then
		mapfile -t files < <(vm_module_files "${vm_hot_modules[@]}")
		vm_links "${files[@]}" "$vm_moddir"/modules.*
	fi
}

# vm_unpack_module FILE: to stdout; busybox cannot load a compressed module.
vm_unpack_module()
{
	case $1 in
	*.xz)	xz -dc "$1" ;;
	*.zst)	zstd -dqc "$1" ;;
	*.gz)	gzip -dc "$1" ;;
	*)	cat "$1" ;;
	esac
}

# vm_make_initramfs FILE HOTLIST
vm_make_initramfs()
{
	local tmp name file busybox

	busybox=$(command -v busybox) ||
		vm_die "busybox-static is missing: run scripts/setup"
	tmp=$(mktemp -d "$vm_cache/tmp.XXXXXX")
	mkdir -p "$tmp"/{bin,dev,proc,sys,modules,hot}
	cp "$busybox" "$tmp/bin/busybox"
	for name in sh mount umount mkdir cat ln uname insmod sleep poweroff \
		chroot; do
		ln -s busybox "$tmp/bin/$name"
	done
	cp "$vm_scripts/vm-initramfs-init" "$tmp/init"
	for file in $(vm_module_files "${vm_modules[@]}"); do
		name=${file##*/}
		name=${name%%.ko*}.ko
		vm_unpack_module "$file" >"$tmp/modules/$name"
		echo "$name"
	done >"$tmp/modules/order"
	(cd / && sed 's,^/,,' "$2" | cpio -pdm --quiet "$tmp/hot")
	(cd "$tmp" && find . | cpio -o -H newc --quiet) >"$tmp.cpio"
	mv "$tmp.cpio" "$1"
	rm -rf "$tmp"
}

# vm_prune PREFIX: what others have not used for a day, of our old versions. Not
# at once: a machine that runs may still start guests from them.
vm_prune() { find "$vm_cache" -maxdepth 1 -name "$1*" -mtime +1 -delete; }

# vm_initramfs: sets vm_initrd to the initramfs for vm_release, after building
# it if the cache has none made of the same parts.
vm_initramfs()
{
	local list=$vm_cache/hot-$vm_release key lock

	mkdir -p "$vm_cache"
	exec {lock}>"$vm_cache/lock"
	flock "$lock"
	if [ ! -e "$list" ] || [ "${BASH_SOURCE[0]}" -nt "$list" ]; then
		vm_hot_list >"$list"
	fi
	key=$({ xargs stat -c '%n %s %Y' <"$list"
		cat "$vm_scripts/vm-initramfs-init" "${BASH_SOURCE[0]}" \
			"$vm_moddir/modules.dep"; } 2>&1 | sha256sum)
	vm_initrd=$vm_cache/initramfs-$vm_release-${key:0:16}
	if [ ! -e "$vm_initrd" ]; then
		vm_prune initramfs-
		vm_hot_list >"$list"
		vm_make_initramfs "$vm_initrd" "$list"
	fi
	exec {lock}>&-
}

# vm_le32 OFFSET: a word of vm_image's header.
vm_le32() { od -An -tu4 -j "$1" -N 4 "$vm_image" | tr -d ' '; }

# vm_unpack_image: sets vm_image to the vmlinux in the bzImage, which QEMU enters
# directly (PVH): an emulated CPU takes over a second to decompress it. What the
# boot protocol calls payload (Documentation/arch/x86/boot.rst) ends with the
# unpacked size. Leaves vm_image alone if that cannot be done.
vm_unpack_image()
{
	local setup start length tmp out

	out=$vm_cache/vmlinux-$vm_release-$(stat -c %s-%Y "$vm_image")

	if [ ! -e "$out" ]; then
		vm_prune vmlinux-
		setup=$(od -An -tu1 -j $((0x1f1)) -N 1 "$vm_image")
		start=$(((setup + 1) * 512 + $(vm_le32 $((0x248)))))
		length=$(($(vm_le32 $((0x24c))) - 4))
		tmp=$(mktemp "$vm_cache/tmp.XXXXXX")
		if head -c $((start + length)) "$vm_image" | tail -c "$length" |
			vm_decompress >"$tmp" 2>/dev/null &&
			grep -q Xen <(readelf -n "$tmp" 2>/dev/null); then
			mv "$tmp" "$out"
		else
			rm -f "$tmp"
		fi
	fi
	[ ! -e "$out" ] || vm_image=$out
}

# vm_decompress: stdin to stdout, by its first bytes.
vm_decompress()
{
	local file

	file=$(mktemp "$vm_cache/tmp.XXXXXX")
	cat >"$file"
	case $(od -An -tx1 -N 4 "$file" | tr -d ' ') in
	28b52ffd)	zstd -dqc "$file" ;;
	fd377a58)	xz -dc "$file" ;;
	1f8b*)		gzip -dc "$file" ;;
	*)		false ;;
	esac || { rm -f "$file"; return 1; }
	rm -f "$file"
}

# vm_kvm_works: does KVM run this very kernel? That /dev/kvm opens says little
# (nested or restricted hosts), so boot it, once per kernel, QEMU and boot of
# the host, and remember.
vm_kvm_works()
{
	local key verdict log

	[ -w /dev/kvm ] || return 1
	key=$({ echo "$vm_release"; "$vm_qemu" --version
		cat /proc/sys/kernel/random/boot_id; } | sha256sum)
	verdict=$vm_cache/kvm-${key:0:16}
	if [ ! -e "$verdict" ]; then
		log=$(mktemp "$vm_cache/probe.XXXXXX")
		# The subshell takes bash's own "Aborted" along: QEMU may end so.
		(timeout -k 1 "$vm_probe_s" "$vm_qemu" -nodefaults -no-user-config \
			-display none -M q35 -accel kvm -cpu host -m 256M \
			-no-reboot -kernel "$vm_image" -initrd "$vm_initrd" \
			-append "console=ttyS0 panic=-1 ipst.probe" \
			-serial "file:$log"; true) </dev/null >/dev/null 2>&1
		if grep -qs '^ipst-probe: .* runs' "$log"; then
			echo yes >"$log.verdict"
		else
			echo no >"$log.verdict"
		fi
		mv "$log.verdict" "$verdict"
		rm -f "$log"
	fi
	[ "$(<"$verdict")" = yes ]
}

# vm_qemu_base: sets vm_args to what every machine of ours has. The caller adds
# accelerator, memory, kernel. $1 folder for the FIFOs, $2 console log.
vm_qemu_base()
{
	local fifo=$1/talk

	case $1$2$vm_scripts in
	*[[:space:],]*)	vm_die "a blank or a comma in a path: $1, $2 or $vm_scripts" ;;
	esac
	mkfifo "$fifo.in" "$fifo.out"
	# shellcheck disable=SC2034 # for the caller
	vm_args=(
		-nodefaults -no-user-config -display none -no-reboot
		-chardev "file,id=console,path=$2" -serial chardev:console
		-device virtio-serial-pci
		-chardev "pipe,id=talk,path=$fifo"
		-device "virtserialport,chardev=talk,name=ipst.talk"
		-fsdev "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"
		-device "virtio-9p-pci,fsdev=root,mount_tag=ipst-root"
		-qmp "unix:$1/qmp,server=on,wait=off"
	)
}

# vm_cmdline HOSTNAME LOGLEVEL: the kernel command line that every machine of ours
# has. Boot loaders look for "initrd=", even in the middle of a word: "ramdisk".
vm_cmdline()
{
	# no_timer_check: on a busy host an emulated timer is late, and the kernel
	# would panic over that.
	local words="console=ttyS0,115200 loglevel=$2 printk.time=1 no_timer_check"

	words+=" panic=-1 oops=panic"
	words+=" ipst.init=$vm_scripts/vm-init ipst.host=$1"
	words+=" ipst.guest=${vm_guest:-$vm_release,$vm_image,$vm_initrd}$vm_words"
	[ "$vm_moddir" = "/lib/modules/$vm_release" ] ||
		words+=" ipst.modules=$vm_moddir"
	echo "$words"
}

# vm_press_sysrq SOCKET KEY: of the machine with that QMP socket. It works where
# nothing else does.
vm_press_sysrq()
{
	local key keys=

	for key in alt sysrq "$2"; do
		keys+="{\"type\": \"qcode\", \"data\": \"$key\"},"
	done
	"$vm_scripts/vm-qmp" "$1" "{\"execute\": \"send-key\",
		\"arguments\": {\"keys\": [${keys%,}]}}" >/dev/null
}
