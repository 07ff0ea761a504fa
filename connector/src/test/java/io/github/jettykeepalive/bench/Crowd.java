package io.github.jettykeepalive.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Connections that are opened, ask at most once, and then stay. */
final class Crowd implements AutoCloseable {
    /** A socket of a process's own is a descriptor; it needs some for its files, too. */
    private static final int OTHER_DESCRIPTORS = 400;

    private final List<SocketChannel> members = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);

    /** As many of them as the limit of open files lets one process have. */
    static int atMost(int wanted) {
        var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        long files = ((com.sun.management.UnixOperatingSystemMXBean) system).getMaxFileDescriptorCount();
        return (int) Math.min(wanted, files - OTHER_DESCRIPTORS);
    }

    /** What a member does after it has connected. */
    enum Manner {
        /** Nothing. */
        SILENT(""),
        /** Has one answer. */
        KEPT("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        /** Has its answer and the server's FIN, and does not close. */
        LEAVES_THE_SERVER_LINGERING("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        private final byte[] request;

        Manner(String request) {
            this.request = Link.ascii(request);
        }
    }

    /** Lets so many more in, from 200 source addresses in turn. */
    void grow(int port, int more, Manner manner) throws IOException {
        for (int i = 0; i < more; i++) {
            SocketChannel member = SocketChannel.open();
            members.add(member);
            member.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves no TIME_WAIT behind
            member.bind(new InetSocketAddress("127.0.1." + (1 + members.size() % 200), 0));
            member.connect(new InetSocketAddress("127.0.0.1", port));
            if (manner != Manner.SILENT) {
                ask(member, manner);
            }
        }
    }

    private void ask(SocketChannel member, Manner manner) throws IOException {
        member.write(ByteBuffer.wrap(manner.request));
        int read = member.read(buffer.clear());
        while (manner == Manner.LEAVES_THE_SERVER_LINGERING && read >= 0) {
            read = member.read(buffer.clear());
        }
        if (manner == Manner.KEPT && read <= 0) {
            throw new IOException("not answered");
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel member : members) {
            member.close();
        }
    }
}
