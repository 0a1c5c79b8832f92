package tuxloom.console;

/** The entry point of the {@code tuxloom} command. */
public final class Main {
    private Main() {}

    /** Runs the command and ends the JVM with its exit status. */
    public static void main(String[] args) {
        System.out.println("tuxloom");
    }
}
