package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tuxloom.machine.Exit;

class ExitStatusTest {
    @ParameterizedTest
    @CsvSource({"POWER_OFF, 0", "HOST_ERROR, 1", "RESET, 32", "PANIC, 34"})
    void aMachinesEndBecomesTheExitStatus(Exit exit, int status) {
        assertThat(ExitStatus.of(exit)).isEqualTo(status);
    }
}
