package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which fields belong to the connection and not to the message. Names are compared in any case.
 */
final class HopByHopFields {
    /**
     * Hidden from the application. {@code Transfer-Encoding} is of the connection too, but it is what tells that a
     * request has content (RFC 9112 section 6.3), so it stays.
     */
    private static final Set<String> OF_REQUEST =
            names("Connection Keep-Alive Proxy-Connection TE Trailer Upgrade HTTP2-Settings");

    /** Not for the application to set: RFC 9110 section 7.6.1, and framing is the container's. */
    private static final Set<String> OF_RESPONSE =
            names("Connection Keep-Alive Proxy-Connection TE Transfer-Encoding Upgrade");

    /**
     * Read by the container, which tells an application what is in them by other methods than those for fields, or acts
     * on them itself: hidden, they would be hidden by halves.
     */
    private static final Set<String> OF_CONTAINER =
            names("Accept-Language Authorization Content-Encoding Content-Length"
                    + " Content-Type Cookie Expect Host Transfer-Encoding");

    private final Set<String> removable;

    /** @param removable names that an HTTP/1.0 client may have hidden by naming them in {@code Connection} */
    HopByHopFields(Collection<String> removable) {
        this.removable = ignoringCase(removable);
    }

    /**
     * The fields to hide from an application: the known ones, and in HTTP/1.0 those that {@code Connection} names and
     * the deployer allows. A 1.0 proxy that does not know {@code Connection} has forwarded them by mistake (RFC 2616
     * section 14.10); an HTTP/1.1 proxy has removed them itself, and what comes from the client directly is meant for
     * us.
     */
    Set<String> hiddenIn(HttpServletRequest request) {
        if (removable.isEmpty() || !request.getProtocol().equals("HTTP/1.0")) {
            return OF_REQUEST;
        }
        Set<String> hidden = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        hidden.addAll(OF_REQUEST);
        for (String named : ConnectionOptions.of(request).names()) {
            if (removable.contains(named)) {
                hidden.add(named);
            }
        }
        return hidden;
    }

    /**
     * Reads the names of what may be hidden; throws {@link IllegalArgumentException} for a field that the container
     * reads, and for what is no name.
     */
    static HopByHopFields removing(String list) {
        Set<String> removable = tokens(list);
        if (removable.stream().anyMatch(OF_CONTAINER::contains)) {
            throw new IllegalArgumentException(list);
        }
        return new HopByHopFields(removable);
    }

    static boolean isOfResponse(@Nullable String name) {
        return name != null && OF_RESPONSE.contains(name);
    }

    /** An immutable set that ignores case, of a list separated by commas or white space. */
    static Set<String> names(String list) {
        return ignoringCase(InitParams.split(list));
    }

    /** As {@link #names}; throws {@link IllegalArgumentException} if one is no token (RFC 9110 section 5.6.2). */
    static Set<String> tokens(String list) {
        Set<String> names = names(list);
        if (!names.stream().allMatch(InitParams::isToken)) {
            throw new IllegalArgumentException(list);
        }
        return names;
    }

    private static Set<String> ignoringCase(Collection<String> names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(names);
        return Collections.unmodifiableSet(set);
    }
}
