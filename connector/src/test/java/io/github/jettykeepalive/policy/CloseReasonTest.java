package io.github.jettykeepalive.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CloseReasonTest {
    /** In DESIGN.md's order and words: they are in counters, events and logs, so a change of one is a change of the API. */
    private static final String KEYS = "client, application, http10, unframed, bodyLeft, maxRequests, maxAge, idle,"
            + " headerTimeout, status, clientRule, clientLimit, shed, drain, protocolError, abort, upgrade, peerGone,"
            + " lingerExpired";

    @Test
    void everyReasonHasItsKey() {
        assertThat(Stream.of(CloseReason.values()).map(CloseReason::key))
                .containsExactly(KEYS.split(", "))
                .doesNotHaveDuplicates();
    }
}
