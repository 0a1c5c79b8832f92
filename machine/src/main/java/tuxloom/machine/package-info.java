/** Guest memory, virtual CPUs, tasks, interrupts, device tree and life cycle of a machine. */
@NullMarked
package tuxloom.machine;

import org.jspecify.annotations.NullMarked;
