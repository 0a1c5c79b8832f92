/** Tests that boot the real guest, with its built images. */
@NullMarked
package tuxloom.tests.boot;

import org.jspecify.annotations.NullMarked;
