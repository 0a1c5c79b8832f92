# Shared by the scripts: where things are, how to talk, how to stop. Source it; it runs nothing by itself.
# shellcheck shell=bash

# When this script began, for `tuxloom boot -v`.
TUXLOOM_STARTED=$EPOCHREALTIME
export TUXLOOM_STARTED

# The top of the work tree. TUXLOOM_ROOT is read by the other helpers and by the scripts. Asking cd and pwd takes a process, so only for paths
# that are not plain.
TUXLOOM_ROOT=${BASH_SOURCE[0]#./}
[[ $TUXLOOM_ROOT == /* ]] || TUXLOOM_ROOT=$PWD/$TUXLOOM_ROOT
if [[ $TUXLOOM_ROOT == */scripts/lib/common.sh && $TUXLOOM_ROOT != *//* && $TUXLOOM_ROOT != */./* && $TUXLOOM_ROOT != */../* ]]; then
    TUXLOOM_ROOT=${TUXLOOM_ROOT%/scripts/lib/common.sh}
else
    TUXLOOM_ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
fi
export TUXLOOM_ROOT

# All words for people go to stderr: stdout belongs to the guest's console.
say() {
    printf 'tuxloom: %s\n' "$*" >&2
}

# A step that takes a while.
step() {
    printf '\n==> %s\n' "$*" >&2
}

# Ends the script with one clear line.
fail() {
    printf 'tuxloom: %s\n' "$*" >&2
    exit 1
}

# Shows the comment that the calling script begins with, and ends, if one of its arguments asks for help.
#   help_wanted "$@"
help_wanted() {
    local argument line
    for argument in "$@"; do
        [[ $argument == -h || $argument == --help ]] || continue
        while IFS= read -r line && [[ $line == '#'* ]]; do
            line=${line#'#'}
            [[ $line == '!'* ]] || printf '%s\n' "${line# }"
        done <"$0"
        exit 0
    done
}

# The folder for what is built once and kept: images, compiled kernels.
cache_root() {
    printf '%s\n' "${TUXLOOM_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set; set TUXLOOM_CACHE}/.cache}/tuxloom}"
}

# Runs a command with its output in a log file; on failure shows the end of the log and stops.
#   logged NAME COMMAND...
logged() {
    local name=$1 log status=0
    shift
    log="$TUXLOOM_ROOT/target/logs/$name.log"
    mkdir -p "${log%/*}"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if ((status != 0)); then
        tail -n 25 "$log" >&2
        fail "$name failed with status $status; the whole log is $log"
    fi
}
