#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What Twinwire needs from the system, and getting it. Silent when all is there.
# Otherwise on Debian 12, as root or with passwordless sudo, it says what it installs and installs it.
# With DEPS=off, without rights, or elsewhere it names what is missing (on Debian 12: the one command) and exits 3.

# package           how else it may be there         why
needs='
make                cmd:make                         the two commands of the README
g++                 cmd:g++                          C11 and C++17, and libc6-dev with it
cmake               cmd:cmake                        the build, and CTest
ninja-build         cmd:ninja                        what CMake drives
pkg-config          cmd:pkg-config                   where the libraries below are
verilator           cmd:verilator_bin                the RTL as C++ (brings perl)
libconfig-dev       pc:libconfig                     sim.cfg
tcl-dev             pc:tcl                           scenarios
libcjson-dev        pc:libcjson                      report.json
libgtest-dev        pc:gtest                         unit tests
python3             cmd:python3                      tests that are not C: layering, byte comparisons
sigrok-cli          cmd:sigrok-cli                   the outside opinion: decodes our waves with its own I2C decoder
gtkwave             cmd:gtkwave                      looking at waves
rlwrap              cmd:rlwrap                       line editing and history at the prompt of `make shell`
libsystemc-dev      file:/usr/include/systemc.h      the SystemC adapter
yosys               cmd:yosys                        proofs: `make formal` (brings ABC)
z3                  cmd:z3                           their second opinion
patch               cmd:patch                        `make blind`, and the test that its bugs still fit
'

present() { # is it there by another road than its package?
    case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    file:*) test -e "${1#file:}" ;;
    esac
}

find_missing() { # sets missing (packages) and absent (the same as commands and libraries)
    missing= absent=
    packages=$(echo "$needs" | while read -r package _; do echo "$package"; done)
    # shellcheck disable=SC2086 # a list of words
    installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' $packages 2>/dev/null) "
    while read -r package other _; do
        case $package:$installed in
        :* | *" installed:$package "*) continue ;;
        esac
        present "$other" && continue
        missing="$missing $package" absent="$absent ${other#*:}"
    done <<EOF
$needs
EOF
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# apt-get with its output kept aside: shown only when it fails.
apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" \
        >>"$log" 2>&1 </dev/null
}

install_missing() {
    log=$(mktemp) || exit 3
    trap 'rm -f "$log"' EXIT
    ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || apt update
    # shellcheck disable=SC2086 # a list of words
    apt install --no-install-recommends $missing || { apt update && apt install --no-install-recommends $missing; } || {
        tail -n 20 "$log" >&2
        return 1
    }
}

find_missing
[ -z "$missing" ] && exit 0

system=$(. /etc/os-release 2>/dev/null && echo "${ID-}-${VERSION_ID-}")
if [ "$system" != debian-12 ]; then
    echo "twinwire: missing:$absent" >&2
    echo "twinwire: this is not Debian 12, so nothing was installed; Debian 12 calls these packages:$missing" >&2
    exit 3
fi

command="apt-get update && apt-get install --no-install-recommends -y$missing"
if [ "${DEPS-on}" = off ]; then
    reason='DEPS=off'
elif [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    reason='neither root nor passwordless sudo'
else
    echo "twinwire: installing what is missing (takes a few minutes; DEPS=off prevents it):$missing"
    if install_missing; then
        find_missing
        [ -z "$missing" ] && echo 'twinwire: installed' && exit 0
    fi
    reason='installing failed'
fi
[ "$(id -u)" = 0 ] || command="sudo sh -c '$command'"
echo "twinwire: $reason; missing:$missing" >&2
echo "twinwire: to install, run: $command" >&2
exit 3
