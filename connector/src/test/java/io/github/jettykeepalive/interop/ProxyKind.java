package io.github.jettykeepalive.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A reverse proxy with the settings that {@code INTEROP.md} recommends, or a variant of them. */
enum ProxyKind {
    NGINX("nginx", "nginx", "nginx-light", "nginx.conf", List.of("-p", "{dir}", "-c", "{config}")),
    /** As nginx is without being told: HTTP/1.0 and {@code Connection: close}. */
    NGINX_DEFAULT("nginx, HTTP/1.0 as by default", NGINX, ProxyKind::defaults),
    /** HTTP/1.0 with the handshake of old: it works, as nginx names itself in no {@code Via}. */
    NGINX_HTTP10("nginx, HTTP/1.0 and keep-alive", NGINX, ProxyKind::http10),
    HAPROXY("HAProxy", "haproxy", "haproxy", "haproxy.cfg", List.of("-db", "-f", "{config}")),
    HTTPD("Apache httpd", "apache2", "apache2-bin", "httpd.conf", List.of("-DFOREGROUND", "-f", "{config}")),
    /** Before it sends a body it asks whether the connection is still there: {@code Expect: 100-continue}. */
    HTTPD_PING("Apache httpd, ping", HTTPD, snippet -> snippet.replaceAll("ttl=\\d+", "$0 ping=1")),
    SQUID("Squid", "squid", "squid", "squid.conf", List.of("-N", "-f", "{config}")),
    VARNISH(
            "Varnish",
            "varnishd",
            "varnish",
            "varnish.vcl",
            List.of("-F", "-f", "{config}", "-a", "127.0.0.1:{port}", "-n", "{dir}/varnish", "-j", "none"));

    private final String title;
    private final String section;
    private final String program;
    private final String debianPackage;
    private final String template;
    private final List<String> arguments;
    private final UnaryOperator<String> variation;

    ProxyKind(String title, String program, String debianPackage, String template, List<String> arguments) {
        this.title = title;
        this.section = title;
        this.program = program;
        this.debianPackage = debianPackage;
        this.template = template;
        this.arguments = arguments;
        this.variation = UnaryOperator.identity();
    }

    ProxyKind(String title, ProxyKind model, UnaryOperator<String> variation) {
        this.title = title;
        this.section = model.section;
        this.program = model.program;
        this.debianPackage = model.debianPackage;
        this.template = model.template;
        this.arguments = model.arguments;
        this.variation = variation;
    }

    private static String defaults(String snippet) {
        return snippet.replaceAll("(?m)^.*(proxy_http_version|Connection).*\n", "");
    }

    private static String http10(String snippet) {
        return snippet.replace("proxy_http_version 1.1", "proxy_http_version 1.0")
                .replace("Connection \"\"", "Connection keep-alive");
    }

    /** The plan that suits its clock: Squid looks for idle connections once a second only. */
    Plan adapt(Plan plan) {
        return this == SQUID ? plan.withTimeout(plan.timeout().plusSeconds(1)) : plan;
    }

    /** Whether it keeps connections to the origin at all. */
    boolean keepsConnections() {
        return this != NGINX_DEFAULT;
    }

    Path find() {
        return Programs.find(program, debianPackage);
    }

    /** The settings as recommended. */
    String snippet() throws IOException {
        return variation.apply(Settings.snippet(section));
    }

    String template() throws IOException {
        return Settings.template(template);
    }

    /** How it is started; what Varnish is told beside its file is its snippet. */
    List<String> command(String snippet) {
        List<String> command = new ArrayList<>(List.of(find().toString()));
        command.addAll(arguments);
        if (this == VARNISH) {
            command.addAll(List.of(snippet.strip().split("\\s+")));
        }
        return command;
    }

    @Override
    public String toString() {
        return title;
    }
}
