# Builds the host when its sources are newer than its jar. Source after common.sh and java.sh.
# shellcheck shell=bash

readonly HOST_JAR="$TUXLOOM_ROOT/console/target/tuxloom.jar"

# Prints a source file that is newer than the host's jar, if there is one. One find, no Maven: this runs at every start.
newer_source() {
    cd "$TUXLOOM_ROOT" && exec find pom.xml machine virtio kernel-imports images console \
        \( -name target -o -name test -o -name guest \) -prune -o \
        \( -name '*.java' -o -name pom.xml -o -path '*/src/main/resources/*' \) -newer "$HOST_JAR" -print -quit
}

# Begins to look for one, beside whatever the script does until build_host asks.
begin_host_check() {
    [[ -z ${TUXLOOM_NO_BUILD:-} && -f $HOST_JAR ]] || return 0
    exec {HOST_CHECK}< <(newer_source)
    HOST_CHECK_PROCESS=$!
}

# Succeeds when something that goes into the host is newer than its jar.
host_is_stale() {
    local found=''
    [[ -f $HOST_JAR ]] || return 0
    if [[ -n ${HOST_CHECK:-} ]]; then
        read -r found <&"$HOST_CHECK" || true
        exec {HOST_CHECK}<&-
        HOST_CHECK=''
        wait "$HOST_CHECK_PROCESS" || true
    else
        found=$(newer_source)
    fi
    [[ -n $found ]]
}

# Builds console/target/tuxloom.jar and the jars beside it, when needed. Two starts at once build one after the other.
# Sets BUILT when the user had to wait. TUXLOOM_NO_BUILD takes the jar as it is: for whoever has just built it.
build_host() {
    [[ -z ${TUXLOOM_NO_BUILD:-} ]] || return 0
    host_is_stale || return 0
    (
        mkdir -p "$TUXLOOM_ROOT/target"
        exec 9>"$TUXLOOM_ROOT/target/.build-lock"
        flock 9
        host_is_stale || exit 0
        find_maven
        step "Building the host (Maven, JDK $JAVA_RELEASE); the first time it fetches its dependencies"
        logged build-host maven -pl console -am -DskipTests -Dspotless.check.skip=true package
        touch "$HOST_JAR"
    ) || exit
    # shellcheck disable=SC2034 # used by those that source this
    BUILT=1
}

# Builds the guest's kernel and images into the cache folder, when needed.
build_images() {
    local before after
    before=$(readlink "$(cache_root)/images/current") || true
    "$TUXLOOM_ROOT/images/build" >&2 </dev/null || fail "the guest images could not be built; see above"
    after=$(readlink "$(cache_root)/images/current") || true
    # shellcheck disable=SC2034 # used by those that source this
    [[ $before == "$after" ]] || BUILT=1
}
