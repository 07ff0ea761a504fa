package io.github.jettykeepalive.bench;

/** A server that takes part. Each runs in a process of its own, with the same flags and, where it says so, the same servlet. */
enum Contender {
    /** Jetty with our factory and its default settings. */
    OURS("ours", JettyServer.class.getName(), "ours", "handler"),
    /** The same without {@code maxRequests}, so that the cost of a request is not that of its part of a new connection. */
    OURS_UNLIMITED("ours, maxRequests=0", JettyServer.class.getName(), "ours", "handler", "unlimited"),
    /** Jetty as it comes. */
    STOCK("stock", JettyServer.class.getName(), "stock", "handler"),
    /** The same, and an application that closes connections as often as ours does. */
    STOCK_RECYCLING("stock, recycling", JettyServer.class.getName(), "stock", "handler", "recycling"),
    OURS_SERVLET("ours, servlet", JettyServer.class.getName(), "ours", "servlet"),
    STOCK_SERVLET("stock, servlet", JettyServer.class.getName(), "stock", "servlet"),
    /** Needs classes that only the profile has. */
    TOMCAT("Tomcat, servlet", "io.github.jettykeepalive.bench.peer.TomcatServer"),
    UNDERTOW("Undertow, servlet", "io.github.jettykeepalive.bench.peer.UndertowServer"),
    /** Jetty with a connection that does nothing: what an open socket costs by itself. */
    BARE("bare socket", JettyServer.class.getName(), "bare", "handler");

    private final String title;
    private final String main;
    private final String[] arguments;

    Contender(String title, String main, String... arguments) {
        this.title = title;
        this.main = main;
        this.arguments = arguments;
    }

    String main() {
        return main;
    }

    String[] arguments() {
        return arguments.clone();
    }

    @Override
    public String toString() {
        return title;
    }
}
