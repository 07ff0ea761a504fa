package io.github.jettykeepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.Eventually;
import io.github.jettykeepalive.testing.RawClient;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As {@link StatusLineTest}, for what servlets do, {@code sendError} and error pages among it. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class StatusLineEe11Test {
    @Parameter
    private Wire wire;

    @ParameterizedTest
    @EnumSource
    void servletsResponseSaysHttp10(ServletReply reply) throws Exception {
        try (var rig = Rig.start(
                        wire,
                        factory -> {
                            ResponseMatrix.settings(factory);
                            factory.setHttp10StatusLine(true);
                        },
                        ServletReplies.context(reply));
                RawClient client = rig.connect()) {
            client.send(Ask.get10());
            assertThat(client.readResponse().version()).isEqualTo("HTTP/1.0");
            client.halfClose();
            client.expectFin();
            // A stop interrupts threads, and an interrupted HttpOutput.close() keeps its buffer.
            Eventually.await(Rig.PATIENCE, "the request is over", rig.ledger()::getOpen, open -> open == 0);
        }
    }
}
