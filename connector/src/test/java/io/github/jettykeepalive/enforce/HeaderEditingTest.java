package io.github.jettykeepalive.enforce;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which writes get a field of ours: the answers that Jetty gives by itself, on a thread of its own. */
class HeaderEditingTest {
    private static final String HEADER = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n";

    private final HeaderEditing editing =
            new Stage(Stage.POLICY).acceptIdle().connection.editing();

    private String edited(Phase phase, String header) {
        var text = new StringBuilder();
        for (ByteBuffer part : editing.edit(phase, new ByteBuffer[] {ISO_8859_1.encode(header)})) {
            text.append(ISO_8859_1.decode(part));
        }
        return text.toString();
    }

    @ParameterizedTest
    @EnumSource(names = {"READING", "OVERDUE", "CLOSING", "CLOSED"})
    void errorSaysCloseThoughTheReaderMayHaveMetTheEnd(Phase phase) {
        assertThat(edited(phase, HEADER + "\r\n")).isEqualTo(HEADER + "Connection: close\r\n\r\n");
    }

    /** An interim response that is not written because it came too late must not take the next response with it. */
    @ParameterizedTest
    @EnumSource
    void editOfASendThatFailedIsNotLeftForTheNextResponse(HeaderEdit edit) {
        var failures = new ArrayList<Throwable>();
        editing.next(edit, Callback.from(() -> {}, failures::add)).failed(new IOException("committed"));

        assertThat(failures).hasSize(1);
        assertThat(edited(Phase.HANDLING, HEADER + "\r\n")).isEqualTo(HEADER + "\r\n");
    }

    @Test
    void onlyTheFirstWriteIsAHeader() {
        assertThat(edited(Phase.CLOSING, HEADER + "\r\n")).contains("Connection: close");
        assertThat(edited(Phase.CLOSING, HEADER + "\r\n")).isEqualTo(HEADER + "\r\n");
    }

    /** h2c, or an own protocol that its first bytes ask for, is answered before there is a request. */
    @Test
    void switchOfProtocolsIsNoError() {
        String switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n";
        assertThat(edited(Phase.READING, switching)).isEqualTo(switching);
    }

    @Test
    void responseOfTheApplicationIsLeftAlone() {
        assertThat(edited(Phase.HANDLING, HEADER + "\r\n")).isEqualTo(HEADER + "\r\n");
    }
}
