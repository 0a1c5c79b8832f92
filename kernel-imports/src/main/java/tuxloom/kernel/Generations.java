package tuxloom.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says in which generations of the ABI an import exists with the annotated method's type; without it, in all. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Generations {
    /** The first generation that has it. */
    Generation from() default Generation.A;

    /** The last generation that has it. */
    Generation to() default Generation.F;
}
