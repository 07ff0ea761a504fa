package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which fields belong to the connection and not to the message. Names are compared in any case.
 */
final class HopByHopFields {
    /**
     * Hidden from the application. {@code Transfer-Encoding} is of the connection too, but it is what tells that a
     * request has a body (RFC 9112 section 6.3), so it stays.
     */
    private static final Set<String> OF_REQUEST =
            names("Connection Keep-Alive Proxy-Connection TE Trailer Upgrade HTTP2-Settings");

    /** Not for the application to set: RFC 9110 section 7.6.1, and framing is the container's. */
    private static final Set<String> OF_RESPONSE =
            names("Connection Keep-Alive Proxy-Connection TE Transfer-Encoding Upgrade");

    /**
     * Fields by which a client, or a proxy in front of us, tells who is asking, for what, under which condition, and
     * how long the message is. Whoever can make them disappear by naming them in {@code Connection} is let in as
     * somebody else.
     */
    private static final Set<String> PROTECTED = names("""
            Host Authorization Proxy-Authorization Cookie Origin Referer Expect Range If-Match If-Unmodified-Since
            Transfer-Encoding Forwarded Via Client-Cert Client-Cert-Chain Remote-User X-Remote-User X-User
            X-Real-IP X-Client-IP X-Cluster-Client-IP True-Client-IP CF-Connecting-IP Fastly-Client-IP
            X-Request-ID X-HTTP-Method-Override""");

    /** And families of them. */
    private static final List<String> PROTECTED_PREFIXES =
            List.of("Content-", "X-Forwarded-", "X-Original-", "X-Auth-", "X-Authenticated-", "X-SSL-", "SSL-", "Sec-");

    private final Set<String> alsoProtected;

    /** @param alsoProtected further names that can never be removed by naming them */
    HopByHopFields(Collection<String> alsoProtected) {
        this.alsoProtected = ignoringCase(alsoProtected);
    }

    /**
     * The fields to hide from an application: the known ones, and in HTTP/1.0 those that {@code Connection} names. A
     * 1.0 proxy that does not know {@code Connection} has forwarded them by mistake (RFC 2616 section 14.10); an
     * HTTP/1.1 proxy has removed them itself, and what comes from the client directly is meant for us.
     */
    Set<String> hiddenIn(HttpServletRequest request) {
        if (!request.getProtocol().equals("HTTP/1.0")) {
            return OF_REQUEST;
        }
        Set<String> hidden = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        hidden.addAll(OF_REQUEST);
        for (String named : ConnectionOptions.of(request).names()) {
            if (!isProtected(named)) {
                hidden.add(named);
            }
        }
        return hidden;
    }

    static boolean isOfResponse(String name) {
        return OF_RESPONSE.contains(name);
    }

    private boolean isProtected(String name) {
        return PROTECTED.contains(name)
                || alsoProtected.contains(name)
                || PROTECTED_PREFIXES.stream()
                        .anyMatch(prefix -> name.regionMatches(true, 0, prefix, 0, prefix.length()));
    }

    /** An immutable set that ignores case, of a list separated by commas or white space. */
    static Set<String> names(String list) {
        return ignoringCase(InitParams.split(list));
    }

    private static Set<String> ignoringCase(Collection<String> names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(names);
        return Collections.unmodifiableSet(set);
    }
}
