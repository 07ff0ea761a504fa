package io.github.jettykeepalive.demo.lab;

/**
 * Where the servers of the lab can be reached from a terminal.
 *
 * @param ours {@code host:port} of the server with the connector
 * @param stock that of the stock Jetty; the same as {@code ours} where there is none
 * @param context path of the web application, empty at the root
 */
public record Addresses(String ours, String stock, String context) {
    /** An address on the server with the connector. */
    public String url(String path) {
        return "http://" + ours + context + path;
    }

    /** {@code host port}, as nc wants it. */
    public String nc() {
        return ours.replaceAll(":(\\d+)$", " $1");
    }

    /** {@code host port} of the stock Jetty. */
    public String stockNc() {
        return stock.replaceAll(":(\\d+)$", " $1");
    }
}
