/** The wasm engine: modules become JVM bytecode over shared linear memory. */
@NullMarked
package tuxloom.engine;

import org.jspecify.annotations.NullMarked;
