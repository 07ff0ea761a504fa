package io.github.jettykeepalive.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.KeepAliveConnectionFactory;
import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.testing.Eventually;

/** What the counters and gauges of a factory have to say. */
final class Books {
    private Books() {}

    /** All that was opened is closed, or soon will be, and each connection has one reason. */
    static void assertAllClosed(KeepAliveConnectionFactory factory) {
        assertOpen(factory, 0);
        assertThat(factory.getLedger().getIdle()).as("idle").isZero();
        assertThat(factory.getLingering()).as("lingering").isZero();
    }

    /** So many are open, and the counters agree. */
    static void assertOpen(KeepAliveConnectionFactory factory, int expected) {
        ConnectionLedger ledger = factory.getLedger();
        Eventually.await(
                Site.PATIENCE, expected + " are open in the ledger", ledger::getOpen, open -> open == expected);
        assertThat(closes(ledger)).as("closes, all reasons").isEqualTo(ledger.getOpened() - expected);
        assertThat(served(ledger)).as("closes, all numbers of requests").isEqualTo(ledger.getOpened() - expected);
    }

    private static long closes(ConnectionLedger ledger) {
        return ledger.getClosesByReason().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static long served(ConnectionLedger ledger) {
        return ledger.getRequestsPerConnection().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
