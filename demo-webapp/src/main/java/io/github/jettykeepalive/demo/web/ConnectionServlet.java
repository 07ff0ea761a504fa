package io.github.jettykeepalive.demo.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells a client about the very connection that it asks on; {@code curl URL URL} shows the second request on the first's. */
public final class ConnectionServlet extends HttpServlet {
    private static final String PREFIX = "io.github.jettykeepalive.";

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Replies.json(response, HttpServletResponse.SC_OK, facts(request));
    }

    static Map<String, Object> facts(HttpServletRequest request) {
        Map<String, Object> facts = new LinkedHashMap<>();
        for (String name : new String[] {"connectionId", "requestNumber", "requestsLeft", "age"}) {
            Object value = request.getAttribute(PREFIX + name);
            if (value != null) {
                facts.put(name, value);
            }
        }
        facts.put("protocol", request.getProtocol());
        facts.put("secure", request.isSecure());
        return facts;
    }
}
