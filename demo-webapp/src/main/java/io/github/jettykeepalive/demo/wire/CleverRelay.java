package io.github.jettykeepalive.demo.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The relay that knows its trade: it drops the fields of the hop it was sent on, names itself in {@code Via}, and makes its
 * own arrangement on either side. It understands {@code Proxy-Connection}, as Netscape's did.
 */
public final class CleverRelay extends Relay {
    /** Listens at once. */
    public CleverRelay(Wire.Connecting upstream) throws IOException {
        super(upstream);
    }

    @Override
    protected void serve(Socket client, Socket server) throws IOException {
        InputStream fromClient = new BufferedInputStream(client.getInputStream());
        InputStream fromServer = new BufferedInputStream(server.getInputStream());
        boolean kept = true;
        while (kept) {
            String request = head(fromClient);
            boolean wanted = asks(request, "proxy-connection: keep-alive") || asks(request, "connection: keep-alive");
            String own = "Via: 1.0 clever\r\nConnection: " + (wanted ? "keep-alive" : "close") + "\r\n\r\n";
            write(server.getOutputStream(), stripped(request) + own);
            kept = answer(client.getOutputStream(), fromServer, wanted);
        }
    }

    /** Passes one answer on; true if both hops are kept. */
    private static boolean answer(OutputStream toClient, InputStream fromServer, boolean wanted) throws IOException {
        String response = head(fromServer);
        boolean granted = wanted && asks(response, "connection: keep-alive");
        write(toClient, stripped(response) + "Connection: " + (granted ? "keep-alive" : "close") + "\r\n\r\n");
        String length = response.replaceAll("(?is).*\ncontent-length: *(\\d+).*|.*", "$1");
        toClient.write(fromServer.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length)));
        toClient.flush();
        return granted;
    }

    private static boolean asks(String head, String field) {
        return head.toLowerCase(Locale.ROOT).contains("\n" + field);
    }

    private static String stripped(String head) {
        return head.strip()
                        .lines()
                        .filter(line -> !line.matches("(?i)(proxy-connection|connection|keep-alive):.*"))
                        .collect(Collectors.joining("\r\n"))
                + "\r\n";
    }

    private static String head(InputStream in) throws IOException {
        return new String(BlindRelay.readHead(in), StandardCharsets.ISO_8859_1);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
