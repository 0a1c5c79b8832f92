package tuxloom.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
    @Test
    void medianOfAnEvenNumberOfValuesLiesBetweenTheMiddleTwo() {
        assertThat(new Series(List.of(4.0, 1.0, 3.0, 9.0)).median()).isEqualTo(3.5);
    }

    @Test
    void spreadIsHalfTheRangeInPercentOfTheMedian() {
        assertThat(new Series(List.of(12.0, 8.0, 10.0)).spreadPercent()).isEqualTo(20);
    }

    @Test
    void emptySeriesIsRefused() {
        assertThatThrownBy(() -> new Series(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
