package io.github.jettykeepalive;

import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As {@link ResponseMatrixTest}, for what servlets do. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class ServletResponsesEe11Test {
    @Parameter
    private Wire wire;

    @ParameterizedTest
    @EnumSource
    void responseTellsTheTruth(ServletReply reply) throws Exception {
        try (var rig = Rig.start(wire, ResponseMatrix::settings, ServletReplies.context(reply))) {
            ResponseMatrix.verify(rig, reply);
        }
    }
}
