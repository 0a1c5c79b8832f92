package tuxloom.tests.bench;

import java.util.Arrays;
import java.util.List;

/** Repeated measurements of one figure; at least one. */
record Series(List<Double> values) {
    Series {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a series needs at least one value");
        }
        values = List.copyOf(values);
    }

    double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double minimum() {
        return sorted()[0];
    }

    double maximum() {
        return sorted()[values.size() - 1];
    }

    /** Half the distance between the extremes, in percent of the median. */
    double spreadPercent() {
        return median() == 0 ? 0 : 50 * (maximum() - minimum()) / median();
    }

    private double[] sorted() {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
