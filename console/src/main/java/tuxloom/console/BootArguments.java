package tuxloom.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * The options given to {@code tuxloom boot}, as text. Plain ones are taken apart here; whatever is not plain (help, mistakes,
 * abbreviations) is picocli's, which alone explains and refuses. Loading picocli costs a start 0.1 s, because the JDK's cache takes no
 * classes as old as its.
 *
 * @param values by option; of an option that may be repeated all, in order
 */
record BootArguments(Map<String, List<String>> values) {
    private static final Set<String> SINGLE = Set.of("--kernel", "--initrd", "--cpus", "--memory", "--console-log");
    private static final Set<String> REPEATED = Set.of("--append", "--disk", "--fault", "--port");
    private static final Set<String> FLAGS = Set.of("--no-console", "-v", "--verbose");

    /** Returns what the arguments of {@code tuxloom} say if they are a plain boot. */
    static Optional<BootArguments> plain(String... args) {
        if (args.length == 0 || !args[0].equals("boot")) {
            return Optional.empty();
        }
        var values = new HashMap<String, List<String>>();
        for (var i = 1; i < args.length; i++) {
            var equals = args[i].indexOf('=');
            var name = equals < 0 ? args[i] : args[i].substring(0, equals);
            var flag = FLAGS.contains(name) && equals < 0;
            if (!flag && !SINGLE.contains(name) && !REPEATED.contains(name)) {
                return Optional.empty();
            }
            String value;
            if (flag) {
                value = "";
            } else if (equals >= 0) {
                value = args[i].substring(equals + 1);
            } else {
                value = ++i < args.length ? args[i] : "";
            }
            var all = values.computeIfAbsent(flag && name.equals("--verbose") ? "-v" : name, key -> new ArrayList<>());
            all.add(value);
            if (!isPlain(value, flag) || (all.size() > 1 && !REPEATED.contains(name))) {
                return Optional.empty();
            }
        }
        return Optional.of(new BootArguments(values));
    }

    /** Quotes mean something to picocli, and what begins with a dash may be the next option. */
    private static boolean isPlain(String value, boolean flag) {
        return flag
                || (!value.isEmpty() && value.charAt(0) != '-' && value.indexOf('"') < 0 && value.indexOf('\'') < 0);
    }

    /** Returns what picocli understood. */
    static BootArguments of(ParseResult given) {
        var values = new HashMap<String, List<String>>();
        for (var name : SINGLE) {
            if (given.hasMatchedOption(name)) {
                values.put(name, List.of(given.matchedOptionValue(name, "")));
            }
        }
        for (var name : REPEATED) {
            if (given.hasMatchedOption(name)) {
                values.put(name, given.matchedOptionValue(name, List.<String>of()));
            }
        }
        for (var name : FLAGS) {
            if (given.hasMatchedOption(name)) {
                values.put(name, List.of());
            }
        }
        return new BootArguments(values);
    }

    @Nullable
    String value(String option) {
        var all = values.get(option);
        return all == null ? null : all.getFirst();
    }

    List<String> all(String option) {
        return values.getOrDefault(option, List.of());
    }

    boolean has(String option) {
        return values.containsKey(option);
    }
}
