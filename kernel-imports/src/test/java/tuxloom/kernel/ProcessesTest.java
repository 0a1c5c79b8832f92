package tuxloom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tuxloom.machine.Exit;

/** Several tasks with programs under a mini kernel: clones, snapshots, signals, and what is left when they are gone. */
@Timeout(120)
class ProcessesTest {
    private static final String IMPORTS = """
            (import "env" "memory" (memory 1 10 shared))
            (import "linux" "syscall" (func $sys (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
            (import "linux" "copy_siginfo" (func $copy_siginfo (param i32) (result i32)))
            (tag $jump)
            (func $call (param $nr i32) (param $a i32)
              (drop (call $sys (local.get $nr) (local.get $a)
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
            """;

    /** Spawns a child that shares (1) or copies (2) the memory; the parent then changes word 0x20 before the child looks. */
    private static String spawner(int mode) {
        return """
            (table (export "__indirect_function_table") 4 funcref)
            (elem (i32.const 1) $init $child)
            (func $init (param i32)
              (call $expect (call $exec0) (i32.const 0))
              (call $instantiate (i32.const 1))
              (call $expect
                (call $spawn (i32.const 2) (i32.const 0) (i32.const 0x100) (i32.const 4) (i32.const %d))
                (i32.const 0))
              (i32.store8 (i32.const 0x300) (i32.const 66))
              (call $expect (call $write (i32.const 0x20) (i32.const 0x300) (i32.const 1)) (i32.const 0))
              (call $wake (i32.const 0x204))
              (call $await (i32.const 0x200))
              (call $terminate (i32.const 0)))
            (func $child (param i32)
              (call $await (i32.const 0x204))
              (call $switch_entry (i32.const 3) (i32.const 1))
              (call $call)
              (call $wake (i32.const 0x200)))
            (func (export "syscall") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
              (call $letter (local.get 1)) (i32.const 0))
            """.formatted(mode);
    }

    private static byte[] cloned() {
        return Wat.assemble("(module " + IMPORTS + """
                (table (export "__indirect_function_table") 4 funcref)
                (elem (i32.const 3) $thread)
                ;; like a linker's __wasm_init_memory: only the first instance over a memory initializes it
                (data $letter "A")
                (func $initialize
                  (if (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1))) (then
                    (memory.init $letter (i32.const 0x20) (i32.const 0) (i32.const 1)))))
                (start $initialize)
                (func $thread (param $add i32)
                  (call $call (i32.const 1) (i32.add (i32.load8_u (i32.const 0x20)) (local.get $add))))
                (func (export "_start"))
                """ + ")");
    }

