package tuxloom.virtio.port;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import tuxloom.virtio.libc.NativeCalls;

/**
 * A pseudo terminal of the host's. Its peer is whoever has it open; that somebody has opened it, no event tells, so it is looked at ten
 * times a second while nobody has.
 *
 * <p>Descriptors are closed by the last thread that uses them, because a closed number may be another file's at once.
 */
final class PtyBackend implements PortBackend {
    private static final int LOOK_MILLIS = 100;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final int master;
    private final int closing;
    private final String name;
    private final MemorySegment input = Arena.ofAuto().allocate(BUFFER_BYTES);
    private final MemorySegment output = Arena.ofAuto().allocate(BUFFER_BYTES);

    private volatile boolean peer;
    private volatile boolean closed;
    /** Threads inside, and one until it is closed; guarded by this. */
    private int users = 1;

    private PtyBackend(int master, int closing, String name) {
        this.master = master;
        this.closing = closing;
        this.name = name;
    }

    static PtyBackend open() throws IOException {
        int master = PtyCalls.openMaster();
        try {
            String name = PtyCalls.name(master);
            PtyCalls.makeRaw(master);
            // From now on the host tells whether somebody has it open.
            PtyCalls.close(PtyCalls.openTerminal(name));
            return new PtyBackend(master, PtyCalls.signalDescriptor(), name);
        } catch (IOException e) {
            PtyCalls.close(master);
            throw e;
        }
    }

    Path path() {
        return Path.of(name);
    }

    @Override
    public void awaitPeer() throws IOException {
        enter();
        try {
            while (isHungUp(PtyCalls.poll(master, 0, closing, 0))) {
                PtyCalls.poll(-1, 0, closing, LOOK_MILLIS);
                checkOpen();
            }
            peer = true;
        } finally {
            leave();
        }
    }

    @Override
    public int read(byte[] into) throws IOException {
        enter();
        try {
            MemorySegment buffer = input.asSlice(0, Math.min(into.length, BUFFER_BYTES));
            while (true) {
                int ready = PtyCalls.poll(master, PtyCalls.POLLIN, closing, -1);
                checkOpen();
                int length = 0;
                if ((ready & PtyCalls.POLLIN) != 0) {
                    length = readReady(buffer);
                }
                if (length > 0) {
                    MemorySegment.copy(buffer, JAVA_BYTE, 0, into, 0, length);
                    return length;
                }
                if (length < 0 || isHungUp(ready)) {
                    return -1;
                }
            }
        } finally {
            leave();
        }
    }

    /** Returns the number of bytes, 0 if there are none now, -1 if nobody has the terminal open. */
    private int readReady(MemorySegment buffer) throws IOException {
        try {
            int length = PtyCalls.read(master, buffer);
            return length == 0 ? -1 : length;
        } catch (NativeCalls.Failure e) {
            return switch (e.errno()) {
                case PtyCalls.EAGAIN -> 0;
                case PtyCalls.EIO -> -1;
                default -> throw e;
            };
        }
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        if (closed) {
            return;
        }
        enter();
        try {
            for (int at = 0; at < length && peer; at += BUFFER_BYTES) {
                int part = Math.min(length - at, BUFFER_BYTES);
                MemorySegment.copy(bytes, at, output, JAVA_BYTE, 0, part);
                writePart(part);
            }
        } finally {
            leave();
        }
    }

    private void writePart(int length) throws IOException {
        int at = 0;
        while (at < length) {
            try {
                at += PtyCalls.write(master, output, at, length - at);
            } catch (NativeCalls.Failure e) {
                if (e.errno() != PtyCalls.EAGAIN) {
                    throw e;
                }
                if (isHungUp(PtyCalls.poll(master, PtyCalls.POLLOUT, closing, -1)) || closed) {
                    return;
                }
            }
        }
    }

    /** Whoever was there may have left other modes. */
    @Override
    public void dropPeer() {
        peer = false;
        synchronized (this) {
            try {
                if (users > 0) {
                    PtyCalls.makeRaw(master);
                }
            } catch (NativeCalls.Failure e) {
                // The next one sees the modes of the last, and can set its own.
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        PtyCalls.signal(closing);
        leave();
    }

    private static boolean isHungUp(int ready) {
        return (ready & PtyCalls.POLLHUP) != 0;
    }

    private void checkOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private synchronized void enter() throws ClosedChannelException {
        checkOpen();
        users++;
    }

    private synchronized void leave() {
        users--;
        if (users == 0) {
            PtyCalls.close(master);
            PtyCalls.close(closing);
        }
    }
}
