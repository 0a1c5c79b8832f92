/** Virtio devices over packed rings. */
@NullMarked
package tuxloom.virtio;

import org.jspecify.annotations.NullMarked;
