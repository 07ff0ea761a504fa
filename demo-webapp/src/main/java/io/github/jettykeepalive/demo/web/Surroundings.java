package io.github.jettykeepalive.demo.web;

import io.github.jettykeepalive.demo.board.Watch;
import io.github.jettykeepalive.demo.lab.Bench;
import jakarta.servlet.http.HttpServletRequest;

/** What the web application finds around itself: the servers it was embedded in, or whatever it was deployed in. */
public interface Surroundings extends Bench {
    /** The context attribute in which an embedding server leaves its own. */
    String ATTRIBUTE = "io.github.jettykeepalive.demo.surroundings";

    /** The connections of this server. */
    Watch watch();

    /** Learns from a request where we are, if that was not known. */
    default void seen(HttpServletRequest request) {}

    /** Whether a Host field names us; a server of the loopback interface must not be reachable by the name of a stranger. */
    default boolean isOurHost(String name) {
        return true;
    }

    /** Something to do before the server waits for its requests to end. */
    default void beforeStop(Runnable task) {}
}
