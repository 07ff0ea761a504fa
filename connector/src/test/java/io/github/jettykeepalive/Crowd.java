package io.github.jettykeepalive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many plain clients on one thread. Each has a script; after its last line it leaves, or waits for the server's FIN.
 *
 * <p>Times are counted from the response before, so no member depends on how fast the others are served.
 */
final class Crowd {
    private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: (\\d+)\r\n");

    /**
     * One line of a script.
     *
     * @param after how long after the last response, or after the line before if that wants none
     * @param answered whether the next line waits for a response
     */
    record Line(Duration after, String text, boolean answered) {
        static Line ask(Duration after, String request) {
            return new Line(after, request, true);
        }

        static Line say(Duration after, String text) {
            return new Line(after, text, false);
        }
    }

    /**
     * What became of a member.
     *
     * @param responses how many complete ones it has read
     * @param text all it has read
     * @param fin whether the server's FIN came
     * @param reset whether a read or a write failed
     */
    record Outcome(int responses, String text, boolean fin, boolean reset) {}

    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    private final PriorityQueue<Member> due = new PriorityQueue<>(Comparator.comparingLong(member -> member.at));
    private final List<Member> members = new ArrayList<>();
    private final boolean staysToTheEnd;
    private int playing;

    private Crowd(boolean staysToTheEnd) {
        this.staysToTheEnd = staysToTheEnd;
    }

    /**
     * Has everybody play their part.
     *
     * @param staysToTheEnd whether members wait for the server's FIN after their last line, rather than close
     * @param patience for all of it
     */
    static List<Outcome> play(
            int port, int size, IntFunction<List<Line>> scripts, boolean staysToTheEnd, Duration patience)
            throws IOException {
        var crowd = new Crowd(staysToTheEnd);
        try (var selector = Selector.open()) {
            for (int i = 0; i < size; i++) {
                crowd.enter(selector, port, scripts.apply(i));
            }
            crowd.play(selector, System.nanoTime() + patience.toNanos());
            return crowd.members.stream().map(Member::outcome).toList();
        } finally {
            for (Member member : crowd.members) {
                member.channel.close();
            }
        }
    }

    private void enter(Selector selector, int port, List<Line> script) throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
        var member = new Member(channel, script);
        channel.register(selector, SelectionKey.OP_READ, member);
        members.add(member);
        playing++;
        goOn(member);
    }

    private void play(Selector selector, long deadline) throws IOException {
        while (playing > 0) {
            long now = System.nanoTime();
            if (now - deadline > 0) {
                throw new AssertionError(playing + " of " + members.size() + " have not come to their end");
            }
            while (!due.isEmpty() && due.peek().at - now <= 0) {
                speak(due.poll());
            }
            long wait = due.isEmpty() ? 100 : Math.max(1, Math.min(100, (due.peek().at - now) / 1_000_000));
            selector.select(key -> read((Member) key.attachment()), wait);
        }
    }

    /** Prepares the next line, or the end. */
    private void goOn(Member member) {
        if (member.next < member.script.size()) {
            member.at = member.since + member.script.get(member.next).after().toNanos();
            due.add(member);
        } else if (!staysToTheEnd) {
            leave(member);
        }
    }

    private void speak(Member member) {
        if (member.left) {
            return;
        }
        Line line = member.script.get(member.next++);
        try {
            member.channel.write(ByteBuffer.wrap(line.text().getBytes(ISO_8859_1)));
        } catch (IOException x) {
            member.reset = true;
            leave(member);
            return;
        }
        if (!line.answered()) {
            member.since = System.nanoTime();
            goOn(member);
        }
    }

    private void read(Member member) {
        try {
            int read = member.channel.read(buffer.clear());
            member.received.append(ISO_8859_1.decode(buffer.flip()));
            if (read < 0) {
                member.fin = true;
                leave(member);
            } else if (member.takeResponse()) {
                member.since = System.nanoTime();
                goOn(member);
            }
        } catch (IOException x) {
            member.reset = true;
            leave(member);
        }
    }

    private void leave(Member member) {
        if (member.left) {
            return;
        }
        member.left = true;
        playing--;
        try {
            member.channel.close();
        } catch (IOException x) {
            member.reset = true;
        }
    }

    private static final class Member {
        private final SocketChannel channel;
        private final List<Line> script;
        private final StringBuilder received = new StringBuilder();
        private int taken;
        private int responses;
        private int next;
        private long since = System.nanoTime();
        private long at;
        private boolean fin;
        private boolean reset;
        private boolean left;

        private Member(SocketChannel channel, List<Line> script) {
            this.channel = channel;
            this.script = script;
        }

        private boolean takeResponse() {
            int header = received.indexOf("\r\n\r\n", taken);
            if (header < 0) {
                return false;
            }
            Matcher length = LENGTH.matcher(received).region(taken, header + 2);
            int end = header + 4 + (length.find() ? Integer.parseInt(length.group(1)) : 0);
            if (received.length() < end) {
                return false;
            }
            taken = end;
            responses++;
            return true;
        }

        private Outcome outcome() {
            return new Outcome(responses, received.toString(), fin, reset);
        }
    }
}
