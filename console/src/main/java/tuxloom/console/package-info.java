/** The tuxloom command. */
@NullMarked
package tuxloom.console;

import org.jspecify.annotations.NullMarked;
