package tuxloom.engine;

import java.io.IOException;

/** The host could not provide a guest memory: its budget is used up, or the operating system refused. */
public final class MemoryAllocationException extends IOException {
    private static final long serialVersionUID = 1L;

    MemoryAllocationException(String message) {
        super(message);
    }
}
