package io.github.jettykeepalive.demo.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * The relay that does not know what {@code Connection} means: it passes a request on as it is, then the answer, until the
 * server closes. It expects no second request, so it does not read one.
 */
public final class BlindRelay extends Relay {
    /** Listens at once. */
    public BlindRelay(Wire.Connecting upstream) throws IOException {
        super(upstream);
    }

    @Override
    protected void serve(Socket client, Socket server) throws IOException {
        server.getOutputStream().write(readHead(client.getInputStream()));
        copy(server.getInputStream(), client.getOutputStream());
    }

    /** Up to and with the empty line. */
    static byte[] readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int line = 0;
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("end of stream");
            }
            head.write(b);
            if (b == '\n' && line == 0) {
                return head.toByteArray();
            }
            line = b == '\n' ? 0 : b == '\r' ? line : line + 1;
        }
    }
}
