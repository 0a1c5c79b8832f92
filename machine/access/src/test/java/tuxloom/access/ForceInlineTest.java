package tuxloom.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What HotSpot is asked to inline: one access that it leaves alone keeps all of a function's locals in memory. */
final class ForceInlineTest {
    private static final String ANNOTATION = "Ljdk/internal/vm/annotation/ForceInline;";

    @Test
    void everyAccessAsksToBeInlined() throws IOException {
        for (Class<?> type : List.of(MemoryAccess.class, FixedAccess.class)) {
            var calls = new TreeSet<String>();
            var asking = new TreeSet<String>();
            for (MethodModel method : parse(type).methods()) {
                String name = method.methodName().stringValue();
                if (method.flags().has(AccessFlag.PUBLIC)) {
                    calls.add(name);
                }
                if (asks(method)) {
                    asking.add(name);
                }
            }
            assertThat(calls).hasSize(23);
            assertThat(asking).isEqualTo(calls);
        }
    }

    private static ClassModel parse(Class<?> type) throws IOException {
        try (var in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            assertThat(in).isNotNull();
            return ClassFile.of().parse(in.readAllBytes());
        }
    }

    private static boolean asks(MethodModel method) {
        return method.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(found -> found.annotations().stream())
                .anyMatch(annotation -> annotation.className().equalsString(ANNOTATION));
    }
}
