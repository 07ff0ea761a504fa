package io.github.jettykeepalive.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.jettykeepalive.testing.End;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.Rest;
import io.github.jettykeepalive.testing.Sent;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** What one peer says, in which pieces, and how it leaves. */
final class Conversation {
    /** No wait of {@link Settings} is as long, nor are all that may follow each other. */
    static final Duration FOR_EVER = Duration.ofSeconds(20);

    private static final int EVERY_BYTE_OF = 1500;

    /** How the peer leaves. */
    enum Ending {
        HALF_CLOSE,
        /** Waits for the server to end the connection. */
        STAY,
        RESET,
        CLOSE,
        /** Has never read anything. */
        DEAF;

        boolean reads() {
            return this == HALF_CLOSE || this == STAY;
        }
    }

    /**
     * What the peer saw.
     *
     * @param rest null if it never read
     * @param millis how long it took
     */
    record Seen(Rest rest, boolean allSent, long millis) {}

    final List<Message> messages = new ArrayList<>();
    final Ending ending;
    private final byte[] bytes;
    private final int[] cuts;
    private final long pauseNanos;

    /**
     * @param name goes into the ids of its requests
     * @param crossed see {@link Messages}
     */
    Conversation(Random random, String name, boolean crossed) {
        var make = new Messages(random, name, crossed);
        var all = new StringBuilder();
        int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 12 : 4);
        for (int i = 0; i < count; i++) {
            Message message = make.next();
            messages.add(message);
            all.append(message.bytes());
        }
        ending = pickEnding(random);
        int sent = all.length();
        if (random.nextInt(3) == 0) {
            sent = random.nextInt(all.length() + 1);
            cut(sent);
        }
        bytes = all.substring(0, sent).getBytes(ISO_8859_1);
        cuts = cuts(random, bytes.length);
        pauseNanos = random.nextInt(3) > 0 ? 0 : cuts.length > 100 ? 20_000 : 1_000_000;
    }

    private static Ending pickEnding(Random random) {
        int kind = random.nextInt(20);
        return kind < 13
                ? Ending.HALF_CLOSE
                : kind < 14 ? Ending.STAY : kind < 16 ? Ending.RESET : kind < 18 ? Ending.CLOSE : Ending.DEAF;
    }

    private void cut(int sent) {
        int before = 0;
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            if (before + message.length() > sent) {
                messages.set(i, message.cut(sent - before));
                messages.subList(i + 1, messages.size()).clear();
                return;
            }
            before += message.length();
        }
    }

    private static int[] cuts(Random random, int length) {
        var cuts = new TreeSet<Integer>();
        int kind = random.nextInt(4);
        if (kind == 0 && length < EVERY_BYTE_OF) {
            for (int i = 1; i < length; i++) {
                cuts.add(i);
            }
        } else if (kind > 1 && length > 0) {
            for (int i = random.nextInt(12); i > 0; i--) {
                cuts.add(random.nextInt(length));
            }
        }
        cuts.add(length);
        return cuts.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Plays it. The reading goes on while the writing does. */
    Seen play(RawClient client) throws Exception {
        long begin = System.nanoTime();
        CompletableFuture<Sent> sending = client.patience(FOR_EVER).sendInBackground(out -> write(client, out));
        Rest rest = ending.reads() ? client.readToEof() : null;
        boolean allSent = leave(client, sending);
        return new Seen(rest, allSent, (System.nanoTime() - begin) / 1_000_000);
    }

    private void write(RawClient client, OutputStream out) throws IOException {
        int from = 0;
        for (int to : cuts) {
            out.write(bytes, from, to - from);
            out.flush();
            from = to;
            if (pauseNanos > 0) {
                LockSupport.parkNanos(pauseNanos);
            }
        }
        if (ending == Ending.HALF_CLOSE) {
            client.halfClose();
        }
    }

    private boolean leave(RawClient client, CompletableFuture<Sent> sending) throws Exception {
        boolean allSent = false;
        try {
            // A server that waits for a deaf peer to read does not read either.
            long patience = ending == Ending.DEAF ? 300 : FOR_EVER.toMillis();
            allSent = sending.get(patience, TimeUnit.MILLISECONDS).complete();
        } catch (TimeoutException x) {
            if (ending != Ending.DEAF) {
                throw new AssertionError("neither read nor closed by the server", x);
            }
        }
        if (ending == Ending.RESET || ending == Ending.DEAF) {
            client.reset();
        }
        client.close();
        return allSent;
    }

    /** Whether a wait of the server must have come to its end before the connection could. */
    boolean isPatient(Seen seen) {
        return ending == Ending.STAY || seen.millis() > 1000;
    }

    boolean endedIn(Seen seen, End end) {
        return seen.rest() != null && seen.rest().end() == end;
    }

    @Override
    public String toString() {
        var text = new StringBuilder(ending + ", cut at " + cuts.length + " places, " + bytes.length + " bytes:");
        messages.forEach(message -> text.append("\n  ")
                .append(message.fate())
                .append(message.last() ? " last " : " ")
                .append(abbreviate(message.head()))
                .append(" | ")
                .append(abbreviate(message.rest())));
        return text.toString();
    }

    private static String abbreviate(String text) {
        String visible = text.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0");
        return visible.length() < 400 ? visible : visible.substring(0, 400) + "... " + visible.length();
    }
}
