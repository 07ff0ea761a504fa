package io.github.jettykeepalive;

import io.github.jettykeepalive.policy.ClientLimit;
import io.github.jettykeepalive.policy.ClientRules;
import io.github.jettykeepalive.policy.KeepAliveHeaderMode;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import io.github.jettykeepalive.policy.Setting;
import io.github.jettykeepalive.policy.Settings;
import io.github.jettykeepalive.policy.StatusSet;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.util.annotation.ManagedAttribute;

/**
 * The settings of a {@link KeepAliveConnectionFactory}, flat, as {@code jetty.xml} and JMX like them: times are {@code long}
 * milliseconds, lists are strings. {@link KeepAlivePolicy} has their ranges and {@link KeepAlivePolicy#DEFAULT} the defaults. A
 * default gives way to what is set: only two values that were both set can contradict each other.
 *
 * <p>Before the start a setter takes any value, so that their order does not matter, but for text that it cannot read and null;
 * the start checks all values together. On a running factory a setter checks its value with all others at once and puts it
 * into force; what is decided from then on follows it, deadlines that are already set stay as they are. A setter that refuses
 * its value throws an {@link IllegalArgumentException} and changes nothing. A getter returns the value in force, before the
 * start the one that is about to be.
 *
 * <p>Threads: any.
 */
public abstract class AbstractKeepAliveConnectionFactory extends HttpConnectionFactory {
    private final Object lock = new Object();
    private volatile Settings settings;

    AbstractKeepAliveConnectionFactory(HttpConfiguration configuration, KeepAlivePolicy policy) {
        super(configuration);
        settings = Settings.of(policy);
    }

    /** The policy that the settings make. An {@link IllegalArgumentException} names the first that is out of range. */
    KeepAlivePolicy toPolicy() {
        return settings.toPolicy();
    }

    /**
     * Makes what a policy is put into force by; no setting changes meanwhile, so that whatever is set later is applied to it.
     *
     * @throws IllegalArgumentException as {@link #toPolicy}, before anything is made
     */
    final <T> T withPolicy(Function<KeepAlivePolicy, T> making) {
        synchronized (lock) {
            return making.apply(settings.toPolicy());
        }
    }

    /** Whether connections follow the settings: the factory runs, or it was shared and another connector still uses it. */
    abstract boolean isInUse();

    /**
     * Puts a policy into force: what is decided from then on follows it. Under the lock of the settings, while in use.
     *
     * @throws IllegalArgumentException if it cannot be; then nothing has changed
     */
    abstract void apply(KeepAlivePolicy policy);

    private void change(UnaryOperator<Settings> change) {
        synchronized (lock) {
            Settings changed = change.apply(settings);
            if (isInUse()) {
                apply(changed.toPolicy());
            }
            settings = changed;
        }
    }

    private <T> void change(Setting<T> setting, T value) {
        change(now -> now.with(setting, value));
    }

    private <T> T get(Setting<T> setting) {
        return settings.get(setting);
    }

    @ManagedAttribute("Exceptions by User-Agent")
    public String getClientRules() {
        return get(Setting.CLIENT_RULES).toString();
    }

    /** Exceptions by User-Agent, in place of those there are, in the form of {@link ClientRules#parse}:
     * {@code httpd; "OldBot/1\." NO_KEEP_ALIVE}. */
    public void setClientRules(String clientRules) {
        change(Setting.CLIENT_RULES, ClientRules.parse(clientRules));
    }

    /**
     * Adds an exception for a client that mishandles persistent connections. Not applied to requests with {@code Via}.
     *
     * @param userAgentRegex a regular expression, found anywhere in the first 256 characters of the User-Agent
     * @param actions {@code NO_KEEP_ALIVE}, {@code DOWNGRADE_1_0}, {@code FORCE_RESPONSE_1_0}, one or more, separated by
     *     commas
     * @throws IllegalArgumentException for a bad pattern or action, also before the start
     */
    public void addClientRule(String userAgentRegex, String actions) {
        addClientRules(ClientRules.NONE.with(userAgentRegex, actions));
    }