    @Test
    void childThatSharesMemorySeesWhatTheParentWrites() throws Exception {
        var outcome = new MiniKernel().add(spawner(1)).program(cloned()).boot();
        assertThat(outcome.console()).as("B plus one").isEqualTo("C");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void childWithACopySeesTheMomentOfItsSpawn() throws Exception {
        var outcome = new MiniKernel().add(spawner(2)).program(cloned()).boot();
        assertThat(outcome.console()).as("A plus one").isEqualTo("B");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    private static String signals(String syscall) {
        return """
            (table (export "__indirect_function_table") 4 funcref)
            (elem (i32.const 1) $init)
            (global $sp (export "__stack_pointer") (mut i32) (i32.const 1000))
            (func $init (param i32)
              (call $expect (call $exec0) (i32.const 0))
              (call $instantiate (i32.const 1))
              (call $call)
              (call $expect (global.get $sp) (i32.const 1000))
              (call $terminate (i32.const 0)))
            (func (export "copy_siginfo") (param i32) (result i32) (local.get 0))
            (func (export "clear_siginfo") (call $letter (i32.const 99)))
            (func (export "syscall") (param $nr i32) (param $a i32) (param i32 i32 i32 i32 i32) (result i32)
              (local $result i32)
              (global.set $sp (i32.sub (global.get $sp) (i32.const 16)))
              %s
              (global.set $sp (i32.add (global.get $sp) (i32.const 16)))
              (local.get $result))
            """.formatted(syscall);
    }

    private static byte[] signalled(String start, String handler) {
        return Wat.assemble("(module " + IMPORTS + """
                (table (export "__indirect_function_table") 6 funcref)
                (elem (i32.const 3) $handler $trampoline)
                (func $trampoline (param $fn i32) (param $sig i32)
                  (call_indirect (param i32) (local.get $sig) (local.get $fn)))
                (func $handler (param $sig i32) %s)
                (func (export "_start") %s)
                """.formatted(handler, start) + ")");
    }

    private static final String DELIVER = """
            (if (i32.eq (local.get $nr) (i32.const 1)) (then (call $letter (local.get $a))))
            (if (i32.eq (local.get $nr) (i32.const 5)) (then
              (call $expect (call $call_siginfo_handler (i32.const 4) (i32.const 3) (i32.const 72)) (local.get $a))))
            """;

    @Test
    void signalHandlerGetsItsInformationAndReturnsItsResult() throws Exception {
        var outcome = new MiniKernel()
                .add(signals(DELIVER))
                .program(signalled(
                        "(call $call (i32.const 5) (i32.const 33)) (call $call (i32.const 1) (i32.const 65))",
                        "(call $call (i32.const 1) (local.get $sig)) (drop (call $copy_siginfo (i32.const 33)))"))
                .boot();
        assertThat(outcome.console()).as("handler, clear_siginfo, program").isEqualTo("HcA");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void signalHandlerThatAsksForNothingFailsWithEinval() throws Exception {
        var outcome = new MiniKernel()
                .add(signals(DELIVER))
                .program(signalled("(call $call (i32.const 5) (i32.const -22))", ""))
                .boot();
        assertThat(outcome.console()).isEqualTo("c");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void nestedSignalHandlersKeepTheirResultsApart() throws Exception {
        var outcome = new MiniKernel()
                .add(signals("""
                        (if (i32.eq (local.get $nr) (i32.const 5)) (then
                          (call $expect (call $call_siginfo_handler (i32.const 4) (i32.const 3) (i32.const 1)) (i32.const 44))))
                        (if (i32.eq (local.get $nr) (i32.const 6)) (then
                          (call $expect (call $call_siginfo_handler (i32.const 4) (i32.const 3) (i32.const 0)) (i32.const -22))))
                        """))
                .program(signalled(
                        "(call $call (i32.const 5) (i32.const 0))",
                        "(if (local.get $sig) (then (drop (call $copy_siginfo (i32.const 44)))"
                                + " (call $call (i32.const 6) (i32.const 0))))"))
                .boot();
        assertThat(outcome.console()).isEqualTo("cc");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void trapInASignalHandlerEndsTheProgramAndPutsTheKernelsStackBack() throws Exception {
        var outcome = new MiniKernel()
                .add(signals(DELIVER))
                .program(signalled(
                        "(call $call (i32.const 5) (i32.const 0)) (call $call (i32.const 1) (i32.const 65))",
                        "(unreachable)"))
                .boot();
        assertThat(outcome.console()).isEqualTo("c");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void signalHandlerMayLeaveByAJumpAndPutsTheKernelsStackBack() throws Exception {
        var outcome = new MiniKernel()
                .add(signals(DELIVER))
                .program(signalled("""
                        (try (do (call $call (i32.const 5) (i32.const 0)))
                          (catch $jump (call $call (i32.const 1) (i32.const 74))))
                        """, "(throw $jump)"))
                .boot();
        assertThat(outcome.console()).isEqualTo("cJ");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void haltOfAWorkerCannotBeCaughtByItsProgram() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 4 funcref)
                        (elem (i32.const 1) $init $task)
                        (func $init (param i32)
                          (drop (call $spawn (i32.const 2) (i32.const 0) (i32.const 0x100) (i32.const 4) (i32.const 0)))
                          (call $await (i32.const 0x200))
                          (call $terminate (i32.const 0)))
                        (func $task (param i32)
                          (call $expect (call $exec0) (i32.const 0))
                          (call $instantiate (i32.const 1))
                          (call $call)
                          (call $letter (i32.const 66)))
                        (func (export "syscall") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
                          (if (i32.eq (local.get 0) (i32.const 1)) (then (call $letter (local.get 1))))
                          (if (i32.eq (local.get 0) (i32.const 2)) (then (call $wake (i32.const 0x200)) (call $halt)))
                          (i32.const 0))
                        """).program(signalled("""
                        (call $call (i32.const 1) (i32.const 65))
                        (try (do (call $call (i32.const 2) (i32.const 0)))
                          (catch_all (call $call (i32.const 1) (i32.const 67))))
                        """, "")).boot();
        assertThat(outcome.console()).isEqualTo("A");
    }

    @Test
    void memoryOfTenThousandShortProcessesComesBack() throws Exception {
        // 64 MiB of machine are 32 MiB for programs: 10,000 of them with 64 KiB each only fit one after the other.
        var outcome = new MiniKernel()
                .add("""
                        (table (export "__indirect_function_table") 4 funcref)
                        (elem (i32.const 1) $init $task)
                        (func $init (param $i i32)
                          (local.set $i (i32.const 10000))
                          (loop $next
                            (i32.atomic.store (i32.const 0x200) (i32.const 0))
                            (call $expect
                              (call $spawn (i32.const 2) (i32.const 0) (i32.const 0x100) (i32.const 4) (i32.const 0))
                              (i32.const 0))
                            (call $await (i32.const 0x200))
                            (local.set $i (i32.sub (local.get $i) (i32.const 1)))
                            (br_if $next (local.get $i)))
                          (call $terminate (i32.const 0)))
                        (func $task (param i32)
                          (call $expect (call $exec0) (i32.const 0))
                          (call $instantiate (i32.const 1))
                          (call $call))
                        (func (export "syscall") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
                          (call $wake (i32.const 0x200))
                          (call $halt)
                          (i32.const 0))
                        """)
                .program(signalled("(call $call (i32.const 1) (i32.const 65))", ""))
                .boot();
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
        assertThat(outcome.log()).noneMatch(line -> line.contains("refused"));
    }
}
