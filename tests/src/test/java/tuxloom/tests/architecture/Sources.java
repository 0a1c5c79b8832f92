package tuxloom.tests.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import tuxloom.tests.Repository;

/** All Java sources of the repository, parsed but not attributed. */
final class Sources {
    /**
     * A parsed file.
     *
     * @param path relative to the repository, with slashes
     */
    record Source(String path, String text, CompilationUnitTree tree, Trees trees) {
        boolean isTest() {
            return path.contains("/src/test/");
        }

        long lines() {
            return text.lines().count();
        }
    }

    private Sources() {}

    static List<Source> parseAll() throws IOException {
        Path root = Repository.root();
        List<Path> files = javaFiles(root);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("the tests need a JDK; this is a JRE");
        }
        List<Source> sources = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            Trees trees = Trees.instance(task);
            for (CompilationUnitTree tree : task.parse()) {
                Path path = Path.of(tree.getSourceFile().toUri());
                String relative = root.relativize(path).toString().replace('\\', '/');
                sources.add(new Source(relative, Files.readString(path), tree, trees));
            }
        }
        return sources;
    }

    private static List<Path> javaFiles(Path root) throws IOException {
        try (Stream<Path> all = Files.find(
                root,
                32,
                (path, attributes) -> attributes.isRegularFile()
                        && path.toString().endsWith(".java")
                        && path.toString().contains("/src/")
                        && !path.toString().contains("/target/"))) {
            return all.sorted().toList();
        }
    }
}
