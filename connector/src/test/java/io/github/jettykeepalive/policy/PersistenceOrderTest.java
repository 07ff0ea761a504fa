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
import static io.github.jettykeepalive.policy.CloseReason.SHED;
import static io.github.jettykeepalive.policy.CloseReason.STATUS;
import static io.github.jettykeepalive.policy.CloseReason.UNFRAMED;
import static io.github.jettykeepalive.policy.FakeExchange.http11;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several things at once: the first is the reason. */
class PersistenceOrderTest {
    private static final KeepAlivePolicy POLICY =
            KeepAlivePolicy.DEFAULT.withCloseOnStatus(StatusSet.parse("closeOnStatus", "503"));

    record Cause(String name, CloseReason reason, Consumer<FakeExchange> effect) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Cause> CAUSES = List.of(
            new Cause("faulty framing", PROTOCOL_ERROR, e -> e.faulty = true),
            new Cause("client says close", CLIENT, e -> e.requestOptions = ConnectionOptions.CLOSE),
            new Cause("HTTP/1.0 without keep-alive", HTTP_1_0, e -> e.http10 = true),
            new Cause("client ruled out", CLIENT_RULE, e -> e.ruledOut = true),
            new Cause("response says close", APPLICATION, e -> e.responseOptions = ConnectionOptions.CLOSE),
            new Cause("attribute says close", APPLICATION, e -> e.closeAsked = true),
            new Cause("status", STATUS, e -> e.status = 503),
            new Cause("body left", BODY_LEFT, e -> e.bodyLeft = true),
            new Cause("unframed", UNFRAMED, e -> e.selfDelimited = false),
            new Cause("draining", DRAIN, e -> e.draining = true),
            new Cause("to make room", SHED, e -> e.shed = true),
            new Cause("last request", MAX_REQUESTS, e -> e.maxRequests = 1),
            new Cause("over age", MAX_AGE, e -> e.overAge = true),
            new Cause("may not wait", IDLE, e -> e.keepAliveMillis = 0),
            new Cause("Jetty closes", APPLICATION, e -> e.persistent = false));

    record Pair(Cause first, Cause second) {
        @Override
        public String toString() {
            return first + " comes before " + second;
        }
    }

    private static Stream<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < CAUSES.size(); i++) {
            for (Cause second : CAUSES.subList(i + 1, CAUSES.size())) {
                pairs.add(new Pair(CAUSES.get(i), second));
            }
        }
        return pairs.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void ofTwoReasonsTheFirstCounts(Pair pair) {
        FakeExchange exchange = http11(pair.first.effect.andThen(pair.second.effect));

        assertThat(new Persistence(POLICY).decide(exchange)).isSameAs(Verdict.close(pair.first.reason));
    }

    @Test
    void reasonsThatNoResponseHasAreOfOtherMakers() {
        List<CloseReason> others = new ArrayList<>(List.of(CloseReason.values()));
        CAUSES.forEach(cause -> others.remove(cause.reason));

        assertThat(others.stream().map(CloseReason::key))
                .containsExactly("headerTimeout", "clientLimit", "abort", "upgrade", "peerGone", "lingerExpired");
    }
}
