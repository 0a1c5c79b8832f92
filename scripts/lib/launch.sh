# Starts the tuxloom command on the JVM. Source after common.sh, java.sh and build.sh.
# shellcheck shell=bash

# Flags of every start.
#  -DontCompileHugeMethods  big guest functions become big methods, which the JIT would otherwise leave to the interpreter
#  SerialGC, Xmx, Xss       the guest's memory is not on the Java heap; one small heap and no collector threads start fastest
#  Xshare:auto              the JDK's own class archive
#  UsePerfData              no statistics file in /tmp for each start
JAVA_FLAGS=(
    -XX:-DontCompileHugeMethods
    -XX:+UseSerialGC
    -Xms32m -Xmx512m
    -Xshare:auto
    -XX:-UsePerfData
    --enable-native-access=ALL-UNNAMED
)

# Replaces this shell by the command. TUXLOOM_JAVA_OPTIONS adds flags for a profiler or a debugger.
launch() {
    local extra=()
    read -r -a extra <<<"${TUXLOOM_JAVA_OPTIONS:-}"
    exec "$JAVA_HOME/bin/java" "${JAVA_FLAGS[@]}" "${extra[@]}" -jar "$HOST_JAR" "$@"
}
