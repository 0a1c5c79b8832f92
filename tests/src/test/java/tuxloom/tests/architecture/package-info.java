/** Rules about the source code itself. */
@NullMarked
package tuxloom.tests.architecture;

import org.jspecify.annotations.NullMarked;
