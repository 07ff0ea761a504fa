package io.github.jettykeepalive.oracle;

import io.github.jettykeepalive.oracle.Answer.Framing;
import io.github.jettykeepalive.oracle.Episode.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The differences from stock Jetty that README names, each under the name of its rule. A rule explains one difference, and only
 * where it is at work; what no rule explains is a defect.
 */
enum AllowedDifferences {
    /** "A closing response says {@code Connection: close}, errors and HTTP/1.0 included." */
    CLOSING_RESPONSE_SAYS_CLOSE {
        @Override
        boolean explains(Case of, Difference difference) {
            int i = difference.answer();
            return difference.where().endsWith(".field.connection")
                    && of.stockCloses(i)
                    && (isWith(difference, "close") || isInsteadOfKeepAlive(difference));
        }
    },
    /** "Content left unread ends the connection." */
    CONTENT_LEFT_ENDS_THE_CONNECTION {
        @Override
        boolean explains(Case of, Difference difference) {
            return difference.where().endsWith(".field.connection")
                            && (of.isContentLeft(difference.answer()) || of.isContentMalformed(difference.answer()))
                            && options(difference.ours()).contains("close")
                            && !options(difference.ours()).contains("keep-alive")
                    || of.isFailedByItsWrite(difference)
                    || of.isHeldOpenByTheExchange(difference)
                    || of.closesFirst(difference, i -> of.isContentLate(i) || of.isBeingCalled(i));
        }
    },
    /** "Asked for, it persists, and the response says so"; {@code Keep-Alive} to those who sent {@code keep-alive}. */
    KEEP_ALIVE_IS_ANNOUNCED {
        @Override
        boolean explains(Case of, Difference difference) {
            int i = difference.answer();
            if (i < 0 || i >= of.asked() || !of.asked(i).says("Connection", "keep-alive") || of.oursSaysClose(i)) {
                return false;
            }
            boolean named = difference.where().endsWith(".field.connection") && isWith(difference, "keep-alive");
            return named
                    || of.isCutSooner(difference, i)
                    || (difference.where().endsWith(".field.keep-alive")
                            && difference.ours().matches("(timeout=\\d+, )?max=\\d+|timeout=\\d+"));
        }
    },
    /** "{@code Keep-Alive} never beside {@code close}, always named in {@code Connection}": only we know how long it is kept. */
    OWN_KEEP_ALIVE_IS_REMOVED {
        @Override
        boolean explains(Case of, Difference difference) {
            return difference.where().endsWith(".field.keep-alive")
                    && difference.stock().matches("timeout=99(, timeout=99)*")
                    && difference.ours().equals("null");
        }
    },
    /** "A closing HTTP/1.1 response of unknown length is chunked." */
    CLOSING_RESPONSE_IS_CHUNKED {
        @Override
        boolean explains(Case of, Difference difference) {
            if (difference.where().equals("end")) {
                return of.sendsBehindTheEnd(difference);
            }
            if (of.writesBeforeTheLastChunk(difference) || of.sendsTheLastChunkToNobody(difference)) {
                return true;
            }
            int i = difference.answer();
            if (i < 0 || !of.inBoth(i)) {
                return false;
            }
            boolean chunked = of.isChunkedHereAlone(i);
            // Who vanishes has read a response to its end only if that was marked.
            boolean partial = of.stockAnswer(i).body().equals(Run.PARTIAL);
            String what = difference.what();
            return chunked
                    && (what.equals("framing")
                            || what.equals("field.transfer-encoding")
                            || what.equals("rest")
                            || (what.equals("complete") && (partial || of.failed(i)))
                            || (what.equals("body")
                                    && (partial
                                            || (of.failed(i)
                                                    && of.oursAnswer(i).body().equals(Run.PARTIAL)))));
        }
    },
    /** "An incomplete response cannot look complete": one whose end only the close could mark is reset. */
    FAILED_RESPONSE_IS_RESET {
        @Override
        boolean explains(Case of, Difference difference) {
            int last = of.ours().finals().size() - 1;
            if (last < 0 || of.oursAnswer(last).framing() != Framing.CLOSE || !of.failed(last)) {
                return false;
            }
            return (difference.where().equals("end") && difference.ours().equals("RESET"))
                    || (difference.answer() == last && difference.what().equals("complete"))
                    || (difference.answer() == last
                            && difference.what().equals("body")
                            && (of.oursAnswer(last).body().equals(Run.PARTIAL)
                                    || of.isPrefix(of.oursAnswer(last), last)));
        }
    },
    /** "Half close, then read until the peer's FIN": where stock Jetty resets, and so destroys what has not been read. */
    LINGERS {
        @Override
        boolean explains(Case of, Difference difference) {
            boolean spared =
                    (of.stock().seen() == Client.End.RESET || of.stock().seen() == Client.End.CUT)
                            && of.ours().seen() != Client.End.RESET
                            && of.episode().setup().settings() != Setup.Settings.NOT_LINGERING;
            if (!spared) {
                return of.leavesSooner(difference);
            }
            int i = difference.answer();
            boolean more = i == of.stock().finals().size() - 1
                    && of.inBoth(i)
                    && !of.stockAnswer(i).complete();
            return difference.where().equals("end")
                    || (i >= of.stock().finals().size() && of.oursAnswer(i).complete() && of.oursSaysClose(i))
                    || (more && (of.stockAnswer(i).body().equals(Run.PARTIAL) || of.goesOn(i)));
        }
    },
    /** "No interim response to HTTP/1.0." */
    NO_INTERIM_TO_HTTP_1_0 {
        @Override
        boolean explains(Case of, Difference difference) {
            if (of.firstOf((asked, i) -> asked.isHttp10() && of.isSpared(i, "Interim failed EofException")) >= 0) {
                // What is not sent cannot meet a peer that is gone.
                return of.isBehind(difference, of.firstOf(Asked::isHttp10) - 1);
            }
            return difference.where().equals("interims")
                    && IntStream.range(0, of.asked()).anyMatch(i -> of.asked(i).isHttp10())
                    && of.withoutHttp10(difference.stock()).equals(difference.ours());
        }
    },
    /** "A slow header gets 408 and a close." */
    SLOW_HEADER_GETS_408 {
        @Override
        boolean explains(Case of, Difference difference) {
            int last = of.ours().finals().size() - 1;
            if (last < 0 || of.oursAnswer(last).status() != 408) {
                return false;
            }
            // Stock Jetty logs an error that it does not send, or waits for the rest for longer.
            String unsent = "(; )?GET /badRequest HTTP/1.[01] 500 read 0 written 0$";
            if (difference.where().equals("lane.log")) {
                return difference.stock().replaceFirst(unsent, "").equals(difference.ours());
            }
            if (difference.where().equals("lane.connection")) {
                return !of.stock()
                        .lane("log")
                        .replaceFirst(unsent, "")
                        .equals(of.stock().lane("log"));
            }
            return difference.answer() == last
                    && of.oursSaysClose(last)
                    && of.ours().lane("x" + last + ".main").isEmpty()
                    && of.stock().lane("x" + last + ".main").isEmpty();
        }
    },
    /** "HTTP/1.0 through a relay ({@code Via}, {@code Proxy-Connection}) is not kept." */
    RELAYED_IS_NOT_KEPT {
        @Override
        boolean explains(Case of, Difference difference) {
            return of.closesFirst(
                    difference,
                    i -> of.asked(i).isHttp10()
                            && (of.asked(i).has("Via") || of.asked(i).has("Proxy-Connection")));
        }
    },
    /** "The connection closes: a CONNECT that is not answered with a tunnel", whatever the answer said. */
    REFUSED_CONNECT_CLOSES {
        @Override
        boolean explains(Case of, Difference difference) {
            int last = of.lastAnswered();
            boolean promised = last >= 0
                    && last < of.asked()
                    && of.asked(last).method().equals("CONNECT")
                    && (last >= of.ours().finals().size() || of.oursAnswer(last).status() / 100 == 2);
            return promised
                    ? of.isBehind(difference, last)
                    : of.closesFirst(difference, i -> of.asked(i).method().equals("CONNECT"));
        }
    },
    /** The setting {@code maxRequests}, and "a request's own {@code Keep-Alive} may only tighten". */
    MAX_REQUESTS {
        @Override
        boolean explains(Case of, Difference difference) {
            return of.closesFirst(difference, i -> {
                boolean two = of.episode().setup().settings() == Setup.Settings.TWO_REQUESTS && i >= 1;
                boolean own = IntStream.rangeClosed(0, i)
                        .anyMatch(k -> of.asked(k).says("Keep-Alive", "max=1")
                                || of.asked(k).says("Keep-Alive", "max=5"));
                return two || (own && i >= 1);
            });
        }
    },
    /** "A request's own {@code Keep-Alive} may only tighten." */
    CLIENT_TIGHTENS {
        @Override
        boolean explains(Case of, Difference difference) {
            int last = of.lastAnswered();
            boolean asked = IntStream.rangeClosed(0, Math.min(last, of.asked() - 1))
                    .anyMatch(i -> of.asked(i).says("Keep-Alive", "timeout=1"));
            return asked && of.isBehind(difference, last);
        }
    },
    /** "A request can tighten what the server allows, by attributes", before the response is committed. */
    ATTRIBUTE_TIGHTENS {
        @Override
        boolean explains(Case of, Difference difference) {
            return of.closesFirst(
                            difference,
                            i -> of.isAttributeSet(i, "close", true)
                                    || of.isAttributeSet(i, "maxRequests", 1)
                                    || (i >= 1 && of.isAttributeSet(i, "maxRequests", 2))
                                    || of.isAttributeSet(i, "keepAliveTimeout", 0L))
                    || of.isIdleEarlier(difference);
        }
    },
    /** "{@code Transfer-Encoding} in HTTP/1.0: 400 and close, nothing behind it is served." */
    TRANSFER_ENCODING_IN_HTTP_1_0 {
        @Override
        boolean explains(Case of, Difference difference) {
            return of.faultyAt() >= 0 && of.isBehind(difference, of.faultyAt() - 1);
        }
    },
    /** "{@code Expect} in HTTP/1.0 is ignored", and "does not end the connection by itself". */
    EXPECT_IN_HTTP_1_0 {
        @Override
        boolean explains(Case of, Difference difference) {
            int i = of.firstOf(asked -> asked.isHttp10() && asked.has("Expect"));
            return i >= 0 && of.isBehind(difference, i - 1);
        }
    },
    /** {@code maxLingering}: "beyond it the oldest is reset". */
    OLDEST_LINGERING_IS_RESET {
        @Override
        boolean explains(Case of, Difference difference) {
            return of.episode().setup().settings() == Setup.Settings.ONE_LINGERS
                    && !of.ours().end().equals("FIN")
                    && (difference.where().equals("end")
                            || difference.what().equals("body")
                            || difference.what().equals("rest")
                            || difference.what().equals("complete"));
        }
    };

