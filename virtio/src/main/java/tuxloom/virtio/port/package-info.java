/** What the ports of a console are connected to on the host: sockets, pseudo terminals, files. Knows nothing of virtio. */
@NullMarked
package tuxloom.virtio.port;

import org.jspecify.annotations.NullMarked;
