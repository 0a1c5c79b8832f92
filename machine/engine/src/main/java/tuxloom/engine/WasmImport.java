package tuxloom.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a method that guests may import: parameters and result are int, long, float or double. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface WasmImport {
    /** First part of the import's name. */
    String module();

    /** Second part of the import's name. */
    String name();
}