    /** Whether it explains this difference. */
    abstract boolean explains(Case of, Difference difference);

    /** The rule that explains this difference, or null. */
    static AllowedDifferences of(Case of, Difference difference) {
        for (AllowedDifferences each : values()) {
            if (each.explains(of, difference)) {
                return each;
            }
        }
        return null;
    }

    /** Whether ours is stock Jetty's list with this option added. */
    private static boolean isWith(Difference difference, String option) {
        List<String> ours = options(difference.ours());
        List<String> expected = options(difference.stock());
        return ours.remove(option) && ours.equals(expected);
    }

    /** Whether stock Jetty's list says keep-alive, as it does for a CONNECT whatever comes of it, where ours says close. */
    private static boolean isInsteadOfKeepAlive(Difference difference) {
        List<String> ours = options(difference.ours());
        List<String> expected = options(difference.stock());
        return ours.remove("close") && expected.remove("keep-alive") && ours.equals(expected);
    }

    private static List<String> options(String value) {
        return value.equals("null")
                ? new ArrayList<>()
                : new ArrayList<>(List.of(value.toLowerCase(Locale.ROOT).split(" *, *")));
    }

    /** What a rule looks at. */
    record Case(Episode episode, Run.Outcome stock, Run.Outcome ours) {
        interface AtAnswer {
            boolean test(int number);
        }

