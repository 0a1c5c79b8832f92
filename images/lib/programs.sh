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
}
