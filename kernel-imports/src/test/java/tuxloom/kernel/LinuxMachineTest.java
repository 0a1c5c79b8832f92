package tuxloom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tuxloom.machine.Exit;

@Timeout(60)
class LinuxMachineTest {
    @ParameterizedTest
    @CsvSource({"0, POWER_OFF", "1, PANIC", "2, RESET", "3, HOST_ERROR"})
    void kernelEndsTheMachineForAReason(int reason, Exit exit) throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 2 funcref)
                        (elem (i32.const 1) $init)
                        (func $init (param i32)
                          (call $letter (i32.const 65))
                          (call $terminate (i32.const %d))
                          (call $letter (i32.const 66)))
                        """.formatted(reason)).boot();
        assertThat(outcome.exit()).isEqualTo(exit);
        assertThat(outcome.console()).as("nothing runs after the end").isEqualTo("A");
    }

    @Test
    void workersGetTheirArgumentAndHandOverByWaitAndNotify() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 3 funcref)
                        (elem (i32.const 1) $init $second)
                        (func $init (param $arg i32)
                          (call $expect (local.get $arg) (i32.const 7))
                          (call $expect
                            (call $spawn (i32.const 2) (i32.const 9) (i32.const 0x100) (i32.const 4) (i32.const 0))
                            (i32.const 0))
                          (call $await (i32.const 0x200))
                          (call $letter (i32.const 66))
                          (call $terminate (i32.const 0)))
                        (func $second (param $arg i32)
                          (call $expect (local.get $arg) (i32.const 9))
                          (call $letter (i32.const 65))
                          (call $wake (i32.const 0x200))
                          (call $halt)
                          (call $letter (i32.const 67)))
                        """).boot();
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
        assertThat(outcome.console()).isEqualTo("AB");
    }

    @Test
    void requestsForMainRunInOrder() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 4 funcref)
                        (elem (i32.const 1) $init $letter $done)
                        (func $init (param i32)
                          (call $run_on_main (i32.const 2) (i32.const 65))
                          (call $run_on_main (i32.const 2) (i32.const 66))
                          (call $run_on_main (i32.const 2) (i32.const 67))
                          (call $run_on_main (i32.const 3) (i32.const 0))
                          (call $await (i32.const 0x200))
                          (call $terminate (i32.const 0)))
                        (func $done (param i32) (call $wake (i32.const 0x200)))
                        """).boot();
        assertThat(outcome.console()).isEqualTo("ABC");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void trapOfTheKernelIsAPanicThatNamesTheFunction() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 2 funcref)
                        (elem (i32.const 1) $init)
                        (func $init (param i32) (call $stumble))
                        (func $stumble (unreachable))
                        """).boot();
        assertThat(outcome.exit()).isEqualTo(Exit.PANIC);
        assertThat(outcome.log()).anySatisfy(line -> assertThat(line).contains("init", "unreachable", "stumble"));
    }

    @Test
    void panicNamesTheFunctionsThatLedToIt() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 2 funcref)
                        (elem (i32.const 1) $init)
                        (func $init (param i32) (call $give_up))
                        (func $give_up (call $terminate (i32.const 1)))
                        """).boot();
        assertThat(outcome.exit()).isEqualTo(Exit.PANIC);
        assertThat(outcome.log())
                .anySatisfy(line -> assertThat(line).containsSubsequence("panicked", "give_up+0x", "init+0x"));
    }

    @Test
    void importOnTheWrongThreadStopsTheMachineAndIsNamed() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 2 funcref)
                        (elem (i32.const 1) $init)
                        (func $init (param i32) (drop (call $get_devicetree (i32.const 0) (i32.const 0))))
                        """).boot();
        assertThat(outcome.exit()).isEqualTo(Exit.HOST_ERROR);
        assertThat(outcome.log()).anySatisfy(line -> assertThat(line).contains("boot.get_devicetree", "init"));
    }

    @Test
    void workerThatSpinsIsStoppedWithItsMachine() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 3 funcref)
                        (elem (i32.const 1) $init $spin)
                        (func $init (param i32)
                          (drop (call $spawn (i32.const 2) (i32.const 0) (i32.const 0x100) (i32.const 4) (i32.const 0)))
                          (call $await (i32.const 0x200))
                          (call $terminate (i32.const 0)))
                        (func $spin (param i32)
                          (call $wake (i32.const 0x200))
                          (loop $forever (br $forever)))
                        """).boot();
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void clockNeverRunsBackwardsAndShowsThePresent() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 2 funcref)
                        (elem (i32.const 1) $init)
                        (func $init (param $count i32) (local $last i64) (local $next i64)
                          (local.set $last (i64.const 1700000000000000000))
                          (local.set $count (i32.const 1000))
                          (loop $again
                            (local.set $next (call $now))
                            (call $expect (i64.lt_s (local.get $next) (local.get $last)) (i32.const 0))
                            (local.set $last (local.get $next))
                            (local.set $count (i32.sub (local.get $count) (i32.const 1)))
                            (br_if $again (local.get $count)))
                          (call $terminate (i32.const 0)))
                        """).boot();
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void stackTraceNamesTheCallers() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 2 funcref)
                        (elem (i32.const 1) $init)
                        (func $init (param i32) (call $asking_function) (call $terminate (i32.const 0)))
                        (func $asking_function
                          (call $stacktrace (i32.const 0x1000) (i32.const 400))
                          (call $print (i32.const 0x1000) (i32.const 400)))
                        """).boot();
        assertThat(outcome.console()).contains("asking_function", "init");
    }

    @Test
    void deviceTreeAndInitialFilesReachTheKernel() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 3 funcref)
                        (elem (i32.const 1) $init)
                        (func $init (param i32) (call $await (i32.const 0x200)) (call $terminate (i32.const 0)))
                        (func $read_them (local $size i32)
                          (local.set $size (call $get_devicetree (i32.const 0) (i32.const 0)))
                          (call $expect (call $get_devicetree (i32.const 0x1000) (i32.const 4096)) (local.get $size))
                          (call $print (i32.const 0x1000) (local.get $size))
                          (call $print (i32.const 0x3000) (call $get_initramfs (i32.const 0x3000) (i32.const 512)))
                          (call $wake (i32.const 0x200)))
                        """).atBoot("(call $read_them)").boot();
        assertThat(outcome.console())
                .contains("console=hvc0 quiet", "ncpus", "reserved-memory", "070701", "dev/console", "TRAILER!!!");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }
}
