package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.policy.ConnectionState;
import io.github.jettykeepalive.policy.Phase;
import org.jspecify.annotations.Nullable;

/**
 * One open connection at one moment.
 *
 * @param id as in the {@code connectionId} request attribute and the log
 * @param peer address and port, as announced by the PROXY protocol if there is one
 * @param secure whether it is TLS
 * @param phase where it is in its life
 * @param reason why it ends, null while that is not decided
 * @param requests served so far, the current one included
 * @param requestsLeft further requests allowed, -1 = no limit
 * @param ageMillis since it was accepted
 * @param idleMillis since it began to wait for a request; 0 while it does not
 * @param deadlineMillis until the current phase ends by itself, -1 = no deadline of ours
 */
public record ConnectionSnapshot(
        long id,
        String peer,
        boolean secure,
        Phase phase,
        @Nullable CloseReason reason,
        int requests,
        int requestsLeft,
        long ageMillis,
        long idleMillis,
        long deadlineMillis) {

    static ConnectionSnapshot of(ManagedConnection connection) {
        long seen = connection.state();
        long now = connection.manager.now();
        long deadline = ConnectionState.deadline(seen);
        Tenure tenure = connection.tenure;
        int max = tenure.maxRequests(connection.manager.rules().policy.maxRequests());
        return new ConnectionSnapshot(
                tenure.id,
                String.valueOf(connection.endPoint.getRemoteSocketAddress()),
                connection.endPoint.isSecure(),
                ConnectionState.phase(seen),
                ConnectionState.reason(seen),
                tenure.served(),
                max == 0 ? -1 : Math.max(0, max - tenure.served()),
                tenure.age(now),
                ConnectionState.phase(seen).isWaiting() ? now - connection.idleSince() : 0,
                deadline == ConnectionState.NO_DEADLINE ? -1 : Math.max(0, deadline - now));
    }
}
