package io.github.jettykeepalive.demo.embedded;

/**
 * Where the servers listen.
 *
 * @param host the interface
 * @param port ours
 * @param stockPort the stock Jetty
 * @param tlsPort ours, over TLS
 */
public record LabConfig(String host, int port, int stockPort, int tlsPort) {
    /** Checks the ports; 0 takes any that is free. */
    public LabConfig {
        check("port", port);
        check("stockPort", stockPort);
        check("tlsPort", tlsPort);
    }

    /** Free ports of the loopback interface. */
    public static LabConfig anyPorts() {
        return new LabConfig("127.0.0.1", 0, 0, 0);
    }

    /** {@code -Dhost}, {@code -Dport}, {@code -DstockPort}, {@code -DtlsPort}. */
    public static LabConfig fromSystemProperties() {
        return new LabConfig(
                System.getProperty("host", "127.0.0.1"),
                number("port", 8080),
                number("stockPort", 8081),
                number("tlsPort", 8443));
    }

    private static int number(String name, int fallback) {
        String value = System.getProperty(name);
        try {
            return value == null ? fallback : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw bad(name, value);
        }
    }

    private static void check(String name, int port) {
        if (port < 0 || port > 65535) {
            throw bad(name, Integer.toString(port));
        }
    }

    private static IllegalArgumentException bad(String name, String value) {
        return new IllegalArgumentException(name + ": " + value + " (expected: 0 to 65535)");
    }
}
