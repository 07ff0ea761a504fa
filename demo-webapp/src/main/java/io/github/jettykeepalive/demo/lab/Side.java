package io.github.jettykeepalive.demo.lab;

import java.util.Locale;

/** Which server a column is about. */
public enum Side {
    /** The one with the Jetty Keep-Alive connector. */
    OURS("Jetty Keep-Alive"),
    /** The Jetty as it comes. */
    STOCK("Stock Jetty");

    private final String title;

    Side(String title) {
        this.title = title;
    }

    /** What it is called above a column. */
    public String title() {
        return title;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
