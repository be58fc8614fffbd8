# SPDX-License-Identifier: GPL-2.0
#
# One Makefile for people; kbuild comes in through Kbuild. "make help" lists
# the targets and the variables.

# The kernel to build for: the running one if it is of our series, else the
# newest installed. A DKMS or VM host often runs something else.
series := 6.12
headers := $(patsubst /lib/modules/%/build,%,$(wildcard /lib/modules/$(series).*/build))
newest := $(lastword $(shell printf '%s\n' $(headers) | sort -V))
running := $(filter $(headers),$(shell uname -r))
ifdef KDIR
KVER ?= $(shell cat $(KDIR)/include/config/kernel.release)
endif
KVER ?= $(or $(running),$(newest))
KDIR ?= /lib/modules/$(KVER)/build

VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
PREFIX ?= /usr/local
DESTDIR ?=
MODDIR ?= updates
DEPMOD ?= depmod

# Debian's headers insist on gcc even if LLVM=1 is set: CC must be given too.
# Their configuration is gcc's; what clang cannot do is turned off, and with
# clang 14 that is two mitigations: such modules are for checking, not for use.
ifneq ($(LLVM),)
CC := clang
endif
ifneq ($(findstring clang,$(notdir $(CC))),)
clang_old := $(shell $(CC) -dumpversion | awk '{ print ($$1 < 15) ? "y" : "" }')
ifneq ($(shell grep -s CONFIG_CC_IS_GCC=y $(KDIR)/.config),)
clang_flags := -Wno-unknown-warning-option -include $(CURDIR)/scripts/clang-config.h
clang_config := CC=$(CC) CONFIG_CC_IS_GCC= CONFIG_CC_IS_CLANG=y \
	CONFIG_CC_IMPLICIT_FALLTHROUGH=-Wimplicit-fallthrough \
	CONFIG_FTRACE_MCOUNT_USE_CC= CONFIG_FTRACE_MCOUNT_USE_OBJTOOL=y \
	$(if $(clang_old),CONFIG_MITIGATION_RETHUNK= CONFIG_MITIGATION_SLS=) \
	$(if $(clang_old),CONFIG_CC_HAS_AUTO_VAR_INIT_ZERO_ENABLER=y)
endif
endif

# Where the modules are built: here, or in a folder with links to the sources,
# which gives each kernel and compiler objects of its own.
OUT ?= .

# Set to nothing where packages are not ours to install (DKMS does).
SETUP ?= scripts/setup

ifeq ($(V),1)
Q :=
else
Q := @
MAKEFLAGS += --no-print-directory
endif
silent := $(findstring s,$(filter-out --%,$(firstword $(MAKEFLAGS))))
say = @$(if $(Q:@=)$(silent),:,printf '  %-7s %s\n')

out := $(abspath $(OUT))
jobs = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
kbuild = +$(Q)$(MAKE) $(jobs) -C $(KDIR) M=$(out) W=1 \
	KCFLAGS="-Werror $(KCFLAGS) $(clang_flags)" $(clang_config) \
	IPST_TESTS=$(IPST_TESTS)
layout := $(out)/build/nvmet-layout.stamp
nvmet_ko := $(firstword $(wildcard $(KDIR)/drivers/nvme/target/nvmet.ko \
	/lib/modules/$(KVER)/kernel/drivers/nvme/target/nvmet.ko*))

# Only kbuild and the tool run in parallel: two apt-gets would fight.
.NOTPARALLEL:

.PHONY: all modules modules-only layout mirror tool
.PHONY: install install-modules install-tool uninstall
.PHONY: clean check check-long check-debug check-debug-tool debug-machine demo bench help

all: modules tool

# --- packages ---------------------------------------------------------------

# dpkg's own database tells when to look again: looking takes a moment.
ifneq ($(SETUP),)
setup_build := build/setup-build.stamp
setup_all := build/setup-all.stamp
setup_debug := build/setup-debug.stamp

build/setup-%.stamp: scripts/setup $(wildcard /var/lib/dpkg/status)
	$(Q)$(SETUP) --$*
	$(Q)mkdir -p $(@D) && touch $@
endif

# --- modules ----------------------------------------------------------------

# Each step in a make of its own: the first may install the headers that the
# second has to choose among, and the third compares what the second made.
modules: $(setup_build)
	+$(Q)$(MAKE) modules-only
	+$(Q)$(MAKE) layout

modules-only: mirror
	$(Q)[ -d "$(KDIR)/" ] || { echo "$(no_kernel)" >&2; exit 1; }
	$(kbuild) modules

no_kernel = no headers of a $(series) kernel in '$(KDIR)': \
	run scripts/setup --build, or give KVER= or KDIR=

layout: $(layout)
	$(Q):

$(layout): $(out)/drivers/ipst/core/nvmet.o $(nvmet_ko) scripts/nvmet-layout
	$(say) LAYOUT nvmet
	$(Q)scripts/nvmet-layout $(KDIR) $<
	$(Q)touch $@

mirror:
ifneq ($(out),$(CURDIR))
	$(Q)scripts/mirror $(out)
endif

# --- tool -------------------------------------------------------------------

tool_make = +$(Q)$(MAKE) -C tools/ipstctl VERSION=$(VERSION) \
	PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)

tool: $(setup_build)
	$(tool_make)

# --- install ----------------------------------------------------------------

install: install-modules install-tool

