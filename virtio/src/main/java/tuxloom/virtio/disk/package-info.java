/** Disk images: files of the host whose content is a guest's disk, in several formats. Knows nothing of virtio. */
@NullMarked
package tuxloom.virtio.disk;

import org.jspecify.annotations.NullMarked;
