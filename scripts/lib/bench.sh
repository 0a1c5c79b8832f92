# What benchmarks and endurance runs share. Source after common.sh, java.sh, build.sh and launch.sh.
# shellcheck shell=bash

# The folder with the guest's images.
images_folder() {
    printf '%s\n' "${TUXLOOM_IMAGES:-$(cache_root)/images/current}"
}

# Compiles the tests module's main classes when a source is newer than the last build.
build_bench() {
    local stamp="$TUXLOOM_ROOT/tests/target/.bench-built"
    if [[ -f $stamp && -z $(find "$TUXLOOM_ROOT/tests/src/main" "$HOST_JAR" -newer "$stamp" -print -quit) ]]; then
        return
    fi
    find_maven
    step "Compiling the benchmarks"
    logged build-bench maven -q -pl tests -am -DskipTests -Dspotless.check.skip=true compile
    touch "$stamp"
}

# Builds the guest's disk tool for this machine, to do the same to a file of the host.
build_disk_bench() {
    TUXLOOM_BENCH_DISK="$TUXLOOM_ROOT/tests/target/bench/disk"
    export TUXLOOM_BENCH_DISK
    # shellcheck source=scripts/lib/packages.sh
    source "$TUXLOOM_ROOT/scripts/lib/packages.sh"
    need_packages gcc libc6-dev
    mkdir -p "${TUXLOOM_BENCH_DISK%/*}"
    gcc -O2 -std=gnu17 -pthread -o "$TUXLOOM_BENCH_DISK" "$TUXLOOM_ROOT"/images/programs/disk*.c || fail "the disk tool does not compile natively"
}

# Builds what scripts/bench engine needs beside that: the workloads, and Chicory as a test dependency.
build_engine_bench() {
    TUXLOOM_BENCH_MODULES=$("$TUXLOOM_ROOT/tests/bench/engine/build") || fail "the workloads could not be built; see above"
    export TUXLOOM_BENCH_MODULES
    local stamp="$TUXLOOM_ROOT/tests/target/.bench-engine-built"
    if [[ -f $stamp && -z $(find "$TUXLOOM_ROOT/tests/src/test/java/tuxloom/tests/bench" "$TUXLOOM_ROOT/tests/pom.xml" -newer "$stamp" -print -quit) ]]; then
        return
    fi
    find_maven
    step "Compiling the benchmark's runner for Chicory"
    logged build-bench-engine maven -q -pl tests -am -DskipTests -Dspotless.check.skip=true test-compile \
        dependency:copy-dependencies -DincludeScope=test -DincludeGroupIds=com.dylibso.chicory,org.ow2.asm -DoutputDirectory="$TUXLOOM_ROOT/tests/target/bench-lib"
    touch "$stamp"
}

# Runs a main class of the tests module with the flags of a real start.
#   run_main CLASS ARGUMENT...
run_main() {
    local class=$1
    shift
    "$JAVA_HOME/bin/java" "${JAVA_FLAGS[@]}" \
        "${OPEN_FLAGS[@]}" \
        -cp "$TUXLOOM_ROOT/tests/target/classes:$HOST_JAR" "tuxloom.tests.bench.$class" "$TUXLOOM_ROOT" "$(images_folder)" "$@"
}
