# BusyBox: Debian's source, our configuration and patches.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# Applies images/busybox/config to BusyBox's default configuration.
configure_busybox() {
    local tree=$1 config=$1/.config
    run busybox make -C "$tree" HOSTCC=gcc KCONFIG_NOTIMESTAMP=1 defconfig
    awk '/^-/ { for (i = 2; i <= NF; i++) print "# CONFIG_" $i " is not set" }
        /^\+/ { for (i = 2; i <= NF; i++) print "CONFIG_" $i "=y" }
        /^=/ { name = $2; sub(/^= [^ ]+ /, ""); print "CONFIG_" name "=" $0 }' "$IMAGES/busybox/config" >"$tree/changes"
    # The later line of an option wins, so those of defconfig that we name must go.
    awk 'function name(line) { match(line, /CONFIG_[A-Za-z0-9_]+/); return substr(line, RSTART, RLENGTH) }
        NR == FNR { ours[name($0)] = 1; next }
        !(name($0) in ours)' "$tree/changes" "$config" >"$config.new"
    cat "$tree/changes" >>"$config.new"
    mv "$config.new" "$config"
    run busybox sh -c "yes '' | make -C '$tree' HOSTCC=gcc KCONFIG_NOTIMESTAMP=1 oldconfig"
}

#   build_busybox WORKDIR OUTDIR
build_busybox() {
    local out=$2 tree=$1/busybox patch
    # shellcheck disable=SC2154
    local bin=$PART_libc/bin
    unpack_source busybox "$tree"
    for patch in "$IMAGES"/busybox/patches/*.patch; do
        [[ -f $patch ]] && run busybox patch -d "$tree" -p1 -i "$patch"
    done
    configure_busybox "$tree"
    # BusyBox's own link script is for GNU ld; one call of the compiler does here.
    # shellcheck disable=SC2016
    run busybox --count 560 '^  (CC|HOSTCC)' make -C "$tree" -j"$(jobs_number)" SKIP_STRIP=y HOSTCC=gcc KCONFIG_NOTIMESTAMP=1 \
        CC="$bin/wasm32-tuxloom-cc" LD="$bin/wasm32-tuxloom-ld" AR="llvm-ar-$LLVM" NM="llvm-nm-$LLVM" STRIP=true \
        'cmd_busybox__=$(CC) $(CFLAGS) -o $@ $(core-y) $(libs-y)' busybox busybox.links
    cp "$tree/busybox" "$tree/busybox.links" "$out"
}
