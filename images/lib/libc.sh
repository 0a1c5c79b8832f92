# musl for wasm32: Debian's source, our overlay and patches, and a compiler command for guest programs.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

readonly WASM_BUILTINS=/usr/lib/llvm-$LLVM/lib/clang/$LLVM/lib/wasi/libclang_rt.builtins-wasm32.a

# Headers that differ between machines only where this one is like some other of musl's.
prepare_musl() {
    local tree=$1 arch=$1/arch/wasm32/bits patch
    cp -r "$IMAGES/libc/overlay/." "$tree"
    for patch in "$IMAGES"/libc/patches/*.patch; do
        run musl patch -d "$tree" -p1 -i "$patch"
    done
    cp "$tree"/arch/arm/bits/{ipcstat,msg,sem,shm,posix}.h "$arch"
    cp "$tree/arch/or1k/bits/stdint.h" "$tree"/arch/riscv64/bits/{float,reg}.h "$arch"
    cp "$tree/arch/or1k/kstat.h" "$tree/arch/wasm32"
    sed -f "$IMAGES/libc/syscall-numbers.sed" "$tree/arch/or1k/bits/syscall.h.in" >"$arch/syscall.h.in"
}

# The machine-independent headers of Linux, with a wasm view of asm/ (the generic one).
install_linux_headers() {
    local include=$1 header
    cp -rL /usr/include/{linux,asm-generic,mtd} "$include"
    mkdir -p "$include/asm"
    for header in "$include"/asm-generic/*.h; do
        printf '#include <asm-generic/%s>\n' "${header##*/}" >"$include/asm/${header##*/}"
    done
    echo '#include <linux/byteorder/little_endian.h>' >"$include/asm/byteorder.h"
    : >"$include/asm/swab.h"
}

#   build_libc WORKDIR OUTDIR
build_libc() {
    local out=$2 tree=$1/musl flags
    unpack_source musl "$tree"
    prepare_musl "$tree"
    flags=$(sed -n 's/^machine="\(.*\)"$/\1/p' "$IMAGES/libc/cc.in")
    [[ -n $flags ]] || fail "images/libc/cc.in has no machine= line"
    cat >"$tree/config.mak" <<EOF
ARCH = wasm32
prefix = $out/sysroot
CC = clang-$LLVM $flags
AR = llvm-ar-$LLVM
RANLIB = llvm-ranlib-$LLVM
MALLOC_DIR = oldmalloc
CFLAGS_AUTO = -O2 -fno-strict-aliasing -w -Werror=implicit-function-declaration
EOF
    run musl --count 1230 '^clang-' make -C "$tree" -j"$(jobs_number)" lib/libc.a lib/crt1.o
    run musl make -C "$tree" install-headers
    mkdir -p "$out/sysroot/lib" "$out/bin"
    cp "$tree"/lib/{libc.a,crt1.o} "$out/sysroot/lib"
    install_linux_headers "$out/sysroot/include"
    # The folder is renamed when it is complete: the command finds its sysroot beside itself.
    sed -e "s#@CLANG@#clang-$LLVM#" -e "s#@BUILTINS@#$WASM_BUILTINS#" "$IMAGES/libc/cc.in" >"$out/bin/wasm32-tuxloom-cc"
    cp "$IMAGES/libc/ld.in" "$out/bin/wasm32-tuxloom-ld"
    sed -i "s#@LLD@#wasm-ld-$LLVM#" "$out/bin/wasm32-tuxloom-ld"
    chmod +x "$out"/bin/*
}
