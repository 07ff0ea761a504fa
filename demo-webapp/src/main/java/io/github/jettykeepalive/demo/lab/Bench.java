package io.github.jettykeepalive.demo.lab;

import java.io.IOException;

/** Where the targets of experiments come from: the embedded servers, or the one server the WAR is deployed in. */
public interface Bench {
    /**
     * A target for one run.
     *
     * @throws NotHereException if this bench has no such server
     */
    Target open(Side side, Setup setup) throws IOException;

    /** Where people reach the servers. */
    Addresses addresses();
}
