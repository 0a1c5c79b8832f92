package tuxloom.virtio;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The control queues of a console with several ports (virtio 1.2, section 5.3.6.2): which ports there are, and which of them are open at
 * either end. Used by the workers of both queues, the input threads of the ports, and whoever resizes; all state is guarded by the lock.
 *
 * <p>What the driver still has to be told is bounded by what it was told before: it becomes ready once between resets, so does each
 * port; a size replaces the last one; and who opens or closes the host's end waits until the driver took the message.
 */
final class PortControl {
    private final DeviceHealth health;
    private final List<Optional<Port>> ports;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private final Deque<Outgoing> outgoing = new ArrayDeque<>();
    private boolean driverReady;
    private byte[] size = ControlMessage.size(0, 0);
    private Runnable wakeReceiver = () -> {};

    /** A message for the driver. */
    private static final class Outgoing {
        final Port port;
        final int event;
        final byte[] bytes;

        Outgoing(Port port, int event, byte[] bytes) {
            this.port = port;
            this.event = event;
            this.bytes = bytes;
        }
    }

    /** One port: what it is, and how far the driver is with it. */
    private static final class Port {
        final int id;
        final @Nullable String name;
        Runnable guestOpened = () -> {};
        boolean ready;
        boolean hostOpen;
        volatile boolean guestOpen;

        Port(int id, @Nullable String name) {
            this.id = id;
            this.name = name;
        }
    }

    /**
     * Creates the control of port 0, if that exists, and of named ones.
     *
     * @param console whether there is a port 0, which is a console and always open at the host's end
     * @param names of the ports from 1 on
     */
    PortControl(boolean console, List<String> names, DeviceHealth health) {
        this.health = health;
        List<Optional<Port>> all = new ArrayList<>();
        Port first = new Port(0, null);
        first.hostOpen = true;
        all.add(console ? Optional.of(first) : Optional.empty());
        for (String name : names) {
            all.add(Optional.of(new Port(all.size(), name)));
        }
        this.ports = List.copyOf(all);
    }

    /** Sets who hears that the guest has opened a port. Before the device works. */
    void listen(int id, Runnable guestOpened) {
        port(id).guestOpened = guestOpened;
    }

    /** Whether input for a port is welcome: Linux throws away what comes before somebody has opened it. */
    boolean guestListens(int id) {
        return port(id).guestOpen;
    }

    /** Somebody has come to the host's end of a port. */
    void hostOpened(int id) {
        lock.lock();
        try {
            setHostOpen(port(id), true);
        } finally {
            lock.unlock();
        }
    }

