package io.github.jettykeepalive.servlet;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.servlet.container.RunningServer;
import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.ResultTables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the filters cost: {@code mvn -Pbench -pl servlet-filters -am verify}. The CPU time of the thread that handles the
 * request, as the kernel counts it; the filter and the bare application are asked in turns, and the ratio is the median
 * of the ratios within a turn.
 */
class FilterBench {
    private static final int WARM_UP = Integer.getInteger("bench.warmUp", 10);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 21);
    private static final List<String> CONTAINERS =
            List.of(System.getProperty("bench.containers", "JETTY_EE11,JETTY_EE10,TOMCAT_11,TOMCAT_10_1")
                    .split(","));
    private static final ResultTables TABLES = ResultTables.named("bench");

    /** A filter, and a request for which it does the most that it ever does while a body is written. */
    private enum Subject {
        UNREAD("UnreadBodyFilter", "", "an upload that nobody reads") {
            @Override
            String request(String folder) {
                return "POST /app/" + folder
                        + "/run/threeMegabytes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1";
            }
        },
        UNFLUSHED("ContentLengthFilter", param("ignoreFlush", "true"), "HTTP/1.0 keep-alive, ignoreFlush"),
        LENGTH("ContentLengthFilter", "", "HTTP/1.0 keep-alive"),
        KEEP("KeepAliveFilter", param("statuses", "2xx") + param("maxRequests", "1000"), "a rule for its status"),
        HOP("HopByHopFilter", "", "any");

        final String filter;
        final String params;
        final String what;

        Subject(String filter, String params, String what) {
            this.filter = filter;
            this.params = params;
            this.what = what;
        }

        String folder() {
            return name().toLowerCase(Locale.ROOT);
        }

        String request(String folder) {
            return "GET /app/" + folder + "/run/threeMegabytes HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        }
    }

    private static String param(String name, String value) {
        return "<init-param><param-name>" + name + "</param-name><param-value>" + value + "</param-value></init-param>";
    }

    private static String webXml() {
        var xml = new StringBuilder("<web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.0\""
                + " metadata-complete=\"true\">\n");
        xml.append(filter("cost", "io.github.jettykeepalive.servlet.webapp.CostFilter", "", "/*"));
        for (Subject subject : Subject.values()) {
            xml.append(filter(
                    subject.name(),
                    "io.github.jettykeepalive.servlet." + subject.filter,
                    subject.params,
                    "/" + subject.folder() + "/*"));
        }
        xml.append("<servlet><servlet-name>scenario</servlet-name>"
                + "<servlet-class>io.github.jettykeepalive.servlet.webapp.ScenarioServlet</servlet-class>"
                + "<async-supported>true</async-supported></servlet>\n<servlet-mapping>"
                + "<servlet-name>scenario</servlet-name><url-pattern>/plain/*</url-pattern>"
                + "<url-pattern>/cpu/*</url-pattern><url-pattern>/passes/*</url-pattern>");
        for (Subject subject : Subject.values()) {
            xml.append("<url-pattern>/").append(subject.folder()).append("/*</url-pattern>");
        }
        return xml.append("</servlet-mapping></web-app>").toString();
    }

    private static String filter(String name, String type, String params, String pattern) {
        return "<filter><filter-name>" + name + "</filter-name><filter-class>" + type
                + "</filter-class><async-supported>true</async-supported>" + params + "</filter>\n"
                + "<filter-mapping><filter-name>" + name + "</filter-name><url-pattern>" + pattern
                + "</url-pattern></filter-mapping>\n";
    }

    private static String ask(RunningServer server, String request) throws Exception {
        try (var client = RawClient.connect(server.port())) {
            return client.send(request).readResponse().body();
        }
    }

    private static double micros(RunningServer server, String request) throws Exception {
        if (ask(server, request).length() != 3_000_000) {
            throw new IOException("a short response");
        }
        return Double.parseDouble(ask(server, "GET /app/cpu/ HTTP/1.1\r\nHost: localhost\r\n\r\n")) / 1000;
    }

    private static String row(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static double quantile(double[] values, double at) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(at * (sorted.length - 1))];
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "KEEP_ALIVE")
    @Timeout(3600)
    void threeMegabytesByCharacters(Container container) throws Exception {
        assumeTrue(CONTAINERS.contains(container.name()));
        List<List<String>> rows = new ArrayList<>();
        try (var server = RealWar.deploy(container, webXml())) {
            for (Subject subject : Subject.values()) {
                rows.add(compare(server, subject));
            }
        }
        TABLES.add(
                "3 MB by single characters, " + container + ": CPU, µs",
                List.of("filter", "request", "without", "with", "with / without (at most 1.30)", "middle half"),
                rows);
    }

    private static List<String> compare(RunningServer server, Subject subject) throws Exception {
        double[] without = new double[ROUNDS];
        double[] with = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        for (int i = -WARM_UP; i < ROUNDS; i++) {
            boolean first = i % 2 == 0;
            double before = first ? micros(server, subject.request("plain")) : 0;
            double filtered = micros(server, subject.request(subject.folder()));
            double bare = first ? before : micros(server, subject.request("plain"));
            if (i >= 0) {
                without[i] = bare;
                with[i] = filtered;
                ratios[i] = filtered / bare;
            }
        }
        return List.of(
                subject.filter,
                subject.what,
                row(quantile(without, 0.5)),
                row(quantile(with, 0.5)),
                row(quantile(ratios, 0.5)),
                row(quantile(ratios, 0.25)) + " to " + row(quantile(ratios, 0.75)));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "KEEP_ALIVE")
    @Timeout(3600)
    void aRequestThatPasses(Container container) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        try (var server = RealWar.deploy(container, webXml())) {
            String text = ask(server, "GET /app/passes/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
            for (String line : text.split("\n")) {
                String[] cells = line.split(" ");
                rows.add(List.of(cells[0], row(Double.parseDouble(cells[1])), row(Double.parseDouble(cells[2]))));
            }
        }
        TABLES.add("A GET that passes, " + container, List.of("filter", "ns of CPU", "bytes"), rows);
    }
}
