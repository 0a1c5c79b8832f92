/** Modules run on the engine and on an independent interpreter, with results, traps and memory compared. */
@NullMarked
package tuxloom.tests.differential;

import org.jspecify.annotations.NullMarked;
