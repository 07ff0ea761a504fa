package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.jettykeepalive.policy.CloseReason;
import java.lang.management.ManagementFactory;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;

/** What the event costs. What it says is in {@code FlightRecorderTest}. */
class ConnectionEndEventTest {
    private static final int TIMES = 10_000;
    /** One event of nothing but its header and fields has more than 64 bytes; the meter itself needs a few. */
    private static final long NEXT_TO_NOTHING = 64 * 100;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long allocatedByEmitting() {
        var stage = new Stage(Stage.POLICY);
        stage.acceptIdle();
        ManagedConnection connection = stage.manager.open().iterator().next();
        ConnectionEndEvent.emit(connection, CloseReason.IDLE);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < TIMES; i++) {
            ConnectionEndEvent.emit(connection, CloseReason.IDLE);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void nothingIsAllocatedWhileNobodyRecords() {
        assertThat(allocatedByEmitting()).isLessThan(NEXT_TO_NOTHING);
        try (var recording = new Recording()) {
            recording.disable("io.github.jettykeepalive.ConnectionEnd");
            recording.start();
            assertThat(allocatedByEmitting()).as("a recording of other things").isLessThan(NEXT_TO_NOTHING);
        }
    }

    @Test
    void meterSeesWhatARecordingCosts() {
        try (var recording = new Recording()) {
            recording.enable("io.github.jettykeepalive.ConnectionEnd");
            recording.start();
            assertThat(allocatedByEmitting()).isGreaterThan(NEXT_TO_NOTHING);
        }
    }
}