    /** Adds the rules that Apache httpd ships, {@link ClientRules#HTTPD}. */
    public void addHttpdClientRules() {
        addClientRules(ClientRules.HTTPD);
    }

    private void addClientRules(ClientRules more) {
        change(now ->
                now.with(Setting.CLIENT_RULES, now.get(Setting.CLIENT_RULES).and(more)));
    }

    @ManagedAttribute("Requests on a connection")
    public int getMaxRequests() {
        return get(Setting.MAX_REQUESTS);
    }

    /** Exactly so many requests are served on a connection, the last one answered with close; 0 = no limit. As nginx
     * {@code keepalive_requests}. */
    public void setMaxRequests(int maxRequests) {
        change(Setting.MAX_REQUESTS, maxRequests);
    }

    @ManagedAttribute("How long a persistent connection may wait for the next request (ms)")
    public long getKeepAliveTimeout() {
        return get(Setting.KEEP_ALIVE_TIMEOUT).toMillis();
    }

    /** How long a persistent connection may wait for the next request, in milliseconds; -1 = the connector's idle timeout, 0 = no
     * persistence. It ends at the first byte of a request. As nginx {@code keepalive_timeout}. */
    public void setKeepAliveTimeout(long keepAliveTimeout) {
        change(Setting.KEEP_ALIVE_TIMEOUT, Duration.ofMillis(keepAliveTimeout));
    }

    @ManagedAttribute("Who gets a Keep-Alive field")
    public KeepAliveHeaderMode getKeepAliveHeader() {
        return get(Setting.KEEP_ALIVE_HEADER);
    }

    /** Who is told how long, and for how many requests, the connection is kept. */
    public void setKeepAliveHeader(KeepAliveHeaderMode keepAliveHeader) {
        change(Setting.KEEP_ALIVE_HEADER, keepAliveHeader);
    }

    @ManagedAttribute("By how much the announced timeout is shorter than the enforced one (ms)")
    public long getAdvertiseMargin() {
        return get(Setting.ADVERTISE_MARGIN).toMillis();
    }

    /** By how many milliseconds the announced timeout is shorter than the enforced one, so that the client gives up first; a
     * result under one second is not announced. */
    public void setAdvertiseMargin(long advertiseMargin) {
        change(Setting.ADVERTISE_MARGIN, Duration.ofMillis(advertiseMargin));
    }

    @ManagedAttribute("Whether a request's own Keep-Alive field may tighten the limits")
    public boolean isHonorClientKeepAlive() {
        return get(Setting.HONOR_CLIENT_KEEP_ALIVE);
    }

    /** Whether a request's own {@code Keep-Alive} field may tighten the limits. */
    public void setHonorClientKeepAlive(boolean honorClientKeepAlive) {
        change(Setting.HONOR_CLIENT_KEEP_ALIVE, honorClientKeepAlive);
    }

    @ManagedAttribute("How old a connection may become (ms)")
    public long getMaxAge() {
        return get(Setting.MAX_AGE).toMillis();
    }

    /** How old a connection may become, in milliseconds; 0 = no limit. An over-age connection closes with its next response. As
     * nginx {@code keepalive_time}. */
    public void setMaxAge(long maxAge) {
        change(Setting.MAX_AGE, Duration.ofMillis(maxAge));
    }

    @ManagedAttribute("Percent by which each connection's maximum age is shortened at random")
    public int getMaxAgeJitter() {
        return get(Setting.MAX_AGE_JITTER);
    }

    /** Percent, 0 to 100, by which each connection's own maximum age is shortened at random. */
    public void setMaxAgeJitter(int maxAgeJitter) {
        change(Setting.MAX_AGE_JITTER, maxAgeJitter);
    }

    @ManagedAttribute("From a request's first byte to the end of its header (ms)")
    public long getRequestHeaderTimeout() {
        return get(Setting.REQUEST_HEADER_TIMEOUT).toMillis();
    }

