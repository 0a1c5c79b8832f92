# Prepared starts: the compiled code of a kernel as a jar, and a JDK AOT cache that was trained with it (docs/start-up.md).
# Source after common.sh, java.sh, build.sh and launch.sh.
# shellcheck shell=bash

# Sets BUILD_ID: the version of everything that goes into generated code and the AOT cache: host jars, start flags, JDK. Hashing takes
# 20 ms, so it is done when one of them is newer than the last answer.
find_build_id() {
    local stamp="$TUXLOOM_ROOT/console/target/.build-id" home='' file
    local parts=("$HOST_JAR" "$TUXLOOM_ROOT"/console/target/lib/*.jar "$TUXLOOM_ROOT"/scripts/lib/{launch,start}.sh
        "$TUXLOOM_ROOT/scripts/lib/jit-directives.json" "$JAVA_HOME/release")
    BUILD_ID=
    [[ ! -r $stamp ]] || read -r BUILD_ID home <"$stamp" || true
    [[ $home == "$JAVA_HOME" ]] || BUILD_ID=
    for file in "${parts[@]}"; do
        [[ ! $file -nt $stamp ]] || BUILD_ID=
    done
    if [[ ! $BUILD_ID =~ ^[0-9a-f]{16}$ ]]; then
        BUILD_ID=$(cat "${parts[@]}" | sha256sum) || fail "the host's jars in $TUXLOOM_ROOT/console/target cannot be read"
        BUILD_ID=${BUILD_ID:0:16}
        printf '%s %s\n' "$BUILD_ID" "$JAVA_HOME" >"$stamp.$$" && mv -f "$stamp.$$" "$stamp"
    fi
}

# Sets START_ROOT: the folder of all entries. Fails where there is none.
find_start_root() {
    START_ROOT=
    [[ -n ${TUXLOOM_CACHE:-${XDG_CACHE_HOME:-${HOME:-}}} ]] || return 1
    START_ROOT="${TUXLOOM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tuxloom}/start"
}

# Sets KERNEL to the kernel file that the arguments of `tuxloom boot` mean, and INITRD to the initrd they name, both perhaps empty.
find_kernel() {
    local before='' argument line images
    KERNEL='' INITRD=''
    for argument in "$@"; do
        case $before in
            --kernel) KERNEL=$argument ;;
            --initrd) INITRD=$argument ;;
        esac
        case $argument in
            --kernel=*) KERNEL=${argument#*=} ;;
            --initrd=*) INITRD=${argument#*=} ;;
        esac
        before=$argument
    done
    if [[ -z $KERNEL ]]; then
        images=${TUXLOOM_IMAGES:-${START_ROOT%/start}/images/current}
        [[ -r $images/manifest.properties ]] || return 0
        while IFS= read -r line; do
            [[ $line != kernel=* ]] || KERNEL=$images/${line#kernel=}
        done <"$images/manifest.properties"
    fi
    [[ -z $KERNEL || $KERNEL == /* ]] || KERNEL=$PWD/$KERNEL
}

# What changes whenever a file's content does: its inode and times.
readonly SEAL_FORMAT='%i:%s:%.Y:%.Z'
readonly KEPT_ENTRIES=4
readonly ENTRY_FILES=(code.jar index start.aot)

# Sets START_ENTRY to the entry of KERNEL, and START_STATE to `ready`, `missing` or `damaged`; START_STATE is empty if the kernel cannot
# be read. An entry's name is made of the hashes of the kernel's content and of BUILD_ID. Files that look as they did when they were
# sealed are not hashed again; those that do not are. With `unless-none`, a kernel is not hashed either if there is no entry of this build
# that it could have; START_ENTRY is empty then.
#   find_start_entry [unless-none]
find_start_entry() {
    local known="$START_ROOT/kernels/${KERNEL//\//%}" then_seal='' hash='' seals sealed
    START_ENTRY='' KERNEL_SEAL='' START_STATE=''
    [[ -n $KERNEL && -f $KERNEL && -r $KERNEL ]] || return 0
    [[ ! -r $known ]] || read -r then_seal hash <"$known" || true
    START_ENTRY="$START_ROOT/${hash:0:16}-$BUILD_ID"
    mapfile -t seals < <(stat -L -c "$SEAL_FORMAT" -- "$KERNEL" "${ENTRY_FILES[@]/#/$START_ENTRY/}" 2>/dev/null)
    if [[ ${seals[0]:-} != "$then_seal" ]]; then
        if [[ ${1:-} == unless-none ]] && ! compgen -G "$START_ROOT/*-$BUILD_ID/seal" >/dev/null; then
            START_ENTRY='' START_STATE=missing
            return 0
        fi
        hash=$(sha256sum <"$KERNEL") || return 0
        KERNEL_SEAL=${seals[0]:-} KERNEL_HASH=${hash:0:64}
        START_ENTRY="$START_ROOT/${hash:0:16}-$BUILD_ID"
        [[ ! -r $START_ENTRY/seal ]] || remember_kernel
        mapfile -t seals < <(stat -L -c "$SEAL_FORMAT" -- "$KERNEL" "${ENTRY_FILES[@]/#/$START_ENTRY/}" 2>/dev/null)
    fi
    START_STATE=missing
    [[ -r $START_ENTRY/seal ]] || return 0
    mapfile -t sealed <"$START_ENTRY/seal"
    if [[ "${seals[*]:1}" == "${sealed[*]}" ]]; then
        START_STATE=ready
    elif (cd "$START_ENTRY" && sha256sum --quiet --check sums) >/dev/null 2>&1; then
        seal_entry "$START_ENTRY"
        START_STATE=ready
    else
        START_STATE=damaged
    fi
}

# Writes down the hash of KERNEL as it is now, which spares later starts the hashing.
remember_kernel() {
    local known="$START_ROOT/kernels/${KERNEL//\//%}"
    [[ -n $KERNEL_SEAL ]] || return 0
    mkdir -p "${known%/*}" || return 0
    printf '%s %s\n' "$KERNEL_SEAL" "$KERNEL_HASH" >"$known.$$" && mv -f "$known.$$" "$known"
}

# Makes an entry valid, at once or not at all.
seal_entry() {
    (cd "$1" && stat -L -c "$SEAL_FORMAT" -- "${ENTRY_FILES[@]}") >"$1/seal.$$" && mv -f "$1/seal.$$" "$1/seal"
}

# Sets START_FLAGS: how the JVM gets one of its caches. What it has to say about that must not get among the guest's output.
# ArchiveRelocationMode: the cache goes where it was made for, which spares 10 ms of moving it.
# AOT…Caching: the JVM's own stubs and adapters come from the cache, too.
#   cache_flags CACHE CLASSPATH PROPERTY...
cache_flags() {
    START_FLAGS=(
        "-XX:AOTCache=$1" -Xlog:disable -Xlog:all=error:stderr -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
        -XX:+AOTAdapterCaching -XX:+AOTStubCaching
        "${@:3}" "${OPEN_FLAGS[@]}" -cp "$2" tuxloom.console.Main
    )
}

# The same for the entry.
start_flags() {
    cache_flags "$START_ENTRY/start.aot" "$HOST_JAR:$START_ENTRY/code.jar" "-Dtuxloom.start=$START_ENTRY" "-Dtuxloom.build=$BUILD_ID"
}

# The host's own classes and profiles, trained by a boot that compiles what it runs: for kernels without an entry. Part of the built host.
readonly HOST_CACHE="$TUXLOOM_ROOT/console/target/host.aot"

# Succeeds when HOST_CACHE is of this build and nobody has written to it since.
has_host_cache() {
    local seal=''
    [[ -r $HOST_CACHE && -r $HOST_CACHE.seal ]] || return 1
    read -r seal <"$HOST_CACHE.seal" || true
    [[ $seal == "$BUILD_ID $(stat -L -c "$SEAL_FORMAT" -- "$HOST_CACHE")" ]]
}

# Makes HOST_CACHE with a boot of KERNEL, under the lock of make_start_entry. Without it starts are slower, nothing else.
#   make_host_cache ARGUMENT_OF_THE_BOOT...
make_host_cache() {
    ! has_host_cache || return 0
    local new="$HOST_CACHE.new.$$"
    rm -f "$HOST_CACHE".new.*
    cache_flags '' "$HOST_JAR"
    if start_training -XX:AOTCacheOutput="$new" "${START_FLAGS[@]:1}" "$@" && [[ -s $new ]]; then
        mv -f "$new" "$HOST_CACHE" && printf '%s %s\n' "$BUILD_ID" "$(stat -L -c "$SEAL_FORMAT" -- "$HOST_CACHE")" >"$new.seal" &&
            mv -f "$new.seal" "$HOST_CACHE.seal"
    fi
}

# Makes START_ENTRY: records a boot of KERNEL, then trains a JDK AOT cache with a second one. Both type a few commands; a guest that does not
# know `poweroff` is ended after 20 s. Whatever stops it leaves no entry.
make_start_entry() {
    local lock began=$SECONDS disk="$START_ENTRY/disk" log="$START_ENTRY/log"
    local arguments=(boot --kernel "$KERNEL" --disk "$disk")
    [[ -z $INITRD ]] || arguments+=(--initrd "$INITRD")
    mkdir -p "$START_ROOT"
    exec {lock}>"$START_ROOT/.lock"
    # Somebody else is at it; or it failed before, and nothing has changed since.
    flock -n "$lock" && [[ ! -e $START_ENTRY.failed ]] || return 0
    say "preparing a fast start of this kernel, once; it takes about 12 s, Ctrl-C skips it"
    rm -rf "$START_ENTRY"
    mkdir -p "$START_ENTRY"
    # shellcheck disable=SC2064 # the entry of now
    trap "rm -rf '$START_ENTRY'" EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    truncate -s 16M "$disk"
    make_host_cache "${arguments[@]}" || true
    if start_training -Dtuxloom.start.make="$START_ENTRY" -Dtuxloom.build="$BUILD_ID" -jar "$HOST_JAR" "${arguments[@]}" &&
        start_flags &&
        start_training -XX:AOTCacheOutput="$START_ENTRY/start.aot" -Dtuxloom.start.train=true "${START_FLAGS[@]:1}" "${arguments[@]}" &&
        [[ -s $START_ENTRY/start.aot ]]; then
        rm -f "$disk"
        (cd "$START_ENTRY" && sha256sum "${ENTRY_FILES[@]}" >sums)
        printf 'kernel=%s\nmade=%s\nseconds=%s\n' "$KERNEL" "$(date -Iseconds)" "$((SECONDS - began))" >"$START_ENTRY/entry.properties"
        rm -f "$log"
        seal_entry "$START_ENTRY"
        remember_kernel
        trap - EXIT
        prune_start_entries
        say "the fast start is ready after $((SECONDS - began)) s"
    else
        cp -f "$log" "$START_ENTRY.failed"
        say "the fast start could not be prepared; boots work without it, and it is not tried again before tuxloom cache clear;" \
            "the log is $START_ENTRY.failed"
    fi
    exec {lock}>&-
}

# Keeps the entries that were made last, each some 45 MiB: every build of the host makes new ones.
prune_start_entries() {
    local entries
    mapfile -t entries < <(find "$START_ROOT" -mindepth 1 -maxdepth 1 -type d -name '*-*' -printf '%T@ %p\n' | sort -rn | cut -d ' ' -f 2-)
    ((${#entries[@]} <= KEPT_ENTRIES)) || rm -rf -- "${entries[@]:KEPT_ENTRIES}"
}

# What a session tends to begin with; enough system calls and switches for the optimising compiler to take them on, since the AOT cache keeps its
# profiles: later boots compile them after 2,000 calls; a disk; and the end.
readonly TRAINING='uname -a; ls -l / | wc -l; cat /proc/cpuinfo >/dev/null; dd if=/dev/zero bs=1 count=40000 2>/dev/null | dd bs=1 of=/dev/null 2>/dev/null;
dd if=/dev/vda of=/dev/null bs=64k 2>/dev/null; dd if=/dev/zero of=/dev/vda bs=64k count=16 2>/dev/null; poweroff'

# At the end of a training the JDK makes classes of its own with these packages, and so they would be compiled early in each boot that
# was trained, which hardly needs them.
readonly UNTRAINED=(jdk.internal.classfile java.lang.classfile jdk.internal.constant java.lang.invoke sun.invoke)

# Boots on a terminal if this host can make one: JLine's classes are trained, too, which starts on terminals are 0.1 s faster with.
start_training() {
    local package flags=("${JAVA_FLAGS[@]}" -XX:CompileCommand=quiet)
    for package in "${UNTRAINED[@]}"; do
        flags+=("-XX:CompileCommand=exclude,$package.*::*")
    done
    local command=("$JAVA_HOME/bin/java" "${flags[@]}" -Dtuxloom.start.limit=20 "$@")
    ! type -P script >/dev/null || command=(env SHELL="$BASH" script -qec "${command[*]@Q}" /dev/null)
    printf '%s\n' "$TRAINING" | timeout --foreground 120 "${command[@]}" >>"$START_ENTRY/log" 2>&1
}

# Finds the entry for a boot with these arguments; fails where none is wanted or possible.
find_start() {
    [[ ${TUXLOOM_START:-} != off ]] || return 1
    find_start_root || return 1
    find_kernel "$@"
    find_build_id
    find_start_entry unless-none
}

# Sets START_FLAGS to use the entry for a boot with these arguments. Without one: makes it now if the user has waited for a
# build anyway; else the boot comes first, and the command makes the entry when the machine has ended.
prepare_start() {
    # Looked for already, unless that was before a build.
    [[ -n ${START_STATE+set} && -z ${BUILT:-} ]] || find_start "$@" || return 0
    [[ $START_STATE != damaged ]] || say "the prepared start of this kernel is damaged; it is made again"
    if [[ -n $START_STATE && $START_STATE != ready && -n ${BUILT:-} ]]; then
        [[ -n $START_ENTRY ]] || find_start_entry
        (make_start_entry) || true
        find_start_entry
    fi
    case $START_STATE in
        ready) start_flags ;;
        missing | damaged)
            ! has_host_cache || cache_flags "$HOST_CACHE" "$HOST_JAR"
            START_FLAGS=(
                -Dtuxloom.start.maker="$TUXLOOM_ROOT/scripts/lib/make-start" -Dtuxloom.start.kernel="$KERNEL"
                -Dtuxloom.start.initrd="$INITRD" "${START_FLAGS[@]}"
            )
            ;;
    esac
}