installed := $(DESTDIR)/lib/modules/$(KVER)/$(MODDIR)/ipst
options := $(DESTDIR)/etc/modprobe.d/ipst.conf

# Not kbuild's modules_install: with Debian's headers it looks for a signing
# key and a System.map that only the kernel's own build has.
install-modules: modules
	$(say) INSTALL $(installed)
	$(Q)mkdir -p $(installed)
	$(Q)sed 's/o$$/ko/' $(out)/modules.order | while read -r ko; do \
		strip --strip-debug -o $(installed)/$${ko##*/} $$ko || exit; \
	done
	$(Q)mkdir -p $(dir $(options)) && cp scripts/modprobe.conf $(options)
	$(Q)$(if $(DESTDIR),:,$(DEPMOD) $(KVER))

install-tool: tool
	$(tool_make) install

uninstall:
	$(say) RM $(installed)
	$(Q)rm -rf $(installed) $(options)
	$(Q)$(if $(DESTDIR),:,$(DEPMOD) $(KVER))
	$(tool_make) uninstall

# --- tests and shows --------------------------------------------------------

# What selftests/run.sh takes from the environment.
test_env := --env HOSTILE_SECONDS --env HOSTILE_SEED --env STRESS --env STRESS_SEED --env VERIFY_SECONDS

# Guests have a machine of their own: one of more than 4 GB wants a large one, but
# the other tests have to run out of memory; and see is_emulators_fault() of scripts/vm.
large := --mem 7G

# The stages are make's own targets and scripts: each can be run alone.
check: $(setup_all)
	+$(Q)scripts/check-sum \
		'$(MAKE) all IPST_TESTS=1' \
		scripts/check \
		'$(MAKE) -C selftests unit coverage' \
		'$(MAKE) -C tools/ipstctl unit' \
		'scripts/vm --timeout 2700 $(test_env) -- selftests/run.sh --but guest long' \
		'scripts/vm $(large) --timeout 1200 $(test_env) -- selftests/run.sh guest' \
		'scripts/bench --guard'

# Tests that take minutes, each.
check-long: $(setup_all) all
	+$(Q)scripts/check-sum \
		'scripts/vm --timeout 3600 $(test_env) -- selftests/run.sh long'

# On a kernel of our own, with all of its checks. It takes hours, though two
# machines share the groups of tests, the longest first; what both need is made
# before. STRESS=3 repeats more often what is repeated. Groups that try ipstctl, and
# ask little of the modules, are apart.
debug_vm := scripts/vm --kernel debug --timeout 7200 $(test_env)
check-debug: export HOSTILE_SECONDS ?= 600
# KASAN and lockdep take more than 1 GB for themselves.
check-debug: large := --mem 8G
check-debug check-debug-tool: debug-machine
debug-machine: $(setup_debug) tool
	$(Q)scripts/vm-debug-kernel
	$(Q)$(debug_vm) -- true

check-debug:
	+$(Q)scripts/check-sum --jobs 2 \
		'$(debug_vm) -- selftests/run.sh fault' \
		'$(debug_vm) $(large) -- selftests/run.sh guest' \
		'$(debug_vm) -- selftests/run.sh vblk' \
		'$(debug_vm) -- selftests/run.sh --but fault guest vblk hostile stress ctl volume long' \
		'$(debug_vm) -- selftests/run.sh hostile' \
		'$(debug_vm) -- selftests/run.sh stress'

check-debug-tool:
	+$(Q)scripts/check-sum --jobs 2 \
		'$(debug_vm) -- selftests/run.sh ctl' \
		'$(debug_vm) -- selftests/run.sh volume'

demo: $(setup_all) modules tool
	$(Q)scripts/demo

# Not the tests' modules: what is measured is what people use.
bench: $(setup_all) modules tool
	$(Q)scripts/bench

clean:
	+$(Q)[ ! -d $(KDIR)/ ] || $(MAKE) -C $(KDIR) M=$(out) clean
	+$(Q)[ ! -e tools/ipstctl/Makefile ] || $(MAKE) -C tools/ipstctl clean
	+$(Q)[ ! -e selftests/Makefile ] || $(MAKE) -C selftests clean
	$(Q)rm -rf build

# For scripts: what a variable came out as.
print-%:
	@echo '$($*)'

help:
	@sed -n 's/^#h \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

#h targets
#h   all          modules and tool (default)
#h   modules      ipst.ko and ipst_vblk.ko, held against the kernel's nvmet
#h   tool         ipstctl
#h   install      both: install-modules, install-tool
#h   uninstall
#h   check        every check and test; ends with a line of totals
#h   check-long   tests that take minutes, each
#h   check-debug  the tests on a kernel with KASAN, lockdep, fault injection, ...
#h   check-debug-tool  those of ipstctl on it, likewise
#h   demo         a VM that shows what ipst does
#h   bench        what I/O costs, what limits and many devices do: a table,
#h                build/bench.json and build/bench.svg; QUICK=1: three minutes
#h   clean
#h
#h variables
#h   KVER=6.12.x   kernel to build for, among those in /lib/modules
#h   KDIR=path     its headers, or any built 6.12 kernel tree
#h   OUT=folder    build the modules there: one folder for each kernel
#h   CC=clang      or LLVM=1: builds with clang, to check, not to run
#h   V=1           show the commands
#h   PREFIX=path   where the tool goes, /usr/local
#h   DESTDIR=path  staging folder for install and uninstall
#h   SETUP=        do not look for missing packages
