/** Boots of the real guest, conformance, fuzzing and benchmarks. */
@NullMarked
package tuxloom.tests;

import org.jspecify.annotations.NullMarked;
