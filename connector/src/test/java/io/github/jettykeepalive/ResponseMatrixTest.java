package io.github.jettykeepalive;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever an application does: the response says whether the connection is kept, and that is what happens. */
@ParameterizedClass
@EnumSource(names = {"PLAIN", "TLS_1_3"})
class ResponseMatrixTest {
    private static final Set<CoreReply> ENDED_BY_12_0 =
            EnumSet.of(CoreReply.EXCEPTION, CoreReply.FAILURE, CoreReply.FAILURE_ELSEWHERE);

    @Parameter
    private Wire wire;

    @ParameterizedTest
    @EnumSource
    void responseTellsTheTruth(CoreReply reply) throws Exception {
        assumeFalse(Rig.JETTY_12_0 && reply == CoreReply.EARLY_HINTS, "there it ends persistence for HTTP/1.0");
        assumeFalse(Rig.JETTY_12_0 && ENDED_BY_12_0.contains(reply), "there the connection ends behind a whole 500");
        try (var rig = Rig.start(wire, ResponseMatrix::settings, reply)) {
            ResponseMatrix.verify(rig, reply);
        }
    }
}
