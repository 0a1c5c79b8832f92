# Keys, steps and cached parts of the image build. Source after common.sh; IMAGES is the folder of images/build.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

readonly LLVM=22
# One more with a second kernel.
STEPS=7
LOGS=$(cache_root)/logs
readonly LOGS
# Debian packages that the build uses; images/build sees to them.
# shellcheck disable=SC2034
BUILD_PACKAGES=(
    "clang-$LLVM" "lld-$LLVM" "llvm-$LLVM" "libclang-rt-$LLVM-dev-wasm32"
    gcc libc6-dev linux-libc-dev make flex bison bc patch dpkg-dev bzip2 xz-utils cpio rsync e2fsprogs squashfs-tools
)
step_number=0

begin() {
    step_number=$((step_number + 1))
    printf '==> [%d/%d, %3d s] %s\n' "$step_number" "$STEPS" "$SECONDS" "$1" >&2
}

# One hash over the names and contents of all files under some folders of images/, texts for people apart, and over the
# compiler's version.
#   inputs_hash PATH...
inputs_hash() {
    {
        dpkg-query -W -f '${Version}\n' "clang-$LLVM" "lld-$LLVM" 2>/dev/null || true
        (cd "$IMAGES" && find "$@" -type f ! -name '*.md' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
    } | sha256sum | cut -c 1-16
}

# The key of everything that is built.
image_key() {
    local inputs=(build lib sources.lock)
    local name
    for name in libc busybox programs rootfs linux; do
        [[ -d $IMAGES/$name ]] && inputs+=("$name")
    done
    inputs_hash "${inputs[@]}"
}

# Where a part is kept, from what it is made of.
#   part_folder NAME [OTHER PART]...
part_folder() {
    local name=$1 inputs=(sources.lock) other
    for other in "$@"; do
        inputs+=("lib/$other.sh")
        # A variant of another part has no folder of its own.
        [[ ! -d $IMAGES/$other ]] || inputs+=("$other")
    done
    printf '%s/parts/%s-%s\n' "$(cache_root)" "$name" "$(inputs_hash "${inputs[@]}")"
}

# Builds a part unless it is there: FUNCTION WORKDIR OUTDIR fills OUTDIR, which then gets its name at once.
#   part NAME FUNCTION [PART IT IS MADE OF]...
part() {
    local name=$1 build=$2 folder work
    shift 2
    folder=$(part_folder "$@")
    if [[ ! -d $folder ]]; then
        work=$(cache_root)/work/$name
        rm -rf "$work" "$folder.new"
        mkdir -p "$work" "$folder.new" "$LOGS"
        "$build" "$work" "$folder.new"
        mv -T "$folder.new" "$folder"
        rm -rf "$work"
    fi
    printf -v "PART_$name" %s "$folder"
}

# Runs a command with its output in a log; shows the log's end and stops when it fails. With a total, counts the lines
# that match a pattern and shows how far it is; with the total "unknown" only how many there were.
#   run LOG [--count TOTAL PATTERN] COMMAND...
run() {
    local log=$LOGS/$1.log total=0 pattern='^$' status=0
    shift
    if [[ $1 == --count ]]; then
        total=$2 pattern=$3
        shift 3
    fi
    printf '+ %s\n' "$*" >>"$log"
    "$@" </dev/null 2>&1 | tee -a "$log" | show_progress "$total" "$pattern" || status=1
    if ((status != 0)); then
        printf '\n' >&2
        tail -n 25 "$log" >&2
        fail "this step failed; the whole log is $log"
    fi
}

# A line that counts up on a terminal, a line for each quarter elsewhere.
show_progress() {
    local tty=0
    [[ -t 2 ]] && tty=1
    awk -v total="$1" -v pattern="$2" -v tty="$tty" '
        total == "unknown" && $0 ~ pattern {
            n++
            if (tty) printf "\r    %d files", n >"/dev/stderr"
        }
        total + 0 > 0 && $0 ~ pattern {
            percent = ++n >= total ? 99 : int(n * 100 / total)
            if (tty && percent != last) printf "\r    %d files, %d %%", n, percent >"/dev/stderr"
            if (!tty && int(percent / 25) != int(last / 25)) printf "    %d %%\n", int(percent / 25) * 25 >"/dev/stderr"
            last = percent
        }
        END {
            if (n && tty) printf "\r                          \r" >"/dev/stderr"
            if (total == "unknown") printf "    %d files compiled\n", n >"/dev/stderr"
        }'
}

jobs_number() {
    getconf _NPROCESSORS_ONLN
}

# Atomic: readers see the old folder or the new one.
#   point_current_at OUTPUT KEY
point_current_at() {
    ln -sfn "$2" "$1/.current.$$"
    mv -T "$1/.current.$$" "$1/current"
}
