package io.github.jettykeepalive.demo;

import io.github.jettykeepalive.demo.embedded.LabConfig;
import io.github.jettykeepalive.demo.embedded.LabServers;
import java.io.IOException;
import java.net.BindException;

/** Runs the connection lab: ours and a stock Jetty side by side, until Ctrl-C. */
public final class DemoServer {
    private DemoServer() {}

    /** Ports by {@code -Dport}, {@code -DstockPort} and {@code -DtlsPort}, the interface by {@code -Dhost}. */
    public static void main(String[] args) throws Exception {
        try {
            LabServers servers = new LabServers(LabConfig.fromSystemProperties());
            servers.start();
            System.out.println(greeting(servers));
            servers.join();
        } catch (IllegalArgumentException e) {
            fail(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            if (!(e.getCause() instanceof BindException)) {
                throw e;
            }
            fail(e.getMessage() + " (another one: -Dport, -DstockPort, -DtlsPort)");
        }
    }

    private static void fail(String message) {
        System.err.println(message);
        System.exit(1);
    }

    private static String greeting(LabServers servers) {
        return """

                The connection lab is open:
                  http://%1$s/       our connector: the live board, and all experiments
                  https://%3$s/      the same over TLS (self-signed)
                  http://%2$s/       stock Jetty, to compare with

                Try an upload that is refused early, on ours and on stock:
                  head -c 20000000 /dev/zero | curl -sS -H Expect: -X POST -T - http://%1$s/target/refuse
                  head -c 20000000 /dev/zero | curl -sS -H Expect: -X POST -T - http://%2$s/target/refuse
                The same thirty times, measured:
                  curl -s 'http://%1$s/lab/413.json?tries=30'
                Ctrl-C stops it.
                """.formatted(
                        servers.addresses().ours(),
                        servers.addresses().stock(),
                        servers.addresses().ours().replaceAll(":\\d+$", ":" + servers.tlsPort()));
    }
}
