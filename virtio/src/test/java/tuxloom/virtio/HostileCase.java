package tuxloom.virtio;

import java.util.EnumSet;
import java.util.Set;

/**
 * One thing that no driver should do, and how the device may answer.
 *
 * @param target whom it is done to
 * @param name a sentence
 * @param allowed the verdicts that are right; more than one only where a race decides
 * @param attack what the driver does
 */
record HostileCase(Target target, String name, Set<Verdict> allowed, Attack attack) {
    /** How the device answered. */
    enum Verdict {
        /** The request was served. */
        PASS,
        /** The request was answered with an error, or ignored; the device goes on. */
        REJECT,
        /** The device ignores the driver until its reset. */
        RESET
    }

    /** Plays the driver, and tells what came of it. */
    @FunctionalInterface
    interface Attack {
        Verdict on(HostileBench bench) throws Exception;
    }

    static HostileCase of(Target target, String name, Verdict expected, Attack attack) {
        return new HostileCase(target, name, EnumSet.of(expected), attack);
    }

    /** A case in which timing decides: anything goes, as long as nothing breaks. */
    static HostileCase race(Target target, String name, Attack attack) {
        return new HostileCase(target, name, EnumSet.allOf(Verdict.class), attack);
    }

    @Override
    public String toString() {
        return target.name().toLowerCase(java.util.Locale.ROOT) + ": " + name;
    }
}
