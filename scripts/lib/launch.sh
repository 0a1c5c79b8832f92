# Starts the tuxloom command on the JVM. Source after common.sh, java.sh and build.sh.
# shellcheck shell=bash

# Flags of every start.
#  -DontCompileHugeMethods  big guest functions become big methods, which the JIT would otherwise leave to the interpreter
#  SerialGC, Xmx            the guest's memory is not on the Java heap; one small heap and no collector threads start fastest
#  Xmn                      a boot allocates 15 MB, kernel and programs above all: enough room for them means no collection before the prompt
#  TrimNativeHeapInterval   what the JIT compilers have worked with goes back to the host, every 5 s: up to a hundred megabytes
#  UsePerfData              no statistics file in /tmp for each start
#  Xbootclasspath/a         accesses of guest code to memory, which C2 has to inline wherever they are, if they come from there (docs/engine.md)
#  CompilerDirectivesFile   but not C1
#  DisplayVMOutput          the JVM says on stdout, among the guest's output, that it has read the directives; errors and hs_err files stay
#  library.jline.path       the native code of JLine, which it would else copy to /tmp at each start on a terminal
#  sun-misc-unsafe…         no warning when the Zstandard library unpacks a cluster
#  useNativeAccessorOnly    reflection without generated code: what is called by reflection is called a few times
#  Tier3DelayOn, Tier4…     the optimising compiler takes on what is hot for longer than a boot: else it competes with the guest for the
#                           CPUs while the guest boots, and most of what it makes is used for a moment
JAVA_FLAGS=(
    -XX:-DontCompileHugeMethods
    -XX:+UseSerialGC
    -Xms32m -Xmn20m -Xmx512m
    -XX:TrimNativeHeapInterval=5000
    -XX:-UsePerfData
    -Djdk.reflect.useNativeAccessorOnly=true
    -XX:Tier3DelayOn=0
    -XX:Tier4InvocationThreshold=30000
    -XX:Tier4MinInvocationThreshold=10000
    -XX:Tier4CompileThreshold=100000
    -XX:Tier4BackEdgeThreshold=400000
    "-Xbootclasspath/a:$TUXLOOM_ROOT/console/target/lib/tuxloom-access-0.1.0.jar"
    -XX:+UnlockDiagnosticVMOptions "-XX:CompilerDirectivesFile=$TUXLOOM_ROOT/scripts/lib/jit-directives.json" -XX:-DisplayVMOutput
    "-Dlibrary.jline.path=$TUXLOOM_ROOT/console/target/lib/jline/org/jline/nativ"
    --enable-native-access=ALL-UNNAMED
    --sun-misc-unsafe-memory-access=allow
)

# What the manifest of the jar says, for starts that name a class path instead of it.
# shellcheck disable=SC2034 # used by those that source this
OPEN_FLAGS=(--add-exports "java.base/jdk.internal.misc=ALL-UNNAMED" --add-opens "java.base/java.lang=ALL-UNNAMED"
    --add-opens "java.base/sun.nio.ch=ALL-UNNAMED")

# Replaces this shell by the command. TUXLOOM_JAVA_OPTIONS adds flags for a profiler or a debugger.
launch() {
    local extra=()
    read -r -a extra <<<"${TUXLOOM_JAVA_OPTIONS:-}"
    START_FLAGS=(-jar "$HOST_JAR")
    case ${1:-} in
        boot) prepare_start "${@:2}" ;;
        cache)
            find_build_id
            START_FLAGS=(-Dtuxloom.build="$BUILD_ID" "${START_FLAGS[@]}")
            ;;
    esac
    exec "$JAVA_HOME/bin/java" "${JAVA_FLAGS[@]}" "${extra[@]}" -Dtuxloom.started="$TUXLOOM_STARTED" "${START_FLAGS[@]}" "$@"
}
