# Finds JDK 25 and Maven. Source after common.sh.
# shellcheck shell=bash

readonly JAVA_RELEASE=25

# Succeeds when the folder is a JDK of the wanted release. Reads its release file: starting java to ask costs 50 ms.
is_wanted_jdk() {
    local line
    [[ -x $1/bin/javac && -r $1/release ]] || return 1
    while IFS= read -r line; do
        case $line in
            "JAVA_VERSION=\"$JAVA_RELEASE\"" | "JAVA_VERSION=\"$JAVA_RELEASE."*) return 0 ;;
        esac
    done <"$1/release"
    return 1
}

# Sets and exports JAVA_HOME: the one given if it fits, else the usual places, else the java on PATH.
find_jdk() {
    local candidate on_path
    for candidate in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/*"$JAVA_RELEASE"* /usr/local/lib/jvm/*"$JAVA_RELEASE"* \
        /opt/*jdk*"$JAVA_RELEASE"*; do
        if is_wanted_jdk "$candidate"; then
            export JAVA_HOME=$candidate
            return
        fi
    done
    if on_path=$(command -v javac) && on_path=$(readlink -f "$on_path"); then
        candidate=${on_path%/bin/javac}
        if is_wanted_jdk "$candidate"; then
            export JAVA_HOME=$candidate
            return
        fi
    fi
    fail "JDK $JAVA_RELEASE is needed and was not found; install it (Debian: openjdk-$JAVA_RELEASE-jdk-headless or temurin-$JAVA_RELEASE-jdk)," \
        "or point JAVA_HOME at one"
}

# Makes sure that Maven is there.
find_maven() {
    command -v mvn >/dev/null && return
    # shellcheck source=scripts/lib/packages.sh
    source "$TUXLOOM_ROOT/scripts/lib/packages.sh"
    need_packages maven
    command -v mvn >/dev/null || fail "Maven (mvn) is needed and was not found; install the package maven"
}

# Maven, quiet and never asking. Run from the top of the work tree.
#   maven ARGUMENT...
maven() {
    # Maven 3.8 uses a Guava that JDK 25 warns about; the warning is none of ours.
    (cd "$TUXLOOM_ROOT" && MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" mvn --batch-mode --no-transfer-progress -Dstyle.color=never "$@" </dev/null)
}
