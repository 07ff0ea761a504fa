package io.github.jettykeepalive;

import io.github.jettykeepalive.policy.CloseReason;
import org.jspecify.annotations.Nullable;

/** What an application does with a request, as far as it matters for what becomes of the connection. */
interface Reply {

    /** Whether this answers with a body whose length nobody knows in advance. */
    default boolean isUnframed() {
        return false;
    }

    /** Whether this ends the connection for a reason of its own, which is then the reason. */
    default @Nullable CloseReason reason() {
        return null;
    }
}
