/** Coverage-guided fuzzing with Jazzer; {@code scripts/fuzz} runs it for as long as asked, the tests for some seconds. */
@NullMarked
package tuxloom.tests.fuzz;

import org.jspecify.annotations.NullMarked;
