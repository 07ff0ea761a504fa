package io.github.jettykeepalive.demo.web;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A page of {@code WEB-INF/pages}, with its {@code {{names}}} filled in; what is not {@link Markup} is escaped. */
final class Page {
    private static final Pattern NAME = Pattern.compile("\\{\\{(\\w+)}}");

    private final String template;

    private Page(String template) {
        this.template = template;
    }

    static Page load(ServletContext context, String name) throws IOException {
        @Nullable InputStream in = context.getResourceAsStream("/WEB-INF/pages/" + name + ".html");
        if (in == null) {
            throw new IOException("no page " + name);
        }
        try (in) {
            return new Page(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    void send(HttpServletResponse response, Map<String, Object> values) throws IOException {
        byte[] bytes = fill(values).value().getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/html; charset=utf-8");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    Markup fill(Map<String, Object> values) {
        return new Markup(NAME.matcher(template).replaceAll(match -> {
            Object value = values.get(match.group(1));
            if (value == null) {
                throw new IllegalArgumentException("no value for " + match.group());
            }
            return Matcher.quoteReplacement(value instanceof Markup markup ? markup.value() : escape(value.toString()));
        }));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Text that is HTML already. */
    record Markup(String value) {}
}
