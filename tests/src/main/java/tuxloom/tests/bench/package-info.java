/** Benchmarks and endurance runs: whole boots as child processes, of this project and of the Node host beside it. */
@NullMarked
package tuxloom.tests.bench;

import org.jspecify.annotations.NullMarked;
