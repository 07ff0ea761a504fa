package io.github.jettykeepalive.policy;

/**
 * What a kept connection's response says about the future: the {@code Keep-Alive} field.
 *
 * @param mode who is told
 * @param marginMillis by how much the announced timeout is shorter than the enforced one
 */
public record Announcement(KeepAliveHeaderMode mode, long marginMillis) {
    /** The announcement under a policy. */
    public static Announcement of(KeepAlivePolicy policy) {
        return new Announcement(
                policy.keepAliveHeader(), policy.advertiseMargin().toMillis());
    }

    /**
     * The field for a response after which the connection is kept; {@link KeepAliveHeader#EMPTY} if none is due.
     *
     * <p>The timeout is announced in whole seconds, rounded down and shorter by the margin, so that the client gives up
     * before the server does; less than a second is not announced. {@code max} counts the further requests, as httpd does.
     */
    public KeepAliveHeader announce(Exchange exchange) {
        boolean due = mode == KeepAliveHeaderMode.ALWAYS
                || (mode == KeepAliveHeaderMode.ON_REQUEST
                        && exchange.requestOptions().keepAlive());
        if (!due) {
            return KeepAliveHeader.EMPTY;
        }
        int timeout = seconds(exchange.keepAliveMillis());
        int max = exchange.maxRequests() == 0 ? KeepAliveHeader.ABSENT : exchange.maxRequests() - exchange.served();
        return timeout == KeepAliveHeader.ABSENT && max == KeepAliveHeader.ABSENT
                ? KeepAliveHeader.EMPTY
                : new KeepAliveHeader(timeout, max);
    }

    private int seconds(long keepAliveMillis) {
        if (keepAliveMillis >= ConnectionState.NO_DEADLINE) {
            return KeepAliveHeader.ABSENT;
        }
        long seconds = (keepAliveMillis - marginMillis) / 1000;
        return seconds < 1 ? KeepAliveHeader.ABSENT : (int) Math.min(seconds, Integer.MAX_VALUE);
    }
}
