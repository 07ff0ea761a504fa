package io.github.jettykeepalive.enforce;

import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Jetty;

/** On Jetty 12.0, which takes the scheme from the class of the end point, a request over TLS whose URI says so. */
final class SecureRequest extends Request.Wrapper {
    private static final boolean NEEDED = Jetty.VERSION.startsWith("12.0.");

    private final HttpURI uri;

    private SecureRequest(Request wrapped) {
        super(wrapped);
        uri = HttpURI.build(wrapped.getHttpURI()).scheme(HttpScheme.HTTPS).asImmutable();
    }

    static Request of(Request request, boolean secure) {
        return NEEDED && secure ? new SecureRequest(request) : request;
    }

    @Override
    public HttpURI getHttpURI() {
        return uri;
    }
}
