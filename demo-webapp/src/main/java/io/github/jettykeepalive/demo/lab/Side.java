package io.github.jettykeepalive.demo.lab;

import java.util.Locale;

/** Which server a column is about. */
public enum Side {
    /** The one with the Jetty Keep-Alive connector. */
    OURS,
    /** The Jetty as it comes. */
    STOCK;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
