package io.github.jettykeepalive.demo.board;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Clients that ask once and then keep their connections, until the server has had enough of them. One thread for all. */
public final class IdleCrowd implements AutoCloseable {
    /** As many as the board is made for; each costs two descriptors of this process. */
    public static final int MOST = 1000;

    private final Set<SocketChannel> members = ConcurrentHashMap.newKeySet();
    private final Selector selector;
    private final ByteBuffer waste = ByteBuffer.allocate(4096);

    /** Nobody yet. */
    public IdleCrowd() throws IOException {
        selector = Selector.open();
        Thread thread = new Thread(this::watch, "lab-crowd");
        thread.setDaemon(true);
        thread.start();
    }

    /** How many there are. */
    public int size() {
        return members.size();
    }

    /**
     * More of them, as far as the bound allows.
     *
     * @return how many came
     */
    public int open(int count, InetSocketAddress server, String path) throws IOException {
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: " + server.getHostString()
                        + "\r\nConnection: keep-alive\r\nUser-Agent: lab-crowd\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        int more = Math.max(0, Math.min(count, MOST - size()));
        for (int i = 0; i < more; i++) {
            SocketChannel channel = SocketChannel.open(server);
            members.add(channel);
            channel.write(ByteBuffer.wrap(request));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        }
        selector.wakeup();
        return more;
    }

    /** All of them leave. */
    public void disperse() {
        members.forEach(this::dismiss);
        selector.wakeup();
    }

    private void watch() {
        while (selector.isOpen()) {
            try {
                selector.select(key -> look((SocketChannel) key.channel()), 1000);
            } catch (IOException | RuntimeException e) {
                // Closed under our hands.
            }
        }
    }

    private void look(SocketChannel channel) {
        try {
            waste.clear();
            if (channel.read(waste) < 0) {
                dismiss(channel);
            }
        } catch (IOException e) {
            dismiss(channel);
        }
    }

    private void dismiss(SocketChannel channel) {
        members.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            // Gone is gone.
        }
    }

    @Override
    public void close() throws IOException {
        disperse();
        selector.close();
    }
}
