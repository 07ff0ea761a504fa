package io.github.jettykeepalive.demo.wire;

import io.github.jettykeepalive.demo.lab.Recorder;
import io.github.jettykeepalive.demo.lab.Run;
import io.github.jettykeepalive.demo.lab.Target;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client's end of one connection, which writes down what it sends and sees. Used by one thread at a time. */
public final class Wire implements AutoCloseable {
    private static final byte[] FILLER = new byte[64 * 1024];

    private final Socket socket;
    private final Recorder recorder;
    private final int id;
    private final InputStream in;
    private final OutputStream out;
    private boolean quiet;
    private boolean writeFailed;
    private double sentAt;

    private Wire(Socket socket, Recorder recorder, int id) throws IOException {
        this.socket = socket;
        this.recorder = recorder;
        this.id = id;
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        patience(5000);
    }

    /** Opens a connection to a target, which ends with the run. */
    public static Wire open(Run run, Target target, Recorder recorder) throws IOException {
        return open(run, target::connect, recorder);
    }

    /** Opens a connection in any way; it ends with the run. */
    public static Wire open(Run run, Connecting connecting, Recorder recorder) throws IOException {
        int id = recorder.nextConnection();
        double from = recorder.now();
        Socket socket = run.keep(connecting.connect());
        recorder.span(Integer.toString(id), "connect", "connect", from);
        return new Wire(socket, recorder, id);
    }

    /** How a socket comes about. */
    @FunctionalInterface
    public interface Connecting {
        /** A connected socket. */
        Socket connect() throws IOException;
    }

    /** Bounds every later wait for bytes. */
    public Wire patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
        return this;
    }

    /** Leaves the transcript alone from now on: one of many like it is already in there. */
    public Wire quietly() {
        quiet = true;
        return this;
    }

    /** Goes on with the transcript. */
    public Wire loudly() {
        quiet = false;
        return this;
    }

    /** Whether the server has said or done something that is not read yet. */
    public boolean hasNews() throws IOException {
        return in.available() > 0;
    }

    /** Whether neither FIN nor reset has come, and there is nothing to read. */
    public boolean isOpen() throws IOException {
        patience(20);
        return awaitFirstByte() == End.SILENCE;
    }

    /** Which connection of its column it is. */
    public int id() {
        return id;
    }

    /** The socket, for its options. */
    public Socket socket() {
        return socket;
    }

    /** Whether a write met a reset. */
    public boolean writeFailed() {
        return writeFailed;
    }

    /** Sends text. */
    public boolean send(String text) {
        say("client", text.replace("\r", "").stripTrailing());
        return write(text.getBytes(StandardCharsets.ISO_8859_1), 1);
    }

    /** Sends that many bytes of no meaning, and waits until the kernel has taken them. */
    public boolean sendFiller(long bytes) {
        return sendFiller(bytes, false);
    }

    /** Sends that many bytes, in chunks with the last one if asked for. */
    public boolean sendFiller(long bytes, boolean chunked) {
        double from = recorder.now();
        boolean sent = chunked ? writeChunks(bytes) : writePlain(bytes);
        recorder.span(lane(), sent ? "send" : "lost", sent ? "body" : "write failed", from);
        sentAt = recorder.now();
        say(sent ? "client" : "note", sent ? "(" + bytes + " bytes)" : "write failed: connection reset");
        return sent;
    }

    private boolean writePlain(long bytes) {
        for (long left = bytes; left > 0; left -= FILLER.length) {
            if (!write(FILLER, (int) Math.min(left, FILLER.length), 0)) {
                return false;
            }
        }
        return true;
    }

    private boolean writeChunks(long bytes) {
        byte[] head = (Integer.toHexString(FILLER.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] tail = "\r\n".getBytes(StandardCharsets.US_ASCII);
        for (long left = bytes; left > 0; left -= FILLER.length) {
            if (!write(head, 0) || !write(FILLER, 0) || !write(tail, 0)) {
                return false;
            }
        }
        return write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 0);
    }

    private boolean write(byte[] bytes, int mark) {
        return write(bytes, bytes.length, mark);
    }

    private boolean write(byte[] bytes, int length, int mark) {
        if (mark > 0) {
            sentAt = recorder.now();
        }
        try {
            out.write(bytes, 0, length);
            out.flush();
            return true;
        } catch (IOException e) {
            writeFailed = true;
            return false;
        }
    }

    /** Reads the next response. */
    public Reply read() {
        return read(false);
    }

    /** Reads the next response to a HEAD. */
    public Reply readHead() {
        return read(true);
    }

    private Reply read(boolean head) {
        double from = sentAt;
        End before = awaitFirstByte();
        double first = recorder.now();
        Reply reply =
                (before == End.OPEN ? new ReplyReader(in, head).read() : Reply.none(before)).endedBy(this::trueEnd);
        tell(reply, from, first);
        return reply;
    }

    /** The kernel tells of a reset only once: if a write was told, a read sees what looks like a FIN. */
    private End trueEnd(End seen) {
        return writeFailed && seen == End.FIN ? End.RESET : seen;
    }

    /** OPEN if there is something to read. */
    private End awaitFirstByte() {
        try {
            in.mark(1);
            if (in.read() < 0) {
                return End.FIN;
            }
            in.reset();
            return End.OPEN;
        } catch (SocketTimeoutException e) {
            return End.SILENCE;
        } catch (IOException e) {
            return End.RESET;
        }
    }

    private void tell(Reply reply, double from, double first) {
        String label = reply.statusLine().isEmpty() ? "no answer" : reply.statusLine();
        boolean inVain = reply.statusLine().isEmpty();
        recorder.span(lane(), inVain ? "lost" : "wait", label, from, first);
        if (!inVain) {
            recorder.span(lane(), reply.whole() ? "receive" : "lost", label, first);
        }
        if (reply.status() != 0) {
            say("server", reply.head() + (reply.body().isEmpty() ? "" : "\n\n" + excerpt(reply.body())));
        }
        tell(reply.end());
    }

    private void tell(End end) {
        switch (end) {
            case FIN -> say("note", "FIN from the server");
            case RESET -> say("note", "RST from the server");
            case SILENCE -> say("note", "silence");
            case OPEN -> {}
        }
    }

    /** Reads and drops what still comes, until the end. */
    public End awaitEnd() {
        double from = recorder.now();
        End end;
        try {
            byte[] buffer = new byte[8192];
            while (in.read(buffer) >= 0) {
                // Only the end is of interest.
            }
            end = trueEnd(End.FIN);
        } catch (SocketTimeoutException e) {
            end = End.SILENCE;
        } catch (IOException e) {
            end = End.RESET;
        }
        recorder.span(lane(), end == End.RESET ? "lost" : "idle", "until " + end, from);
        tell(end);
        return end;
    }

    /** Sends our FIN; reading goes on. */
    public void halfClose() throws IOException {
        socket.shutdownOutput();
        say("note", "FIN from the client");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String lane() {
        return Integer.toString(id);
    }

    private void say(String from, String text) {
        if (!quiet) {
            recorder.line(id, from, text);
        }
    }

    private static String excerpt(String body) {
        String text = body.strip();
        return text.length() <= 240 ? text : text.substring(0, 24).strip() + "… (" + body.length() + " bytes)";
    }
}
