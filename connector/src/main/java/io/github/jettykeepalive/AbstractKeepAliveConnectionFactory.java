package io.github.jettykeepalive;

import io.github.jettykeepalive.policy.ClientLimit;
import io.github.jettykeepalive.policy.ClientRules;
import io.github.jettykeepalive.policy.Http10Policy;
import io.github.jettykeepalive.policy.KeepAliveHeaderMode;
import io.github.jettykeepalive.policy.KeepAlivePolicy;
import io.github.jettykeepalive.policy.LingerPolicy;
import io.github.jettykeepalive.policy.StatusSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.util.annotation.ManagedAttribute;

/**
 * The settings of a {@link KeepAliveConnectionFactory}, flat, as {@code jetty.xml} and JMX like them: times are {@code long}
 * milliseconds, lists are strings. They are checked together when the factory starts, as one {@link KeepAlivePolicy}; its
 * javadoc has the ranges, and {@link KeepAlivePolicy#DEFAULT} the defaults.
 *
 * <p>Threads: one at a time. On a running factory a setter is checked at once and applies to what is decided from then on;
 * deadlines that are already set stay as they are.
 */
public abstract class AbstractKeepAliveConnectionFactory extends HttpConnectionFactory {
    private final List<String[]> clientRules = new ArrayList<>();
    private ClientRules policyRules;
    private int maxRequests;
    private long keepAliveTimeout;
    private KeepAliveHeaderMode keepAliveHeader;
    private long advertiseMargin;
    private boolean honorClientKeepAlive;
    private long maxAge;
    private int maxAgeJitter;
    private long requestHeaderTimeout;
    private boolean lingeringClose;
    private long lingerTimeout;
    private long lingerIdleTimeout;
    private long lingerMaxBytes;
    private int maxLingering;
    private boolean abortWithReset;
    private boolean http10KeepAlive;
    private boolean http10RelayGuard;
    private boolean http10StatusLine;
    private String closeOnStatus;
    private int maxConnectionsPerClient;
    private int clientPrefix4;
    private int clientPrefix6;
    private String clientExempt;
    private int maxConnections;
    private long clientClosesFirst;

    AbstractKeepAliveConnectionFactory(HttpConfiguration configuration, KeepAlivePolicy policy) {
        super(configuration);
        maxRequests = policy.maxRequests();
        keepAliveTimeout = policy.keepAliveTimeout().toMillis();
        keepAliveHeader = policy.keepAliveHeader();
        advertiseMargin = policy.advertiseMargin().toMillis();
        honorClientKeepAlive = policy.honorClientKeepAlive();
        maxAge = policy.maxAge().toMillis();
        maxAgeJitter = policy.maxAgeJitter();
        requestHeaderTimeout = policy.requestHeaderTimeout().toMillis();
        lingeringClose = policy.linger().enabled();
        lingerTimeout = policy.linger().timeout().toMillis();
        lingerIdleTimeout = policy.linger().idleTimeout().toMillis();
        lingerMaxBytes = policy.linger().maxBytes();
        maxLingering = policy.linger().maxLingering();
        abortWithReset = policy.abortWithReset();
        http10KeepAlive = policy.http10().keepAlive();
        http10RelayGuard = policy.http10().relayGuard();
        http10StatusLine = policy.http10().statusLine();
        closeOnStatus = policy.closeOnStatus().toString();
        maxConnectionsPerClient = policy.clientLimit().maxConnections();
        clientPrefix4 = policy.clientLimit().prefix4();
        clientPrefix6 = policy.clientLimit().prefix6();
        clientExempt = String.join(",", policy.clientLimit().exempt());
        maxConnections = policy.maxConnections();
        clientClosesFirst = policy.clientClosesFirst().toMillis();
        policyRules = policy.clientRules();
    }

    /** The policy that the settings make. An {@link IllegalArgumentException} names the first that is out of range. */
    KeepAlivePolicy toPolicy() {
        return new KeepAlivePolicy(
                maxRequests,
                Duration.ofMillis(keepAliveTimeout),
                keepAliveHeader,
                Duration.ofMillis(advertiseMargin),
                honorClientKeepAlive,
                Duration.ofMillis(maxAge),
                maxAgeJitter,
                Duration.ofMillis(requestHeaderTimeout),
                new LingerPolicy(
                        lingeringClose,
                        Duration.ofMillis(lingerTimeout),
                        Duration.ofMillis(lingerIdleTimeout),
                        lingerMaxBytes,
                        maxLingering),
                abortWithReset,
                new Http10Policy(http10KeepAlive, http10RelayGuard, http10StatusLine),
                allClientRules(),
                StatusSet.parse("closeOnStatus", closeOnStatus),
                new ClientLimit(maxConnectionsPerClient, clientPrefix4, clientPrefix6, split(clientExempt)),
                maxConnections,
                Duration.ofMillis(clientClosesFirst));
    }

