package io.github.jettykeepalive;

import static io.github.jettykeepalive.Ask.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.policy.CloseReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator does from a console in another process: drain and resume. */
class DrainJmxTest {
    private final Console console = new Console();

    @AfterEach
    void close() throws Exception {
        console.close();
    }

    private Rig rig() throws Exception {
        return Rig.start(Wire.PLAIN, factory -> {}, console::attach, Rig::hello);
    }

    @Test
    void serverIsDrainedAndPutBackIntoService() throws Exception {
        try (var rig = rig();
                var idle = rig.connect()) {
            Console.Bean factory = console.factory();
            idle.send(get()).readResponse();

            factory.invoke("beginDrain", 0L);
            idle.expectFin();
            idle.halfClose();
            assertThat(factory.get("draining")).isEqualTo(true);
            rig.expectCloses(CloseReason.DRAIN);
            factory.invoke("resume");
            assertThat(factory.get("draining")).isEqualTo(false);

            try (var client = rig.connect()) {
                assertThat(client.send(get()).readResponse().fields("Connection"))
                        .isEmpty();
            }
        }
    }
}
