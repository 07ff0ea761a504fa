package io.github.jettykeepalive.policy;

import static io.github.jettykeepalive.policy.CloseReason.APPLICATION;
import static io.github.jettykeepalive.policy.CloseReason.BODY_LEFT;
import static io.github.jettykeepalive.policy.CloseReason.CLIENT;
import static io.github.jettykeepalive.policy.CloseReason.CLIENT_RULE;
import static io.github.jettykeepalive.policy.CloseReason.DRAIN;
import static io.github.jettykeepalive.policy.CloseReason.HTTP_1_0;
import static io.github.jettykeepalive.policy.CloseReason.IDLE;
import static io.github.jettykeepalive.policy.CloseReason.MAX_AGE;
import static io.github.jettykeepalive.policy.CloseReason.MAX_REQUESTS;
import static io.github.jettykeepalive.policy.CloseReason.PROTOCOL_ERROR;
import static io.github.jettykeepalive.policy.CloseReason.STATUS;
import static io.github.jettykeepalive.policy.CloseReason.UNFRAMED;
import static io.github.jettykeepalive.policy.FakeExchange.http10;
import static io.github.jettykeepalive.policy.FakeExchange.http11;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PersistenceTest {
    private static final Verdict KEEP = Verdict.KEEP;
    private static final KeepAlivePolicy POLICY =
            KeepAlivePolicy.DEFAULT.withCloseOnStatus(StatusSet.parse("closeOnStatus", "413,503"));

    // --- who asks: version x options x relay, under each policy for HTTP/1.0

    /** A row of the decision table; null = either way. */
    record Handshake(
            String rule,
            String version,
            String connection,
            Boolean relayed,
            Boolean answered,
            Boolean guarded,
            Verdict verdict) {
        private Stream<Handshake> each() {
            return split(relayed)
                    .flatMap(a -> split(answered)
                            .flatMap(b -> split(guarded)
                                    .map(c -> new Handshake(rule, version, connection, a, b, c, verdict))));
        }

        private static Stream<Boolean> split(Boolean value) {
            return value == null ? Stream.of(false, true) : Stream.of(value);
        }

        private String situation() {
            return String.join("|", version, connection, "" + relayed, "" + answered, "" + guarded);
        }
    }

    private static Stream<Handshake> handshakes() {
        Boolean any = null;
        Verdict client = Verdict.close(CLIENT);
        Verdict http10 = Verdict.close(HTTP_1_0);
        return Stream.of(
                        new Handshake("RFC 9112 9.3: persists by default", "1.1", "", any, any, any, KEEP),
                        new Handshake("RFC 9112 9.3: nothing to add", "1.1", "keep-alive", any, any, any, KEEP),
                        new Handshake("RFC 9112 9.6: close", "1.1", "close", any, any, any, client),
                        new Handshake("RFC 9112 9.3: close wins", "1.1", "keep-alive, close", any, any, any, client),
                        new Handshake("RFC 9112 9.3: closes by default", "1.0", "", any, any, any, http10),
                        new Handshake("RFC 9112 C.2.2: asked for", "1.0", "keep-alive", false, true, any, KEEP),
                        new Handshake("RFC 9112 C.2.2: blind relay", "1.0", "keep-alive", true, true, true, http10),
                        new Handshake("RFC 9112 C.2.2: guard off", "1.0", "keep-alive", true, true, false, KEEP),
                        new Handshake("RFC 9112 9.3: not answered", "1.0", "keep-alive", any, false, any, http10),
                        new Handshake("RFC 9112 9.6: close", "1.0", "close", any, any, any, client),
                        new Handshake("RFC 9112 9.3: close wins", "1.0", "keep-alive, close", any, any, any, client))
                .flatMap(Handshake::each);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("handshakes")
    void whetherTheConnectionPersistsIsAgreedWithTheClient(Handshake row) {
        Http10Policy http10 = new Http10Policy(row.answered, row.guarded, false);
        FakeExchange exchange = http11(e -> {
            e.http10 = row.version.equals("1.0");
            e.requestOptions = ConnectionOptions.parse(row.connection);
            e.relayed = row.relayed;
        });

        assertThat(new Persistence(POLICY.withHttp10(http10)).decide(exchange)).isSameAs(row.verdict);
    }

    @Test
    void theDecisionTableHasEverySituationOnce() {
        assertThat(handshakes().map(Handshake::situation))
                .hasSize(2 * ConnectionOptions.values().length * 2 * 2 * 2)
                .doesNotHaveDuplicates();
    }

    // --- one row for each rule, with its edges

    /** A row: what is the case, and what follows. */
    record Row(String rule, FakeExchange exchange, Verdict verdict) {
        Row(String rule, FakeExchange exchange, CloseReason reason) {
            this(rule, exchange, Verdict.close(reason));
        }

        @Override
        public String toString() {
            return rule + " -> " + verdict;
        }
    }

    private static Stream<Row> http11Rows() {
        return Stream.of(
                new Row("nothing special", http11(e -> {}), KEEP),
                new Row("came through a relay", http11(e -> e.relayed = true), KEEP),
                new Row("faulty framing", http11(e -> e.faulty = true), PROTOCOL_ERROR),
                new Row("client is ruled out", http11(e -> e.ruledOut = true), CLIENT_RULE),
                new Row(
                        "client asks in vain",
                        http11(e -> {
                            e.requestOptions = ConnectionOptions.KEEP_ALIVE;
                            e.ruledOut = true;
                        }),
                        CLIENT_RULE),
                new Row("response says close", response("close"), APPLICATION),
                new Row("response says both", response("keep-alive, close"), APPLICATION),
                new Row("response says keep-alive", response("keep-alive"), KEEP),
                new Row("attribute says close", http11(e -> e.closeAsked = true), APPLICATION),
                new Row("status before those in the set", http11(e -> e.status = 412), KEEP),
                new Row("status in the set", http11(e -> e.status = 413), STATUS),
                new Row("status after those in the set", http11(e -> e.status = 414), KEEP),
                new Row("other status in the set", http11(e -> e.status = 503), STATUS),
                new Row("status beyond all sets", http11(e -> e.status = 999), KEEP),
                new Row("body left unread", http11(e -> e.bodyLeft = true), BODY_LEFT),
                new Row("end marked by the close", http11(e -> e.selfDelimited = false), UNFRAMED),
                new Row("draining", http11(e -> e.draining = true), DRAIN),
                new Row("one before the last", request(999, 1000), KEEP),
                new Row("the last request", request(1000, 1000), MAX_REQUESTS),
                new Row("one too many, limit lowered", request(1001, 1000), MAX_REQUESTS),
                new Row("the only request", request(1, 1), MAX_REQUESTS),
                new Row("no limit of requests", request(Integer.MAX_VALUE, 0), KEEP),
                new Row("over age", http11(e -> e.overAge = true), MAX_AGE),
                new Row("may not wait", http11(e -> e.keepAliveMillis = 0), IDLE),
                new Row("may wait a little", http11(e -> e.keepAliveMillis = 1), KEEP),
                new Row("may wait for ever", http11(e -> e.keepAliveMillis = ConnectionState.NO_DEADLINE), KEEP),
                new Row("Jetty closes", http11(e -> e.persistent = false), APPLICATION));
    }

    private static FakeExchange response(String connection) {
        return http11(e -> e.responseOptions = ConnectionOptions.parse(connection));
    }

    private static FakeExchange request(int served, int maxRequests) {
        return http11(e -> {
            e.served = served;
            e.maxRequests = maxRequests;
        });
    }

    private static Stream<Row> http10Rows() {
        return Stream.of(
                new Row("RFC 9112 C.2.2: asked for, response has a length", http10(e -> {}), KEEP),
                new Row(
                        "RFC 9112 9.3: not asked for",
                        http10(e -> e.requestOptions = ConnectionOptions.NONE),
                        HTTP_1_0),
                new Row("RFC 9112 9.6: close", http10(e -> e.requestOptions = ConnectionOptions.CLOSE), CLIENT),
                new Row("RFC 9112 9.3: close wins", http10(e -> e.requestOptions = ConnectionOptions.BOTH), CLIENT),
                new Row("RFC 9112 C.2.2: through a relay", http10(e -> e.relayed = true), HTTP_1_0),
                new Row("RFC 9112 6.1: Transfer-Encoding", http10(e -> e.faulty = true), PROTOCOL_ERROR),
                new Row("RFC 9112 6.3: no length known", http10(e -> e.selfDelimited = false), UNFRAMED),
                new Row(
                        "RFC 9112 6.3: no length known, not asked for either",
                        http10(e -> {
                            e.selfDelimited = false;
                            e.requestOptions = ConnectionOptions.NONE;
                        }),
                        HTTP_1_0),
                new Row("RFC 9112 9.3: body left unread", http10(e -> e.bodyLeft = true), BODY_LEFT),
                new Row(
                        "RFC 9112 9.6: response says close",
                        http10(e -> {
                            e.responseOptions = ConnectionOptions.CLOSE;
                        }),
                        APPLICATION),
                new Row("httpd nokeepalive", http10(e -> e.ruledOut = true), CLIENT_RULE),
                new Row("nginx keepalive_requests", http10(e -> e.maxRequests = 1), MAX_REQUESTS));
    }

    @ParameterizedTest(name = "HTTP/1.1, {0}")
    @MethodSource("http11Rows")
    void http11PersistsUnlessSomethingIsAgainstIt(Row row) {
        assertThat(new Persistence(POLICY).decide(row.exchange)).isSameAs(row.verdict);
    }

    @ParameterizedTest(name = "HTTP/1.0, {0}")
    @MethodSource("http10Rows")
    void http10PersistsIfAskedForAndNothingIsAgainstIt(Row row) {
        assertThat(new Persistence(POLICY).decide(row.exchange)).isSameAs(row.verdict);
    }
}