    /** Milliseconds from a request's first byte to the end of its header, then 408 and close; 0 = no limit. As nginx
     * {@code client_header_timeout}. */
    public void setRequestHeaderTimeout(long requestHeaderTimeout) {
        change(Setting.REQUEST_HEADER_TIMEOUT, Duration.ofMillis(requestHeaderTimeout));
    }

    @ManagedAttribute("Whether to read and discard after our FIN until the peer's")
    public boolean isLingeringClose() {
        return get(Setting.LINGERING_CLOSE);
    }

    /** Whether to half close, then read and discard until the peer's FIN. As nginx {@code lingering_close}. */
    public void setLingeringClose(boolean lingeringClose) {
        change(Setting.LINGERING_CLOSE, lingeringClose);
    }

    @ManagedAttribute("How long one connection may linger in all (ms)")
    public long getLingerTimeout() {
        return get(Setting.LINGER_TIMEOUT).toMillis();
    }

    /** How long one connection may linger in all, in milliseconds, more than 0. As nginx {@code lingering_time}. */
    public void setLingerTimeout(long lingerTimeout) {
        change(Setting.LINGER_TIMEOUT, Duration.ofMillis(lingerTimeout));
    }

    @ManagedAttribute("How long a lingering connection may be silent (ms)")
    public long getLingerIdleTimeout() {
        return get(Setting.LINGER_IDLE_TIMEOUT).toMillis();
    }

    /** How long a lingering connection may be silent, in milliseconds, more than 0, at most {@code lingerTimeout}. As nginx
     * {@code lingering_timeout}. */
    public void setLingerIdleTimeout(long lingerIdleTimeout) {
        change(Setting.LINGER_IDLE_TIMEOUT, Duration.ofMillis(lingerIdleTimeout));
    }

    @ManagedAttribute("Bytes to discard from one lingering connection")
    public long getLingerMaxBytes() {
        return get(Setting.LINGER_MAX_BYTES);
    }

    /** Bytes to discard from one lingering connection; 0 = no bound. */
    public void setLingerMaxBytes(long lingerMaxBytes) {
        change(Setting.LINGER_MAX_BYTES, lingerMaxBytes);
    }

    @ManagedAttribute("Bytes a second that all lingering connections of a connector may discard (0 = no bound)")
    public long getLingerMaxRate() {
        return get(Setting.LINGER_MAX_RATE);
    }

    /**
     * Bytes a second that all lingering connections of a connector may discard together; 0 = no bound, less than 65536 is 65536. Beyond
     * it they are read more slowly, and so may run into {@code lingerTimeout}.
     */
    public void setLingerMaxRate(long lingerMaxRate) {
        change(Setting.LINGER_MAX_RATE, lingerMaxRate);
    }

    @ManagedAttribute("Connections that may linger at once")
    public int getMaxLingering() {
        return get(Setting.MAX_LINGERING);
    }

    /** Connections that may linger at once, at least 1; beyond it, or an eighth of the process's file descriptors, the oldest is
     * reset. */
    public void setMaxLingering(int maxLingering) {
        change(Setting.MAX_LINGERING, maxLingering);
    }

    @ManagedAttribute("Whether a failed response that would look complete is reset")
    public boolean isAbortWithReset() {
        return get(Setting.ABORT_WITH_RESET);
    }

    /** Whether a failed response whose end only a close could mark is reset, so that it cannot look complete. A Unix-domain socket
     * has no reset: there the client sees an end. */
    public void setAbortWithReset(boolean abortWithReset) {
        change(Setting.ABORT_WITH_RESET, abortWithReset);
    }

    @ManagedAttribute("Whether the HTTP/1.0 keep-alive handshake is answered")
    public boolean isHttp10KeepAlive() {
        return get(Setting.HTTP10_KEEP_ALIVE);
    }

    /** Whether the HTTP/1.0 keep-alive handshake is answered. */
    public void setHttp10KeepAlive(boolean http10KeepAlive) {
        change(Setting.HTTP10_KEEP_ALIVE, http10KeepAlive);
    }

