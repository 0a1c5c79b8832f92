# The kernel: images/linux/build does the work, in a tree that stays in the cache, so that a change compiles only what it touches.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# How many files a build from nothing compiles; only the progress depends on it.
readonly LINUX_FILES=753

# What an old tree must agree with to be built on: Debian's source, the compilers, and the script that lays it out.
linux_tree_key() {
    {
        locked_files linux-source-6.12
        # shellcheck disable=SC2154
        echo "$VERSION_linux_source_6_12"
        dpkg-query -W -f '${Version}\n' "clang-$LLVM" "lld-$LLVM" gcc 2>/dev/null || true
        cat "$IMAGES/linux/build" "$IMAGES/lib/linux.sh"
    } | sha256sum | cut -c 1-64
}

#   build_linux WORKDIR OUTDIR
build_linux() {
    local tree
    tree=$(cache_root)/linux-tree
    # Builds with different outputs share the cache and its tree.
    exec 7>"$tree.lock"
    flock -n 7 || {
        say "another build works on the kernel's tree; waiting for it"
        flock 7
    }
    compile_linux "$tree" "$(linux_tree_key)" "$1" "$2"
    exec 7>&-
}

# The key is taken away while the tree changes: after a failed or interrupted build the next one begins with nothing.
#   compile_linux TREE KEY WORKDIR OUTDIR
compile_linux() {
    local tree=$1 key=$2 tarball=$3/linux-source.tar.xz out=$4 files=$LINUX_FILES
    if [[ $(cat "$tree/key" 2>/dev/null) == "$key" ]]; then
        # Nobody knows how many files a change touches.
        files=unknown
    else
        rm -rf "$tree"
        mkdir "$tree"
    fi
    rm -f "$tree/key"
    # shellcheck disable=SC2154
    dpkg-deb --fsys-tarfile "$SOURCES/linux-source-6.12_${VERSION_linux_source_6_12}_all.deb" |
        tar -xO ./usr/src/linux-source-6.12.tar.xz >"$tarball"
    run linux --count "$files" '^  (CC|AS|HOSTCC) ' "$IMAGES/linux/build" "$tree" "$out" "$tarball"
    [[ -s $out/vmlinux.wasm ]] || fail "images/linux/build made no vmlinux.wasm; its log is $LOGS/linux.log"
    echo "$key" >"$tree/key"
}
