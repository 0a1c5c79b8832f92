/** How functions of the host's C library are called. Knows nothing of virtio. */
@NullMarked
package tuxloom.virtio.libc;

import org.jspecify.annotations.NullMarked;
