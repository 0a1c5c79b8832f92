package tuxloom.engine;

/** What a guest's thread does when somebody wants its attention; see {@link Instance#interrupt}. */
@FunctionalInterface
public interface Interrupt {
    /** Runs on the guest's thread, in the middle of a loop. May throw an {@link Unwind} to end the guest's run. */
    void run();
}