    /** Whoever was at the host's end of a port has gone. Returns when the driver took the message, or will not take it any more. */
    void hostClosed(int id) throws InterruptedException {
        lock.lock();
        try {
            Port port = port(id);
            setHostOpen(port, false);
            while (outgoing.stream().anyMatch(each -> isOpen(each, port))) {
                told.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells the driver the console's size, now or when it is ready for it. */
    void resize(int columns, int rows) {
        lock.lock();
        try {
            size = ControlMessage.size(columns, rows);
            ports.getFirst().filter(console -> console.ready).ifPresent(this::sendSize);
        } finally {
            lock.unlock();
        }
    }

    /** Returns what serves the queue on which the driver hears. */
    QueueHandler receiver() {
        return new QueueHandler() {
            @Override
            public void bind(Runnable wake) {
                wakeReceiver = wake;
            }

            @Override
            public boolean ready() {
                return hasMessage();
            }

            @Override
            public long serve(DescriptorChain chain) {
                return tell(chain);
            }

            @Override
            public void reset() {
                forget();
            }
        };
    }

    /** Returns what serves the queue on which the driver speaks. */
    QueueHandler transmitter() {
        return this::hear;
    }

    private Port port(int id) {
        return ports.get(id).orElseThrow();
    }

    private static boolean isOpen(Outgoing message, Port port) {
        return message.event == ControlMessage.PORT_OPEN && message.port == port;
    }

    private void setHostOpen(Port port, boolean open) {
        port.hostOpen = open;
        if (port.ready) {
            send(port, ControlMessage.PORT_OPEN, open ? 1 : 0);
        }
    }

    private void sendSize(Port console) {
        outgoing.removeIf(each -> each.event == ControlMessage.RESIZE);
        send(console, ControlMessage.RESIZE, 0, size);
    }

    private void send(Port port, int event, int value, byte... more) {
        outgoing.add(new Outgoing(port, event, ControlMessage.bytes(port.id, event, value, more)));
        wakeReceiver.run();
    }

    private boolean hasMessage() {
        lock.lock();
        try {
            return !outgoing.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Gives the next message to the driver. */
    private long tell(DescriptorChain chain) {
        lock.lock();
        try {
            byte[] bytes = outgoing.element().bytes;
            if (chain.writable().byteSize() < bytes.length) {
                throw new DriverFaultException("control buffer of %d writable bytes, the message has %d"
                        .formatted(chain.writable().byteSize(), bytes.length));
            }
            chain.writable().copyFrom(bytes, 0, bytes.length);
            outgoing.remove();
            told.signalAll();
            return bytes.length;
        } finally {
            lock.unlock();
        }
    }

    private void forget() {
        lock.lock();
        try {
            driverReady = false;
            for (Optional<Port> port : ports) {
                port.ifPresent(each -> {
                    each.ready = false;
                    each.guestOpen = false;
                });
            }
            outgoing.clear();
            told.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes one message of the driver's. One that makes no sense is ignored. */
    private long hear(DescriptorChain chain) {
        if (chain.readable().byteSize() < ControlMessage.BYTES) {
            ignore("of %d bytes".formatted(chain.readable().byteSize()));
            return 0;
        }
        byte[] bytes = new byte[ControlMessage.BYTES];
        chain.readable().slice(0, ControlMessage.BYTES).copyTo(bytes, 0);
        ControlMessage message = ControlMessage.of(bytes);
        lock.lock();
        try {
            if (message.event() == ControlMessage.DEVICE_READY) {
                deviceReady(message.value() != 0);
            } else {
                portMessage(message);
            }
        } finally {
            lock.unlock();
        }
        return 0;
    }

    private void deviceReady(boolean well) {
        if (!well) {
            health.log("the driver could not set the ports up");
        } else if (!driverReady) {
            driverReady = true;
            for (Optional<Port> port : ports) {
                port.ifPresent(each -> send(each, ControlMessage.DEVICE_ADD, 1));
            }
        }
    }

    private void portMessage(ControlMessage message) {
        Optional<Port> port = message.port() < ports.size() ? ports.get((int) message.port()) : Optional.empty();
        if (!driverReady || port.isEmpty()) {
            ignore("for port %d".formatted(message.port()));
        } else if (message.event() == ControlMessage.PORT_READY) {
            portReady(port.get(), message.value() != 0);
        } else if (message.event() == ControlMessage.PORT_OPEN && port.get().ready) {
            port.get().guestOpen = message.value() != 0;
            port.get().guestOpened.run();
        } else {
            ignore("with event %d for port %d".formatted(message.event(), message.port()));
        }
    }

    private void portReady(Port port, boolean well) {
        if (!well) {
            health.log("the driver could not add port %d".formatted(port.id));
        } else if (!port.ready) {
            port.ready = true;
            if (port.name == null) {
                send(port, ControlMessage.CONSOLE_PORT, 1);
                sendSize(port);
            } else {
                send(port, ControlMessage.PORT_NAME, 1, port.name.getBytes(StandardCharsets.US_ASCII));
            }
            if (port.hostOpen) {
                send(port, ControlMessage.PORT_OPEN, 1);
            }
        }
    }

    private void ignore(String what) {
        health.log("control message " + what + " ignored");
    }
}
