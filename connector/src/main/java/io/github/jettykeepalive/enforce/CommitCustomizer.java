package io.github.jettykeepalive.enforce;

import io.github.jettykeepalive.policy.Phase;
import java.util.List;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Puts every request of a managed connection under the policy.
 *
 * <p>An {@link HttpConfiguration} may be shared with TLS, HTTP/2 and foreign factories: only requests that arrived over
 * one of our end points are touched. Stateless; goes first, so that what later customizers refuse is under the policy too.
 */
public final class CommitCustomizer implements HttpConfiguration.Customizer {
    private static final CommitCustomizer ONLY = new CommitCustomizer();

    private CommitCustomizer() {}

    /** Makes sure that a configuration has the customizer, once, before all others. */
    public static void install(HttpConfiguration configuration) {
        List<HttpConfiguration.Customizer> customizers = configuration.getCustomizers();
        if (customizers.isEmpty() || customizers.get(0) != ONLY) {
            synchronized (ONLY) {
                // Never absent meanwhile; twice does no harm.
                customizers.add(0, ONLY);
                int former = customizers.lastIndexOf(ONLY);
                if (former > 0) {
                    customizers.remove(former);
                }
            }
        }
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        ManagedConnection connection = Managed.of(request);
        if (connection == null
                || connection.phase() == Phase.UPGRADED
                || Request.as(request, ManagedRequest.class) != null) {
            // Not ours, or no longer: HTTP/2 after an upgrade, with the same configuration. Or it has been here before.
            return request;
        }
        if (!connection.requestStarted()) {
            throw new HttpException.RuntimeException(HttpStatus.SERVICE_UNAVAILABLE_503, "Connection is closing");
        }
        ManagedRequest managed =
                new ManagedRequest(SecureRequest.of(request, connection.endPoint.isSecure()), connection);
        request.addHttpStreamWrapper(managed);
        managed.verify();
        return managed;
    }
}
