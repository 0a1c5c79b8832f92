package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tuxloom.engine.Module;

/** Reads and compiles a whole module in this JVM, which has done nothing else yet, and prints how long it took. */
final class CompileKernel {
    private CompileKernel() {}

    /** Prints the times for the module whose file is the only argument. */
    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        Module module = Module.parse(Files.readAllBytes(Path.of(arguments[0])));
        long parsed = System.nanoTime();
        module.compileAll();
        long compiled = System.nanoTime();
        System.out.println("functions " + module.functionCount());
        System.out.println("parse_ns " + (parsed - start));
        System.out.println("compile_ns " + (compiled - start));
    }
}
