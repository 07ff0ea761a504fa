package io.github.jettykeepalive.policy;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether a connection is kept after a response, and if not, why. One shared instance for each outcome. */
public final class Verdict {
    /** The connection stays open for the next request. */
    public static final Verdict KEEP = new Verdict(null);

    private static final Map<CloseReason, Verdict> CLOSE = new EnumMap<>(CloseReason.class);

    static {
        for (CloseReason reason : CloseReason.values()) {
            CLOSE.put(reason, new Verdict(reason));
        }
    }

    private final @Nullable CloseReason reason;

    private Verdict(@Nullable CloseReason reason) {
        this.reason = reason;
    }

    /** The connection closes after this response. */
    public static Verdict close(CloseReason reason) {
        return Objects.requireNonNull(CLOSE.get(reason));
    }

    /** Whether the connection stays open. */
    public boolean keeps() {
        return reason == null;
    }

    /** Why it closes, null if it is kept. */
    public @Nullable CloseReason reason() {
        return reason;
    }

    @Override
    public String toString() {
        return reason == null ? "keep" : "close(" + reason.key() + ")";
    }
}
