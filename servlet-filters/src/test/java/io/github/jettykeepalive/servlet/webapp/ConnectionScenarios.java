package io.github.jettykeepalive.servlet.webapp;

import io.github.jettykeepalive.servlet.KeepAliveAttributes;
import io.github.jettykeepalive.servlet.webapp.ScenarioServlet.Scenario;
import jakarta.servlet.ServletException;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Shows what the application sees of the connection, and says what it has to say about it. */
final class ConnectionScenarios {
    private ConnectionScenarios() {}

    static void addTo(Map<String, Scenario> scenarios) {
        scenarios.put("fields", ConnectionScenarios::fields);
        scenarios.put("setFields", ConnectionScenarios::setFields);
        scenarios.put("close", ConnectionScenarios::close);
        scenarios.put("attributes", ConnectionScenarios::attributes);
        scenarios.put("loader", ConnectionScenarios::loader);
        scenarios.put("status503", (request, response) -> response.setStatus(503));
        scenarios.put("redirect303", ConnectionScenarios::redirect303);
        scenarios.put("error503", (request, response) -> response.sendError(503));
        scenarios.put("includeError503", (request, response) -> {
            response.getWriter().print("A");
            request.getRequestDispatcher(BodyScenarios.sibling(request, "error503"))
                    .include(request, response);
            response.getWriter().print("B");
        });
        scenarios.put("includeClose", (request, response) -> {
            response.getWriter().print("A");
            request.getRequestDispatcher(BodyScenarios.sibling(request, "closeOnly"))
                    .include(request, response);
        });
        scenarios.put("closeOnly", (request, response) -> response.setHeader("Connection", "close"));
        scenarios.put("closeTakenBack", (request, response) -> {
            response.setHeader("Connection", "close");
            response.setHeader("Connection", "keep-alive");
            response.getWriter().print("ok");
        });
        scenarios.put("closeRemoved", (request, response) -> {
            response.setHeader("Connection", "close");
            response.setHeader("Connection", null);
            response.getWriter().print("ok");
        });
        scenarios.put("closeThenReset", (request, response) -> {
            response.setHeader("Connection", "close");
            response.reset();
            response.getWriter().print("ok");
        });
        scenarios.put("closeTakenBackAndMadeAgain", (request, response) -> {
            response.setHeader("Connection", "close");
            response.setHeader("Connection", "keep-alive");
            response.addHeader("Connection", "close");
            response.getWriter().print("ok");
        });
        scenarios.put("closeThenAdded", (request, response) -> {
            response.setHeader("Connection", "close");
            response.addHeader("Connection", "keep-alive");
            response.getWriter().print("ok");
        });
        scenarios.put("fieldsOfErrorPage", (request, response) -> response.sendError(421));
        scenarios.put("unavailable", (request, response) -> {
            throw new UnavailableException("for a while", 1);
        });
        scenarios.put("resetThenSmall", ConnectionScenarios::resetThenSmall);
    }

    /** By the method of Servlet 6.1, where there is one. */
    private static void redirect303(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        try {
            HttpServletResponse.class
                    .getMethod("sendRedirect", String.class, int.class)
                    .invoke(response, "/elsewhere", 303);
        } catch (NoSuchMethodException servlet60) {
            response.setStatus(303);
        } catch (ReflectiveOperationException e) {
            throw new ServletException(e);
        }
    }

    /** Every field, one a line. */
    static void fields(HttpServletRequest request, HttpServletResponse response) throws IOException {
        for (String name : new TreeSet<>(Collections.list(request.getHeaderNames()))) {
            response.getWriter().print(name.toLowerCase(Locale.ROOT) + "=" + request.getHeader(name) + "\n");
        }
    }

    static void setFields(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("connection", "X-Mine");
        response.addHeader("Keep-Alive", "timeout=999");
        response.setHeader("Proxy-Connection", "keep-alive");
        response.setIntHeader("Upgrade", 1);
        response.setHeader("Transfer-Encoding", "gzip, chunked");
        response.setHeader("X-Mine", "yes");
        response.getOutputStream().print("ok");
    }

    static void close(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.addHeader("Connection", "X-Mine, Close");
        response.getOutputStream().print("ok");
    }

    /** The attributes of the contract with the connector, one a line. */
    static void attributes(HttpServletRequest request, HttpServletResponse response) throws IOException {
        for (String name : List.of(
                KeepAliveAttributes.MAX_REQUESTS,
                KeepAliveAttributes.KEEP_ALIVE_TIMEOUT,
                KeepAliveAttributes.CLOSE,
                KeepAliveAttributes.CONNECTION_ID,
                KeepAliveAttributes.REQUEST_NUMBER,
                KeepAliveAttributes.REQUESTS_LEFT,
                KeepAliveAttributes.AGE)) {
            Object value = request.getAttribute(name);
            if (value != null) {
                String key = name.substring(name.lastIndexOf('.') + 1);
                response.getWriter().print(key + "=" + value.getClass().getSimpleName() + ":" + value + "\n");
            }
        }
    }

    /** Who loaded the filters, and what else can be seen from here. */
    static void loader(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
        try {
            Class<?> filter = Class.forName("io.github.jettykeepalive.servlet.KeepAliveFilter");
            boolean ours = filter.getClassLoader() == ConnectionScenarios.class.getClassLoader();
            String serverClass = request.getServletContext().getClass().getName();
            response.getWriter()
                    .print("own filters: " + ours
                            + ", tests visible: " + isVisible("org.junit.jupiter.api.Test")
                            + ", server visible: " + isVisible(serverClass));
        } catch (ClassNotFoundException e) {
            throw new ServletException(e);
        }
    }

    private static boolean isVisible(String serverClass) {
        try {
            Class.forName(serverClass);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    static void resetThenSmall(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.reset();
        BodyScenarios.write(response, 10);
    }
}