        interface AtRequest {
            boolean test(Asked asked, int number);
        }

        interface OfRequest {
            boolean test(Asked asked);
        }

        int asked() {
            return episode.requests().size();
        }

        Asked asked(int number) {
            return episode.requests().get(number);
        }

        private static final String GONE = "EofException(peer gone) < IOException(peer gone)";

        private static final int LONGEST_ANNOUNCEMENT =
                "Connection: keep-alive\r\nKeep-Alive: timeout=99, max=1000\r\n".length();

        private boolean inStock(int number) {
            return number >= 0 && number < stock.finals().size();
        }

        boolean inBoth(int number) {
            return number >= 0
                    && number < stock.finals().size()
                    && number < ours.finals().size();
        }

        Answer stockAnswer(int number) {
            return stock.finals().get(number);
        }

        Answer oursAnswer(int number) {
            return ours.finals().get(number);
        }

        boolean oursSaysClose(int number) {
            return number >= 0
                    && number < ours.finals().size()
                    && oursAnswer(number).saysClose();
        }

        /** Whether stock Jetty closes behind this response, although it need not say so. */
        boolean stockCloses(int i) {
            boolean goesOn = !stock.lane("x" + (i + 1) + ".end").isEmpty();
            if (!inStock(i) || i != lastAnswered(stock) || i >= asked() || goesOn) {
                return false;
            }
            boolean oldAndNotAsked = asked(i).isHttp10()
                    && (!asked(i).says("Connection", "keep-alive") || asked(i).says("Connection", "close"));
            boolean jettysOwn = stockAnswer(i).status() >= 400
                    && stock.lane("x" + i + ".end").isEmpty();
            return oldAndNotAsked || jettysOwn || isUnframed(i);
        }

