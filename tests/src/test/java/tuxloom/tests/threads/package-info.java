/** Guest code on several threads at once. */
@NullMarked
package tuxloom.tests.threads;

import org.jspecify.annotations.NullMarked;