    @ManagedAttribute("Whether HTTP/1.0 requests that came through a relay are refused keep-alive")
    public boolean isHttp10RelayGuard() {
        return get(Setting.HTTP10_RELAY_GUARD);
    }

    /** Whether HTTP/1.0 requests that came through a relay ({@code Via}, {@code Proxy-Connection}) are refused keep-alive. */
    public void setHttp10RelayGuard(boolean http10RelayGuard) {
        change(Setting.HTTP10_RELAY_GUARD, http10RelayGuard);
    }

    @ManagedAttribute("Whether HTTP/1.0 clients are answered with an HTTP/1.0 status line")
    public boolean isHttp10StatusLine() {
        return get(Setting.HTTP10_STATUS_LINE);
    }

    /** Whether HTTP/1.0 clients are answered with an {@code HTTP/1.0} status line. */
    public void setHttp10StatusLine(boolean http10StatusLine) {
        change(Setting.HTTP10_STATUS_LINE, http10StatusLine);
    }

    @ManagedAttribute("Statuses that always end the connection")
    public String getCloseOnStatus() {
        return get(Setting.CLOSE_ON_STATUS).toString();
    }

    /** Statuses from 200 to 599 that always end the connection, separated by commas: {@code 413,503}. */
    public void setCloseOnStatus(String closeOnStatus) {
        change(Setting.CLOSE_ON_STATUS, StatusSet.parse("closeOnStatus", closeOnStatus));
    }

    @ManagedAttribute("Open connections per client network")
    public int getMaxConnectionsPerClient() {
        return get(Setting.MAX_CONNECTIONS_PER_CLIENT);
    }

    /** Open connections per client network, idle ones included; 0 = no limit. */
    public void setMaxConnectionsPerClient(int maxConnectionsPerClient) {
        change(Setting.MAX_CONNECTIONS_PER_CLIENT, maxConnectionsPerClient);
    }

    @ManagedAttribute("Bits of an IPv4 address that make a client network")
    public int getClientPrefix4() {
        return get(Setting.CLIENT_PREFIX4);
    }

    /** Bits of an IPv4 address that make a client network, 0 to 32. */
    public void setClientPrefix4(int clientPrefix4) {
        change(Setting.CLIENT_PREFIX4, clientPrefix4);
    }

    @ManagedAttribute("Bits of an IPv6 address that make a client network")
    public int getClientPrefix6() {
        return get(Setting.CLIENT_PREFIX6);
    }

    /** Bits of an IPv6 address that make a client network, 0 to 128. */
    public void setClientPrefix6(int clientPrefix6) {
        change(Setting.CLIENT_PREFIX6, clientPrefix6);
    }

    @ManagedAttribute("Client networks that are never limited")
    public String getClientExempt() {
        return String.join(",", get(Setting.CLIENT_EXEMPT));
    }

    /** Client networks that are never limited, separated by commas, in the syntax of Jetty's {@code InetAddressSet}:
     * {@code 10.0.0.0/8}. */
    public void setClientExempt(String clientExempt) {
        change(Setting.CLIENT_EXEMPT, ClientLimit.networks(clientExempt));
    }

    @ManagedAttribute("Open connections beyond which the oldest idle ones are shed")
    public int getMaxConnections() {
        return get(Setting.MAX_CONNECTIONS);
    }

    /** Open connections beyond which the oldest idle kept-alive ones are shed, never a busy one; 0 = no limit. */
    public void setMaxConnections(int maxConnections) {
        change(Setting.MAX_CONNECTIONS, maxConnections);
    }

    @ManagedAttribute("How long to wait for the client's FIN before ours (ms)")
    public long getClientClosesFirst() {
        return get(Setting.CLIENT_CLOSES_FIRST).toMillis();
    }

    /** How long to wait for the client's FIN before sending ours, in milliseconds, after a response that marks its own end and
     * says close; 0 = not at all. It leaves TIME_WAIT with the client. */
    public void setClientClosesFirst(long clientClosesFirst) {
        change(Setting.CLIENT_CLOSES_FIRST, Duration.ofMillis(clientClosesFirst));
    }
}
