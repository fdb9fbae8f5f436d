#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The README's promise on a bare Debian 12: nothing but `make` is installed by hand, then `make sim` and `make test`.
#
#   sh tb/bare_debian_test.sh FOLDER [REPOSITORY]     as root, with debootstrap and git installed
#
# FOLDER becomes a minimal Debian 12 (or is one already, still bare), and stays afterwards: about 2 GB.
# REPOSITORY (default: this one) is cloned into it: what is not committed is not tested.
# Mirror and proxy are those of this machine's apt.

set -eu

fail() {
    echo "bare_debian_test: $*" >&2
    exit 1
}

# Mounts made below live in a mount namespace of their own and go with it, however this ends.
if [ "${IN_OWN_NAMESPACE-}" != yes ]; then
    [ "$(id -u)" = 0 ] || fail 'must run as root'
    [ $# -ge 1 ] || fail 'usage: sh tb/bare_debian_test.sh FOLDER [REPOSITORY]'
    IN_OWN_NAMESPACE=yes exec unshare --mount --propagation private sh "$0" "$@"
fi

repository=$(cd "${2:-$(dirname "$0")/..}" && pwd)
mkdir -p "$1"
tree=$(cd "$1" && pwd)
[ "$tree" != / ] || fail 'not into /'

start=$(date +%s)
say() {
    echo "== $(($(date +%s) - start)) s: $*"
}

archives() { # this machine's Debian 12 archives, one "address suite" a line, as apt itself reads its sources
    apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
        awk '$2 ~ /^bookworm(-updates|-security)?$/' | sort -u
}

mirror=$(archives | awk '$2 == "bookworm" { print $1; exit }')
[ -n "$mirror" ] || fail 'apt on this machine knows no Debian 12 (bookworm) archive'

if [ -e "$tree/etc/debian_version" ]; then
    say "using the Debian that is in $tree"
else
    say "making a minimal Debian 12 in $tree"
    debootstrap --variant=minbase bookworm "$tree" "$mirror" >"$tree.log" 2>&1 ||
        { tail -n 20 "$tree.log" >&2; fail 'debootstrap failed'; }
fi
[ ! -e "$tree/usr/bin/make" ] || fail "$tree is not bare any more: make is installed"

archives | sed 's/^/deb /; s/$/ main/' >"$tree/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::(https?::|ftp::)(Proxy|proxy)|^Acquire::Check-(Valid-Until|Date) ' \
    >"$tree/etc/apt/apt.conf.d/99host" || true
cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
rm -rf "$tree/root/twinwire"
git clone --quiet "$repository" "$tree/root/twinwire"

mount -t proc proc "$tree/proc"
mount --rbind /dev "$tree/dev"
mount --rbind /sys "$tree/sys"

inside() { # a command in the bare Debian, in the clone, with a clean environment (but the proxy of this machine)
    say "$*"
    chroot "$tree" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        sh -c "cd /root/twinwire && $*" </dev/null || fail "failed in the bare Debian: $*"
}

inside 'apt-get -q update'
inside 'apt-get -q -y install make'
inside 'make sim'
inside 'make test'
say 'done: make sim and make test pass on a bare Debian 12'
