/** The host ABI of the Linux/wasm kernel. */
@NullMarked
package tuxloom.kernel;

import org.jspecify.annotations.NullMarked;