        /** Whether only the close can mark the end of the response. */
        private boolean isUnframed(int i) {
            boolean oldHead = asked(i).isHttp10()
                    && asked(i).isHead()
                    && !List.of(204, 304).contains(stockAnswer(i).status())
                    && stockAnswer(i).field("content-length").isEmpty();
            return stockAnswer(i).framing() == Framing.CLOSE || oldHead;
        }

        /** Whether the application left content that had not arrived, so that stock Jetty closes, too, whatever it says. */
        boolean isContentLeft(int i) {
            String end = i >= 0 && i < asked() ? stock.lane("x" + i + ".end") : "";
            return end.contains("Unconsumed")
                    || end.contains("HttpEofException")
                    || end.contains("BadMessageException");
        }

        boolean isChunkedHereAlone(int i) {
            return inBoth(i)
                    && stockAnswer(i).framing() == Framing.CLOSE
                    && oursAnswer(i).framing() == Framing.CHUNKED
                    && oursAnswer(i).saysClose();
        }

        /** Whether a client that knows a response to be complete before the close sends on, to where nobody lingers. */
        boolean sendsBehindTheEnd(Difference difference) {
            return episode.setup().settings() == Setup.Settings.NOT_LINGERING
                    && isChunkedHereAlone(ours.finals().size() - 1)
                    && difference.stock().equals("FIN")
                    && difference.ours().equals("RESET");
        }

        /** Whether the last chunk met a reset of the client, who has not read enough to tell how the response was framed. */
        boolean sendsTheLastChunkToNobody(Difference difference) {
            return IntStream.range(0, asked())
                    .filter(this::mayBeChunkedHereAlone)
                    .anyMatch(i -> {
                        boolean more = difference.exchange() == i
                                && withoutGone(difference.ours()).equals(withoutGone(difference.stock()));
                        return more
                                || (difference.where().equals("lane.statistics")
                                        && ours.lane("x" + i + ".events.response")
                                                .endsWith(GONE));
                    });
        }

        private static String withoutGone(String lane) {
            return lane.replace("; Write failed " + GONE, "")
                    .replace(" " + GONE, "")
                    .replace(GONE, "ok");
        }

        private boolean mayBeChunkedHereAlone(int i) {
            boolean unknown = !inBoth(i) || stockAnswer(i).body().equals(Run.PARTIAL);
            return unknown
                    && !asked(i).isHttp10()
                    && (asked(i).says("Connection", "close")
                            || episode.steps(i).stream().anyMatch(Case::saysClose));
        }

        private static boolean saysClose(Step step) {
            return step.toString().matches("Field\\[name=Connection, value=.*close.*]");
        }

