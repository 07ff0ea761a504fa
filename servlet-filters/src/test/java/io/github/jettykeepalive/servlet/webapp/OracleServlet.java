package io.github.jettykeepalive.servlet.webapp;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Does what {@code X-Steps} says, and remembers under {@code X-Id} what it saw. */
public class OracleServlet extends HttpServlet {
    private static final Map<String, Trace> TRACES = new ConcurrentHashMap<>();

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        String path = path(request);
        if (path.startsWith("/trace/")) {
            String id = path.substring("/trace/".length());
            Trace trace = TRACES.get(id);
            response.setContentType("text/plain;charset=UTF-8");
            response.getWriter().print(trace == null ? "" : String.join("\n", trace.await()));
            TRACES.remove(id);
            TRACES.remove(request.getHeader("X-Id"));
            return;
        }
        Trace trace = trace(request);
        if (request.getDispatcherType() == DispatcherType.ERROR) {
            response.getWriter().print("error page " + response.getStatus());
            return;
        }
        String steps = path.startsWith("/sub/") ? path.substring("/sub/".length()) : request.getHeader("X-Steps");
        List<String> names = steps.isEmpty() ? List.of() : List.of(steps.split("[+]"));
        new OracleSteps.Play(request, response, names, trace).run();
    }

    static Trace trace(HttpServletRequest request) {
        return TRACES.computeIfAbsent(request.getHeader("X-Id"), id -> new Trace());
    }

    private static String path(HttpServletRequest request) {
        // An include leaves the path of the request as it is.
        Object included = request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO);
        String path = included instanceof String text ? text : request.getPathInfo();
        return path == null ? "" : path;
    }
}
