package io.github.jettykeepalive.enforce;

import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** An end point of ours; the way from anything of Jetty's to the {@link ManagedConnection}. */
interface Managed {
    /** The connection this end point belongs to. */
    ManagedConnection managed();

    /** The managed connection a request arrived on, or null if another factory made it. */
    static @Nullable ManagedConnection of(Request request) {
        return of(request.getConnectionMetaData().getConnection().getEndPoint());
    }

    /** The managed connection of an end point, or null if it is not ours. */
    static @Nullable ManagedConnection of(EndPoint endPoint) {
        return endPoint instanceof Managed managed ? managed.managed() : null;
    }
}
