package io.github.jettykeepalive.servlet.oracle;

/** A folder of the WAR with one filter, or all of them, in front of it. */
enum Subject {
    INFO("info"),
    UNREAD("unread"),
    KEEP("keep"),
    LENGTH("length"),
    LENGTH_DESPITE_FLUSH("unflushed"),
    HOP("hop"),
    ALL("all");

    /** The folder without any filter of ours. */
    static final String PLAIN = "plain";

    final String folder;

    Subject(String folder) {
        this.folder = folder;
    }

    boolean hasUnread() {
        return this == UNREAD || this == ALL;
    }

    /** Whether a filter wraps request or response for everybody. */
    boolean wrapsEverything() {
        return this == KEEP || this == HOP || this == ALL;
    }

    boolean hasLength() {
        return this == LENGTH || this == LENGTH_DESPITE_FLUSH || this == ALL;
    }

    static String webXml() {
        var xml = new StringBuilder("<web-app xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"6.0\""
                + " metadata-complete=\"true\">\n");
        xml.append(filter("outer", "io.github.jettykeepalive.servlet.webapp.OuterFilter", ""));
        xml.append(mapping("outer", "*"));
        String ours = "io.github.jettykeepalive.servlet.";
        xml.append(filter("i", ours + "ConnectionInfoFilter", ""));
        xml.append(filter("u", ours + "UnreadBodyFilter", param("minBytes", "0")));
        xml.append(filter("k", ours + "KeepAliveFilter", param("statuses", "2xx, 4xx") + param("maxRequests", "1000")));
        xml.append(filter("l", ours + "ContentLengthFilter", param("maxBytes", "262144")));
        xml.append(
                filter("lf", ours + "ContentLengthFilter", param("maxBytes", "262144") + param("ignoreFlush", "true")));
        xml.append(filter("h", ours + "HopByHopFilter", ""));
        xml.append(mapping("i", "info/*")).append(mapping("i", "all/*"));
        xml.append(mapping("u", "unread/*")).append(mapping("u", "all/*"));
        xml.append(mapping("k", "keep/*")).append(mapping("k", "all/*"));
        xml.append(mapping("l", "length/*")).append(mapping("l", "all/*"));
        xml.append(mapping("lf", "unflushed/*"));
        xml.append(mapping("h", "hop/*")).append(mapping("h", "all/*"));
        xml.append("<servlet><servlet-name>oracle</servlet-name>"
                + "<servlet-class>io.github.jettykeepalive.servlet.webapp.OracleServlet</servlet-class>"
                + "<async-supported>true</async-supported>"
                + "<multipart-config><max-file-size>100000</max-file-size></multipart-config></servlet>\n");
        xml.append("<servlet-mapping><servlet-name>oracle</servlet-name><url-pattern>/plain/*</url-pattern>");
        for (Subject subject : values()) {
            xml.append("<url-pattern>/" + subject.folder + "/*</url-pattern>");
        }
        xml.append(
                "</servlet-mapping>\n<servlet><servlet-name>named</servlet-name>"
                        + "<servlet-class>io.github.jettykeepalive.servlet.webapp.NamedServlet</servlet-class></servlet>\n"
                        + "<error-page><error-code>418</error-code><location>/plain/page</location></error-page>\n</web-app>\n");
        return xml.toString();
    }

    private static String filter(String name, String type, String params) {
        return "<filter><filter-name>" + name + "</filter-name><filter-class>" + type
                + "</filter-class><async-supported>true</async-supported>" + params + "</filter>\n";
    }

    private static String param(String name, String value) {
        return "<init-param><param-name>" + name + "</param-name><param-value>" + value + "</param-value></init-param>";
    }

    /** For every dispatcher, whatever the filter recommends: it must know by itself where it has no task. */
    private static String mapping(String name, String pattern) {
        return "<filter-mapping><filter-name>" + name + "</filter-name><url-pattern>/" + pattern + "</url-pattern>"
                + "<dispatcher>REQUEST</dispatcher><dispatcher>ASYNC</dispatcher><dispatcher>FORWARD</dispatcher>"
                + "<dispatcher>INCLUDE</dispatcher><dispatcher>ERROR</dispatcher></filter-mapping>\n";
    }
}