        /** Whether both were cut where the kernel's buffers were full, which the longer header of ours has filled sooner. */
        boolean isCutSooner(Difference difference, int i) {
            return difference.what().equals("body")
                    && inBoth(i)
                    && !stockAnswer(i).complete()
                    && !oursAnswer(i).complete()
                    && stockAnswer(i).body().length() - oursAnswer(i).body().length() <= LONGEST_ANNOUNCEMENT
                    && isPrefix(oursAnswer(i), i);
        }

        /** Whether the application wrote once more while the last chunk was on its way, and heard that instead of being too late. */
        boolean writesBeforeTheLastChunk(Difference difference) {
            String late = "IllegalStateException(last already written)";
            int i = difference.exchange();
            String lane = "lane.x" + i;
            return isChunkedHereAlone(i)
                    && ((difference.where().equals(lane + ".main")
                                    && difference
                                            .stock()
                                            .replace(late, "WritePendingException")
                                            .equals(difference.ours()))
                            || (difference.where().equals(lane + ".end")
                                    && difference.stock().equals(late)
                                    && ours.lane("x" + i + ".main").contains("WritePendingException")));
        }

        /** Whether the content has no end that could arrive, so that stock Jetty closes, too, as soon as it has come to that. */
        boolean isContentMalformed(int i) {
            return i >= 0 && i < asked() && asked(i).malformed() && i == lastAnswered(stock);
        }

        /** Whether the application failed the response. */
        boolean failed(int number) {
            return !ours.lane("x" + number + ".end").equals("ok");
        }

        /** Whether our response goes on where stock Jetty's ends. */
        boolean goesOn(int number) {
            return oursAnswer(number).body().startsWith(stockAnswer(number).body());
        }

        boolean isPrefix(Answer answer, int number) {
            return number < stock.finals().size() && stockAnswer(number).body().startsWith(answer.body());
        }

        /** The interim responses to others than HTTP/1.0 requests. */
        String withoutHttp10(String interims) {
            var text = new StringBuilder();
            for (String each : interims.split("(?<=; )")) {
                int number = each.isEmpty() ? 0 : each.charAt(0) - '0';
                if (number >= asked() || !asked(number).isHttp10()) {
                    text.append(each);
                }
            }
            return text.toString();
        }

        /** Whether content may come only after the response was complete, or never. */
        boolean isContentLate(int number) {
            boolean complete = false;
            for (Turn turn : episode.story()) {
                if (turn instanceof Turn.OfHandler handler && handler.exchange() == number) {
                    complete |= handler.step().completes();
                } else if (turn instanceof Turn.OfClient client && client.act() instanceof Act.Send send) {
                    boolean continues = send.pieces().get(0) instanceof Act.Content
                            || !send.pieces().get(0).toString().matches("\"[A-Z]{3,7} [/l].*");
                    if (complete && continues) {
                        return true;
                    }
                }
            }
            return complete && (asked(number).isLong() || !asked(number).whole());
        }

        /** Whether a write failed, and content is left besides: which of the two stock Jetty tells first depends on whether it closes. */
        boolean isFailedByItsWrite(Difference difference) {
            int i = difference.exchange();
            return difference.where().equals("lane.x" + i + ".end")
                    && isContentLeft(i)
                    && ours.lane("x" + i + ".main").endsWith(difference.ours());
        }

        /** Whether our FIN, which waits for the end of an exchange that never ends, is what stock Jetty's close over TLS came of. */
        boolean isHeldOpenByTheExchange(Difference difference) {
            int last = lastAnswered();
            return oursSaysClose(last)
                    && asked(last).length() > 0
                    && stock.lane("settled").matches("no: 0 connections, [1-9].*")
                    && ours.lane("settled").matches("no: [1-9].*")
                    && (difference.where().equals("lane.x" + last + ".idle") || isBehind(difference, last));
        }

        /** Whether the response may have ended while another thread was in the application's callback for content. */
        boolean isBeingCalled(int number) {
            return episode.story().stream()
                    .anyMatch(turn -> turn instanceof Turn.OfHandler handler
                            && handler.exchange() == number
                            && handler.aside()
                            && handler.step() instanceof CoreStep.Demand);
        }

