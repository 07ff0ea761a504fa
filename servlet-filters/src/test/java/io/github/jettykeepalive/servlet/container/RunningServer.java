package io.github.jettykeepalive.servlet.container;

import java.util.Map;

/** A started server. */
public interface RunningServer extends AutoCloseable {
    /** The TCP port on the loopback address. */
    int port() throws Exception;

    /**
     * Adds a connector to Tomcat, and starts it.
     *
     * @param protocol the class of its protocol handler
     * @return its TCP port on the loopback address
     */
    default int addConnector(String protocol, Map<String, String> settings) throws Exception {
        throw new UnsupportedOperationException(protocol);
    }
}
