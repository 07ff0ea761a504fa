package io.github.jettykeepalive;

import io.github.jettykeepalive.enforce.ConnectionLedger;
import io.github.jettykeepalive.policy.CloseReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * The books of a factory as Micrometer meters. Micrometer is an optional dependency: nothing else in this library needs it.
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><td>{@code jetty.keepalive.connections.open}<td>gauge
 *   <tr><td>{@code jetty.keepalive.connections.idle}<td>gauge; looks at every open connection
 *   <tr><td>{@code jetty.keepalive.connections.lingering}<td>gauge
 *   <tr><td>{@code jetty.keepalive.connections.closed}<td>counter, tag {@code reason} as {@link CloseReason#key()}
 *   <tr><td>{@code jetty.keepalive.resets.avoided}<td>counter
 *   <tr><td>{@code jetty.keepalive.discarded}<td>counter, bytes
 * </table>
 *
 * <p>A meter holds the factory weakly, as Micrometer's do.
 */
public final class KeepAliveMetrics implements MeterBinder {
    private static final String PREFIX = "jetty.keepalive.";

    private final KeepAliveConnectionFactory factory;
    private final @Nullable Iterable<Tag> given;

    /**
     * Meters of a factory.
     *
     * @param tags tell several factories apart, for instance by connector
     */
    public KeepAliveMetrics(KeepAliveConnectionFactory factory, Iterable<Tag> tags) {
        this.factory = factory;
        given = tags;
    }

    /**
     * Meters of a factory with the tag {@code connector}: the names of the started connectors that have it, or else their
     * addresses, separated by commas; something that tells the factory from others if none has been started yet.
     */
    public KeepAliveMetrics(KeepAliveConnectionFactory factory) {
        this.factory = factory;
        given = null;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        // A registry drops a meter whose name and tags it has already, without a word.
        Iterable<Tag> tags = given != null ? given : Tags.of("connector", names());
        ConnectionLedger ledger = factory.getLedger();
        Gauge.builder(PREFIX + "connections.open", ledger, ConnectionLedger::getOpen)
                .description("Connections whose socket is open")
                .tags(tags)
                .register(registry);
        Gauge.builder(PREFIX + "connections.idle", ledger, ConnectionLedger::getIdle)
                .description("Kept-alive connections that wait for a request")
                .tags(tags)
                .register(registry);
        Gauge.builder(PREFIX + "connections.lingering", factory, KeepAliveConnectionFactory::getLingering)
                .description("Half closed connections that wait for the peer's FIN")
                .tags(tags)
                .register(registry);
        for (CloseReason reason : CloseReason.values()) {
            FunctionCounter.builder(PREFIX + "connections.closed", ledger, books -> books.getCloses(reason))
                    .description("Connections that ended")
                    .tags(tags)
                    .tag("reason", reason.key())
                    .register(registry);
        }
        FunctionCounter.builder(PREFIX + "resets.avoided", ledger, ConnectionLedger::getResetsAvoided)
                .description("Connections whose late bytes would have cost the client the answer")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder(PREFIX + "discarded", ledger, ConnectionLedger::getBytesDiscarded)
                .description("Bytes that arrived after the last answer")
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
    }

    private String names() {
        String names = factory.connectorNames();
        return names.isEmpty() ? "factory@" + Integer.toHexString(factory.hashCode()) : names;
    }
}
