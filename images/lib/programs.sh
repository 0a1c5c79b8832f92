# Our own guest programs.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

#   build_programs WORKDIR OUTDIR
build_programs() {
    local out=$2
    # shellcheck disable=SC2154
    local cc=$PART_libc/bin/wasm32-tuxloom-cc flags=(-O2 -std=gnu17 -Wall -Wextra -Werror)
    run programs "$cc" "${flags[@]}" -o "$out/init" "$IMAGES/programs/init.c"
    run programs "$cc" "${flags[@]}" -o "$out/bench" "$IMAGES/programs/bench.c"
    run programs "$cc" "${flags[@]}" -o "$out/disk" "$IMAGES"/programs/disk*.c
    run programs "$cc" "${flags[@]}" -fno-builtin-malloc -o "$out/selftest" "$IMAGES"/programs/selftest*.c
    # The same as other people may compile theirs: with vectors, and longjmp through exceptions in their newer form. LLVM
    # takes that option once only, so the command is changed.
    # shellcheck disable=SC2154
    sed -e 's/use-legacy-eh=true/use-legacy-eh=false/' -e "s|^sysroot=.*|sysroot=$PART_libc/sysroot|" "$cc" >"$1/cc"
    run programs sh "$1/cc" "${flags[@]}" -O3 -msimd128 -fno-builtin-malloc -o "$out/selftest-variant" "$IMAGES"/programs/selftest*.c
}
