/**
 * Loads and stores of linear memory, as generated code calls them. A module of its own because the launcher puts it on the JVM's boot class
 * path: only there does HotSpot heed {@code @ForceInline}. On the class path it works as well, more slowly in large functions.
 */
@NullMarked
package tuxloom.access;

import org.jspecify.annotations.NullMarked;
