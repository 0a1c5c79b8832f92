/** Where the built guest images are. */
@NullMarked
package tuxloom.images;

import org.jspecify.annotations.NullMarked;
