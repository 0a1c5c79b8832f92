# The kernel once more, with vector instructions, as other people build theirs. Nobody needs it but the test that boots it.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# A kernel that has fewer was not vectorised: several thousand are usual.
readonly SIMD_MINIMUM=1000

# How many vector instructions a module has.
#   count_vector_instructions MODULE
count_vector_instructions() {
    "llvm-objdump-$LLVM" --disassemble --no-show-raw-insn "$1" | grep -cE '\s(v128|[if](8x16|16x8|32x4|64x2))\.' || true
}

# Its tree is not kept: it never changes without the other kernel's.
#   build_linux_simd WORKDIR OUTDIR
build_linux_simd() {
    local count
    mkdir -p "$1/tree"
    KCFLAGS=-msimd128 compile_linux "$1/tree" none "$1" "$2"
    count=$(count_vector_instructions "$2/vmlinux.wasm")
    ((count >= SIMD_MINIMUM)) || fail "the kernel built with -msimd128 has $count vector instructions; did the compiler see the flag?"
    say "the kernel has $count vector instructions"
}
