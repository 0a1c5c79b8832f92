/** The official WebAssembly test suite, run on the engine. */
@NullMarked
package tuxloom.tests.spec;

import org.jspecify.annotations.NullMarked;
