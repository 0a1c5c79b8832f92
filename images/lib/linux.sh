# The kernel: images/linux/build does the work.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

#   build_linux WORKDIR OUTDIR
build_linux() {
    local work=$1 out=$2 tarball=$1/linux-source.tar.xz
    # shellcheck disable=SC2154
    dpkg-deb --fsys-tarfile "$SOURCES/linux-source-6.12_${VERSION_linux_source_6_12}_all.deb" |
        tar -xO ./usr/src/linux-source-6.12.tar.xz >"$tarball"
    run linux --count 1900 '^  (CC|AS|HOSTCC)' "$IMAGES/linux/build" "$work/linux" "$out" "$tarball"
    [[ -s $out/vmlinux.wasm ]] || fail "images/linux/build made no vmlinux.wasm; its log is $LOGS/linux.log"
}