        /** Whether a client that leaves behind a closing response is let go at once, for which stock Jetty takes its idle timeout. */
        boolean leavesSooner(Difference difference) {
            boolean closed = episode.setup().ending() == Setup.Ending.LEAVE
                    && ours.end().equals("FIN")
                    && oursSaysClose(ours.finals().size() - 1);
            return closed
                    && ((difference.where().equals("end") && difference.stock().equals("OPEN"))
                            || (difference.where().equals("when")
                                    && difference.stock().equals("late")));
        }

        /** Whether stock Jetty's next response goes on where this one is shorter than its own length says. */
        private boolean isShortened(Difference difference, int number) {
            return (difference.what().equals("body") || difference.what().equals("complete"))
                    && inBoth(number)
                    && !oursAnswer(number).complete()
                    && (oursAnswer(number).body().equals(Run.PARTIAL)
                            || stockAnswer(number)
                                    .body()
                                    .startsWith(oursAnswer(number).body()));
        }

        /** The number of the last response that we sent, whether or not a client that vanishes has read it; -1 if there is none. */
        int lastAnswered() {
            return lastAnswered(ours);
        }

        private static int lastAnswered(Run.Outcome of) {
            int last = of.finals().size() - 1;
            if (!of.end().equals("?")) {
                return last;
            }
            // Jetty answers some by itself, of which the log tells.
            String log = of.lane("log");
            int logged = log.isEmpty() ? 0 : log.split("; ").length;
            while (last + 1 < logged || !of.lane("x" + (last + 1) + ".end").isEmpty()) {
                last++;
            }
            return last;
        }

        int firstOf(OfRequest request) {
            for (int i = 0; i < asked(); i++) {
                if (request.test(asked(i))) {
                    return i;
                }
            }
            return -1;
        }

        int firstOf(AtRequest request) {
            for (int i = 0; i < asked(); i++) {
                if (request.test(asked(i), i)) {
                    return i;
                }
            }
            return -1;
        }

        /** Whether this happens to the program on stock Jetty alone. */
        boolean isSpared(int number, String event) {
            String lane = "x" + number + ".main";
            return stock.lane(lane).contains(event) && !ours.lane(lane).contains(event);
        }

        int faultyAt() {
            return firstOf(asked -> asked.isHttp10() && asked.has("Transfer-Encoding"));
        }

        /** Whether the difference comes of this connector closing behind a response for this reason, and stock Jetty not. */
        boolean closesFirst(Difference difference, AtAnswer reason) {
            int last = lastAnswered();
            boolean unread = last >= ours.finals().size();
            if (last < 0 || last >= asked() || !(unread || oursSaysClose(last)) || !reason.test(last)) {
                return false;
            }
            boolean both = inBoth(last)
                    && !stock.when().equals("late")
                    && (stockAnswer(last).saysClose() || stockCloses(last) || isContentLeft(last));
            if (both) {
                return false;
            }
            int i = difference.answer();
            boolean ofThis = i == last
                    && (difference.what().equals("field.connection")
                            || difference.what().equals("field.transfer-encoding")
                            || difference.what().equals("framing")
                            || difference.what().equals("rest")
                            || isShortened(difference, last));
            return ofThis || isBehind(difference, last);
        }

        /** Whether this is about what comes behind that exchange, or sums up all of them. */
        boolean isBehind(Difference difference, int number) {
            return difference.answer() > number
                    || difference.exchange() > number
                    || difference.where().equals("end")
                    || difference.where().equals("when")
                    || difference.where().equals("interims")
                    || difference.where().equals("lane.connection")
                    || difference.where().equals("lane.statistics")
                    || difference.where().equals("lane.settled")
                    || difference.where().equals("lane.closed")
                    || difference.where().equals("lane.log");
        }

        /** Whether the application had set the attribute before the response was committed. */
        boolean isAttributeSet(int number, String name, Object value) {
            return ours.lane("x" + number + ".main").contains("Attribute " + name + " uncommitted")
                    && episode.steps(number).stream()
                            .anyMatch(
                                    step -> step instanceof Step.OfAttribute attribute && attribute.sets(name, value));
        }

        /** Whether a short timeout that was set in time explains that the connection closes earlier. */
        boolean isIdleEarlier(Difference difference) {
            int last = lastAnswered();
            return last >= 0
                    && last < asked()
                    && isAttributeSet(last, "keepAliveTimeout", 100L)
                    && isBehind(difference, last);
        }
    }
}
