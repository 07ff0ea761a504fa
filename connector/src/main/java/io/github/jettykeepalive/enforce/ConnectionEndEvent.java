package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/** The end of a connection, in a flight recording. While none runs it costs one test, and no object. */
@Name("io.github.jettykeepalive.ConnectionEnd")
@Label("Connection End")
@Category({"Jetty", "Keep-Alive"})
@Description("Why and how an HTTP/1.x connection ended")
@StackTrace(false)
final class ConnectionEndEvent extends Event {
    /** Never committed: it is there to be asked whether anybody records, which only an instance can tell cheaply. */
    private static final ConnectionEndEvent PROBE = new ConnectionEndEvent();

    @Label("Connection Id")
    long connectionId;

    @Label("Reason")
    @Nullable
    String reason;

    @Label("Requests")
    int requests;

    @Label("Age")
    @Timespan(Timespan.MILLISECONDS)
    long age;

    @Label("Bytes In")
    @DataAmount
    long bytesIn;

    @Label("Bytes Out")
    @DataAmount
    long bytesOut;

    @Label("Lingered For")
    @Timespan(Timespan.MILLISECONDS)
    long lingeredFor;

    @Label("Bytes Discarded")
    @DataAmount
    long discarded;

    static void emit(ManagedConnection connection, CloseReason reason) {
        if (PROBE.isEnabled()) {
            record(connection, reason);
        }
    }

    private static void record(ManagedConnection connection, CloseReason reason) {
        ConnectionEndEvent event = new ConnectionEndEvent();
        long now = connection.manager.now();
        event.connectionId = connection.tenure.id;
        event.reason = reason.key();
        event.requests = connection.tenure.served();
        event.age = connection.tenure.age(now);
        Connection last = connection.endPoint.getConnection();
        if (last != null) {
            event.bytesIn = last.getBytesIn();
            event.bytesOut = last.getBytesOut();
        }
        if (last instanceof LingeringConnection lingering) {
            event.lingeredFor = lingering.lingeredFor(now);
            event.discarded = lingering.discarded();
        }
        event.commit();
    }
}
