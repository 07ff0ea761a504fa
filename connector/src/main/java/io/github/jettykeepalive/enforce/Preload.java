package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.ClientRules;
import io.github.jettykeepalive.policy.ConnectionOptions;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Exchange;
import io.github.jettykeepalive.policy.KeepAliveHeader;
import io.github.jettykeepalive.policy.Phase;
import io.github.jettykeepalive.policy.Verdict;
import java.util.List;

/**
 * Loads what it takes to serve a connection and to end it, while there are file descriptors to load it by. What a server that has
 * run out of them could not load, the JVM would not try to load again: connections would stay open for ever, or each request fail.
 */
final class Preload {
    private static final List<Class<?>> NEEDED = List.of(
            AbandonedConnection.class,
            Arrived.class,
            CommitStream.class,
            CommittedFields.class,
            ConnectionEndEvent.class,
            ConnectionEnding.class,
            ConnectionFields.class,
            ConnectionOptions.class,
            ConnectionState.class,
            ConnectorLimits.class,
            Exchange.class,
            Framing.class,
            HeaderEdit.class,
            HeaderEditing.class,
            Intake.class,
            KeepAliveHeader.class,
            Layers.class,
            LingeringConnection.class,
            ManagedConnection.class,
            ManagedEndPoint.class,
            ManagedProxyEndPoint.class,
            ManagedRequest.class,
            Phase.class,
            ReadGate.class,
            Refusal.class,
            RefusingConnection.class,
            RequestHead.class,
            RevealedConnection.class,
            SecureRequest.class,
            SuccessorConnection.class,
            Tenure.class,
            UnreadContent.class,
            Verdict.class);

    private Preload() {}

    static void run() {
        try {
            for (Class<?> needed : NEEDED) {
                // With what is nested in it, whether or not it has a name.
                for (Class<?> each : needed.getNestMembers()) {
                    Class.forName(each.getName(), true, each.getClassLoader());
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        // What reads a User-Agent is nobody's but the rules'.
        var unused = ClientRules.HTTPD.match("-");
    }
}
