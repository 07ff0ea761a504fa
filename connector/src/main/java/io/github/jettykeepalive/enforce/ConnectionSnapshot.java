package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.CloseReason;
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
 * @param idleMillis since the last byte in either direction
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
        long deadlineMillis) {}