    private ClientRules allClientRules() {
        ClientRules rules = policyRules;
        for (String[] rule : clientRules) {
            rules = rules.with(rule[0], rule[1]);
        }
        return rules;
    }

    private static List<String> split(String list) {
        return List.of(list.split(",", -1)).stream()
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /**
     * Puts a changed setting into force if the factory runs; what is decided from then on follows it.
     *
     * @param undo takes the change back if the settings do not go together; the exception tells why
     */
    abstract void apply(Runnable undo);

    @ManagedAttribute("Exceptions by User-Agent")
    public String getClientRules() {
        return allClientRules().toString();
    }

    /** Exceptions by User-Agent, in place of those there are, in the form of {@link ClientRules#parse}:
     * {@code httpd; "OldBot/1\." NO_KEEP_ALIVE}. */
    public void setClientRules(String clientRules) {
        ClientRules before = policyRules;
        List<String[]> added = List.copyOf(this.clientRules);
        policyRules = ClientRules.parse(clientRules);
        this.clientRules.clear();
        apply(() -> {
            policyRules = before;
            this.clientRules.addAll(added);
        });
    }

    /**
     * Adds an exception for a client that mishandles persistent connections. Not applied to requests with {@code Via}.
     *
     * @param userAgentRegex a regular expression, found anywhere in the first 256 characters of the User-Agent
     * @param actions {@code NO_KEEP_ALIVE}, {@code DOWNGRADE_1_0}, {@code FORCE_RESPONSE_1_0}, one or more, separated by
     *     commas; a bad pattern or action stops the start
     */
    public void addClientRule(String userAgentRegex, String actions) {
        String[] rule = {userAgentRegex, actions};
        clientRules.add(rule);
        apply(() -> clientRules.remove(rule));
    }

    /** Adds the rules that Apache httpd ships, {@link ClientRules#HTTPD}. */
    public void addHttpdClientRules() {
        ClientRules before = policyRules;
        policyRules = policyRules.and(ClientRules.HTTPD);
        apply(() -> policyRules = before);
    }

    @ManagedAttribute("Requests on a connection")
    public int getMaxRequests() {
        return maxRequests;
    }

    /** Exactly so many requests are served on a connection, the last one answered with close; 0 = no limit. As nginx
     * {@code keepalive_requests}. */
    public void setMaxRequests(int maxRequests) {
        int before = this.maxRequests;
        this.maxRequests = maxRequests;
        apply(() -> this.maxRequests = before);
    }

    @ManagedAttribute("How long a persistent connection may wait for the next request (ms)")
    public long getKeepAliveTimeout() {
        return keepAliveTimeout;
    }

    /** How long a persistent connection may wait for the next request, in milliseconds; -1 = the connector's idle timeout, 0 = no
     * persistence. It ends at the first byte of a request. As nginx {@code keepalive_timeout}. */
    public void setKeepAliveTimeout(long keepAliveTimeout) {
        long before = this.keepAliveTimeout;
        this.keepAliveTimeout = keepAliveTimeout;
        apply(() -> this.keepAliveTimeout = before);
    }

    @ManagedAttribute("Who gets a Keep-Alive field")
    public KeepAliveHeaderMode getKeepAliveHeader() {
        return keepAliveHeader;
    }

    /** Who is told how long, and for how many requests, the connection is kept. */
    public void setKeepAliveHeader(KeepAliveHeaderMode keepAliveHeader) {
        KeepAliveHeaderMode before = this.keepAliveHeader;
        this.keepAliveHeader = keepAliveHeader;
        apply(() -> this.keepAliveHeader = before);
    }

    @ManagedAttribute("By how much the announced timeout is shorter than the enforced one (ms)")
    public long getAdvertiseMargin() {
        return advertiseMargin;
    }

    /** By how many milliseconds the announced timeout is shorter than the enforced one, so that the client gives up first; a
     * result under one second is not announced. */
    public void setAdvertiseMargin(long advertiseMargin) {
        long before = this.advertiseMargin;
        this.advertiseMargin = advertiseMargin;
        apply(() -> this.advertiseMargin = before);
    }

    @ManagedAttribute("Whether a request's own Keep-Alive field may tighten the limits")
    public boolean isHonorClientKeepAlive() {
        return honorClientKeepAlive;
    }

    /** Whether a request's own {@code Keep-Alive} field may tighten the limits. */
    public void setHonorClientKeepAlive(boolean honorClientKeepAlive) {
        boolean before = this.honorClientKeepAlive;
        this.honorClientKeepAlive = honorClientKeepAlive;
        apply(() -> this.honorClientKeepAlive = before);
    }

    @ManagedAttribute("How old a connection may become (ms)")
    public long getMaxAge() {
        return maxAge;
    }

    /** How old a connection may become, in milliseconds; 0 = no limit. An over-age connection closes with its next response. As
     * nginx {@code keepalive_time}. */
    public void setMaxAge(long maxAge) {
        long before = this.maxAge;
        this.maxAge = maxAge;
        apply(() -> this.maxAge = before);
    }

    @ManagedAttribute("Percent by which each connection's maximum age is shortened at random")
    public int getMaxAgeJitter() {
        return maxAgeJitter;
    }

    /** Percent, 0 to 100, by which each connection's own maximum age is shortened at random. */
    public void setMaxAgeJitter(int maxAgeJitter) {
        int before = this.maxAgeJitter;
        this.maxAgeJitter = maxAgeJitter;
        apply(() -> this.maxAgeJitter = before);
    }

    @ManagedAttribute("From a request's first byte to the end of its header (ms)")
    public long getRequestHeaderTimeout() {
        return requestHeaderTimeout;
    }

    /** Milliseconds from a request's first byte to the end of its header, then 408 and close; 0 = no limit. As nginx
     * {@code client_header_timeout}. */
    public void setRequestHeaderTimeout(long requestHeaderTimeout) {
        long before = this.requestHeaderTimeout;
        this.requestHeaderTimeout = requestHeaderTimeout;
        apply(() -> this.requestHeaderTimeout = before);
    }

    @ManagedAttribute("Whether to read and discard after our FIN until the peer's")
    public boolean isLingeringClose() {
        return lingeringClose;
    }

    /** Whether to half close, then read and discard until the peer's FIN. As nginx {@code lingering_close}. */
    public void setLingeringClose(boolean lingeringClose) {
        boolean before = this.lingeringClose;
        this.lingeringClose = lingeringClose;
        apply(() -> this.lingeringClose = before);
    }

    @ManagedAttribute("How long one connection may linger in all (ms)")
    public long getLingerTimeout() {
        return lingerTimeout;
    }

    /** How long one connection may linger in all, in milliseconds, more than 0. As nginx {@code lingering_time}. */
    public void setLingerTimeout(long lingerTimeout) {
        long before = this.lingerTimeout;
        this.lingerTimeout = lingerTimeout;
        apply(() -> this.lingerTimeout = before);
    }

    @ManagedAttribute("How long a lingering connection may be silent (ms)")
    public long getLingerIdleTimeout() {
        return lingerIdleTimeout;
    }

    /** How long a lingering connection may be silent, in milliseconds, more than 0, at most {@code lingerTimeout}. As nginx
     * {@code lingering_timeout}. */
    public void setLingerIdleTimeout(long lingerIdleTimeout) {
        long before = this.lingerIdleTimeout;
        this.lingerIdleTimeout = lingerIdleTimeout;
        apply(() -> this.lingerIdleTimeout = before);
    }

    @ManagedAttribute("Bytes to discard from one lingering connection")
    public long getLingerMaxBytes() {
        return lingerMaxBytes;
    }

    /** Bytes to discard from one lingering connection; 0 = no bound. */
    public void setLingerMaxBytes(long lingerMaxBytes) {
        long before = this.lingerMaxBytes;
        this.lingerMaxBytes = lingerMaxBytes;
        apply(() -> this.lingerMaxBytes = before);
    }

    @ManagedAttribute("Connections that may linger at once")
    public int getMaxLingering() {
        return maxLingering;
    }

    /** Connections that may linger at once, at least 1; beyond it the oldest is reset. */
    public void setMaxLingering(int maxLingering) {
        int before = this.maxLingering;
        this.maxLingering = maxLingering;
        apply(() -> this.maxLingering = before);
    }

    @ManagedAttribute("Whether a failed response that would look complete is reset")
    public boolean isAbortWithReset() {
        return abortWithReset;
    }

    /** Whether a failed response whose end only a close could mark is reset, so that it cannot look complete. */
    public void setAbortWithReset(boolean abortWithReset) {
        boolean before = this.abortWithReset;
        this.abortWithReset = abortWithReset;
        apply(() -> this.abortWithReset = before);
    }

    @ManagedAttribute("Whether the HTTP/1.0 keep-alive handshake is answered")
    public boolean isHttp10KeepAlive() {
        return http10KeepAlive;
    }

    /** Whether the HTTP/1.0 keep-alive handshake is answered. */
    public void setHttp10KeepAlive(boolean http10KeepAlive) {
        boolean before = this.http10KeepAlive;
        this.http10KeepAlive = http10KeepAlive;
        apply(() -> this.http10KeepAlive = before);
    }

    @ManagedAttribute("Whether HTTP/1.0 requests that came through a relay are refused keep-alive")
    public boolean isHttp10RelayGuard() {
        return http10RelayGuard;
    }

    /** Whether HTTP/1.0 requests that came through a relay ({@code Via}, {@code Proxy-Connection}) are refused keep-alive. */
    public void setHttp10RelayGuard(boolean http10RelayGuard) {
        boolean before = this.http10RelayGuard;
        this.http10RelayGuard = http10RelayGuard;
        apply(() -> this.http10RelayGuard = before);
    }

    @ManagedAttribute("Whether HTTP/1.0 clients are answered with an HTTP/1.0 status line")
    public boolean isHttp10StatusLine() {
        return http10StatusLine;
    }

    /** Whether HTTP/1.0 clients are answered with an {@code HTTP/1.0} status line. */
    public void setHttp10StatusLine(boolean http10StatusLine) {
        boolean before = this.http10StatusLine;
        this.http10StatusLine = http10StatusLine;
        apply(() -> this.http10StatusLine = before);
    }

    @ManagedAttribute("Statuses that always end the connection")
    public String getCloseOnStatus() {
        return closeOnStatus;
    }

    /** Statuses from 200 to 599 that always end the connection, separated by commas: {@code 413,503}. */
    public void setCloseOnStatus(String closeOnStatus) {
        String before = this.closeOnStatus;
        this.closeOnStatus = closeOnStatus;
        apply(() -> this.closeOnStatus = before);
    }

    @ManagedAttribute("Open connections per client network")
    public int getMaxConnectionsPerClient() {
        return maxConnectionsPerClient;
    }

    /** Open connections per client network, idle ones included; 0 = no limit. */
    public void setMaxConnectionsPerClient(int maxConnectionsPerClient) {
        int before = this.maxConnectionsPerClient;
        this.maxConnectionsPerClient = maxConnectionsPerClient;
        apply(() -> this.maxConnectionsPerClient = before);
    }

    @ManagedAttribute("Bits of an IPv4 address that make a client network")
    public int getClientPrefix4() {
        return clientPrefix4;
    }

    /** Bits of an IPv4 address that make a client network, 0 to 32. */
    public void setClientPrefix4(int clientPrefix4) {
        int before = this.clientPrefix4;
        this.clientPrefix4 = clientPrefix4;
        apply(() -> this.clientPrefix4 = before);
    }

    @ManagedAttribute("Bits of an IPv6 address that make a client network")
    public int getClientPrefix6() {
        return clientPrefix6;
    }

    /** Bits of an IPv6 address that make a client network, 0 to 128. */
    public void setClientPrefix6(int clientPrefix6) {
        int before = this.clientPrefix6;
        this.clientPrefix6 = clientPrefix6;
        apply(() -> this.clientPrefix6 = before);
    }

    @ManagedAttribute("Client networks that are never limited")
    public String getClientExempt() {
        return clientExempt;
    }

    /** Client networks that are never limited, separated by commas, in the syntax of Jetty's {@code InetAddressSet}:
     * {@code 10.0.0.0/8}. */
    public void setClientExempt(String clientExempt) {
        String before = this.clientExempt;
        this.clientExempt = clientExempt;
        apply(() -> this.clientExempt = before);
    }

    @ManagedAttribute("Open connections beyond which the oldest idle ones are shed")
    public int getMaxConnections() {
        return maxConnections;
    }

    /** Open connections beyond which the oldest idle kept-alive ones are shed, never a busy one; 0 = no limit. */
    public void setMaxConnections(int maxConnections) {
        int before = this.maxConnections;
        this.maxConnections = maxConnections;
        apply(() -> this.maxConnections = before);
    }

    @ManagedAttribute("How long to wait for the client's FIN before ours (ms)")
    public long getClientClosesFirst() {
        return clientClosesFirst;
    }

    /** How long to wait for the client's FIN before sending ours, in milliseconds, after a response that marks its own end and
     * says close; 0 = not at all. It leaves TIME_WAIT with the client. */
    public void setClientClosesFirst(long clientClosesFirst) {
        long before = this.clientClosesFirst;
        this.clientClosesFirst = clientClosesFirst;
        apply(() -> this.clientClosesFirst = before);
    }
}
