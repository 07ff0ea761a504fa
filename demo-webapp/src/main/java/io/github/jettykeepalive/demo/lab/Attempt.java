package io.github.jettykeepalive.demo.lab;

import java.io.IOException;

/** What is done to one server, for one column. */
@FunctionalInterface
public interface Attempt {
    /** Does it, and says what came of it. */
    Finding on(Target target, Recorder recorder) throws IOException;
}
