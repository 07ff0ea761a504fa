package io.github.jettykeepalive.servlet.oracle;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Everything in which a response, or what an application sees, may differ behind a filter. What is not here is a
 * defect.
 */
enum NamedDifference {
    /**
     * {@code UnreadBodyFilter}: after an early refusal the connection is kept, because the content was read; without
     * the filter the container closes it.
     */
    REFUSAL_KEEPS_THE_CONNECTION(Outcome::isRefusal, outcome -> outcome.withoutFields("connection")) {
        @Override
        boolean concerns(Episode episode) {
            return episode.subject().hasUnread() && episode.hasContent();
        }
    },
    /**
     * {@code UnreadBodyFilter}: a refusal on which it acts has become asynchronous when the chain returns, and is
     * committed on Jetty. What a filter in front of it does after the chain may have no effect, and neither has what
     * follows from that: whether there is a length, and so whether Tomcat announces to an HTTP/1.0 client how long it
     * keeps the connection.
     */
    REFUSAL_IS_ASYNCHRONOUS(
            Outcome::isRefusal,
            outcome -> outcome.withoutFields(
                            "x-behind",
                            "set-cookie",
                            "x-tag",
                            "content-length",
                            "keep-alive",
                            "transfer-encoding",
                            "content-language",
                            "content-type",
                            "expires")
                    .withoutBody()) {
        @Override
        boolean concerns(Episode episode) {
            return episode.subject().hasUnread()
                    && episode.hasContent()
                    && !episode.shape().outer().equals("none");
        }
    },
    /** And a filter in front that wanted to write the body itself leaves the length that the application has announced. */
    REFUSAL_IS_NOT_COPIED(Outcome::isRefusal, Outcome::asIfComplete) {
        @Override
        boolean concerns(Episode episode) {
            return REFUSAL_IS_ASYNCHRONOUS.concerns(episode)
                    && episode.shape().outer().equals("copy")
                    && episode.steps().stream().anyMatch(step -> step.startsWith("length"));
        }
    },
    /**
     * {@code UnreadBodyFilter}: on Jetty such a refusal is closed when the chain has returned, and not by Jetty at the
     * end of the request, so that a response without a body, for one, has its fields in another way.
     */
    REFUSAL_IS_CLOSED(Outcome::isRefusal, outcome -> outcome.withoutFields("content-length", "transfer-encoding")) {
        @Override
        boolean concerns(Episode episode) {
            return episode.subject().hasUnread()
                    && episode.hasContent()
                    && episode.container().isJetty();
        }
    },
    /**
     * {@code HopByHopFilter}, {@code KeepAliveFilter} where a rule may apply, and {@code ContentLengthFilter} with
     * {@code ignoreFlush} wrap the pair, and {@code hasOriginalRequestAndResponse} says so.
     * Tomcat then does not take an included resource's wrapper off again while the request is asynchronous, so that
     * after an include nothing has an effect.
     */
    PAIR_IS_WRAPPED(outcome -> true, outcome -> outcome.withoutTraceOf("original ")) {
        @Override
        boolean concerns(Episode episode) {
            return episode.subject().wrapsEverything() || episode.subject() == Subject.LENGTH_DESPITE_FLUSH;
        }

        @Override
        boolean excuses(Episode episode) {
            return concerns(episode)
                    && !episode.container().isJetty()
                    && episode.steps().stream().anyMatch(step -> step.startsWith("async"))
                    && episode.steps().stream().anyMatch(step -> step.startsWith("include"));
        }
    },
    /**
     * Tomcat closes a wrapped response at the end of a forward by taking its writer, if its
     * {@code suspendWrappedResponseAfterForward} is off, and so names an encoding: any filter that wraps does this.
     */
    TOMCAT_TAKES_THE_WRITER(
            outcome -> true,
            outcome -> outcome.withoutFields("content-type", "content-length")
                    .withBody(body -> body.replace("â\u0080\u0093", "?").replace("\u00e2\u0080\u0093", "?"))
                    .withoutTraceOf("outPrint!", "out")) {
        @Override
        boolean concerns(Episode episode) {
            boolean wraps = episode.subject().wrapsEverything()
                    || (episode.subject() == Subject.LENGTH_DESPITE_FLUSH
                            && episode.shape().isHttp10KeepAlive());
            return wraps
                    && !episode.container().isJetty()
                    && episode.steps().stream().anyMatch(step -> step.startsWith("forward"));
        }
    },
    /**
     * And closing it is all it does: without a filter that wraps it suspends the response, so that an exception after
     * the forward still has its page, and the content of the request can still be read.
     */
    TOMCAT_CLOSES_AFTER_A_FORWARD(outcome -> false, outcome -> outcome) {
        @Override
        boolean concerns(Episode episode) {
            boolean wraps = episode.subject().wrapsEverything()
                    || (episode.subject() == Subject.LENGTH_DESPITE_FLUSH
                            && episode.shape().isHttp10KeepAlive());
            int last = episode.steps().size() - 1;
            return wraps
                    && !episode.container().isJetty()
                    && episode.steps().stream().limit(Math.max(last, 0)).anyMatch(step -> step.startsWith("forward"));
        }

        @Override
        boolean excuses(Episode episode) {
            return concerns(episode);
        }
    },
    /** {@code ContentLengthFilter}: the container's buffer is larger. The oracle's comparison has a large one, too. */
    BUFFER_SIZE(outcome -> true, outcome -> outcome.withoutTraceOf("bufferSize=")) {
        @Override
        boolean concerns(Episode episode) {
            return episode.subject().hasLength() && episode.shape().isHttp10KeepAlive();
        }
    },
    /** {@code ContentLengthFilter} with {@code ignoreFlush}: flushes do nothing, and so do the flushes of checkError. */
    FLUSH(
            outcome -> true,
            outcome -> outcome.withoutTraceOf("checkError", "outFlush!", "writerFlush!", "getOut!", "getWriter!")) {
        @Override
        boolean concerns(Episode episode) {
            return episode.subject() == Subject.LENGTH_DESPITE_FLUSH
                    && episode.shape().isHttp10KeepAlive();
        }
    };

    private final java.util.function.Predicate<Outcome> when;
    private final UnaryOperator<Outcome> without;

    NamedDifference(java.util.function.Predicate<Outcome> when, UnaryOperator<Outcome> without) {
        this.when = when;
        this.without = without;
    }

    abstract boolean concerns(Episode episode);

    /** Whether this leaves nothing to compare. */
    boolean excuses(Episode episode) {
        return false;
    }

    /** Whether there is something to compare. */
    static boolean leavesSomething(Episode episode) {
        return Stream.of(values()).noneMatch(difference -> difference.excuses(episode));
    }

    /** The outcome but for what may differ. */
    static Outcome remove(Episode episode, Outcome outcome) {
        return Stream.of(values())
                .filter(difference -> difference.concerns(episode) && difference.when.test(outcome))
                .map(difference -> difference.without)
                .reduce(outcome, (rest, without) -> without.apply(rest), (a, b) -> b);
    }
}
