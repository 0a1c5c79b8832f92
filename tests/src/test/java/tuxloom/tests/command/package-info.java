/** The tuxloom command as its users start it: a process of its own, on pipes and on a terminal. */
@NullMarked
package tuxloom.tests.command;

import org.jspecify.annotations.NullMarked;
