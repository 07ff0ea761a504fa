package io.github.jettykeepalive.demo.lab;

import java.io.IOException;
import java.util.List;

/**
 * One figure of the lab: real clients against real servers, and a verdict computed from what happened.
 *
 * <p>Stateless, so one instance serves any number of runs at once.
 */
public interface Experiment {
    /** What it is called in addresses, such as {@code 413}. */
    String name();

    /** A few words for headings. */
    String title();

    /** What is tried and why it matters, two or three sentences. */
    String story();

    /** What can be chosen; all of it bounded. */
    List<Parameter> parameters();

    /** Commands for a terminal that show the same on the demo's own ports. */
    List<String> reproduce(Parameters parameters, Addresses addresses);

    /** Does it, once; every socket is opened through the run, so that the time limit reaches it. */
    Result run(Run run) throws IOException;
}
