package io.github.jettykeepalive.servlet.webapp;

import io.github.jettykeepalive.servlet.webapp.ScenarioServlet.Scenario;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/**
 * A response that is finished elsewhere than it was begun. Query parameters: {@code first} is what is done to it before,
 * {@code way} is how it gets to the other place, {@code to} is {@code pages} or {@code plain}, the folder of an error
 * page or of the target of a dispatch, and {@code then} is what is done to it there.
 */
final class DetourScenarios {
    private DetourScenarios() {}

    static void addTo(Map<String, Scenario> scenarios) {
        scenarios.put("detour", DetourScenarios::detour);
        scenarios.put("then", DetourScenarios::then);
    }

    private static void detour(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        boolean toPages = "pages".equals(request.getParameter("to"));
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            then(request, response);
            return;
        }
        change(response, request.getParameter("first"));
        switch (request.getParameter("way")) {
            case "sendError" -> response.sendError(toPages ? 423 : 425);
            case "throw" ->
                throw toPages ? new ArithmeticException("on purpose") : new ArrayStoreException("on purpose");
            case "dispatch" -> request.startAsync().dispatch();
            case "dispatchPair" -> request.startAsync(request, response).dispatch();
            case "dispatchElsewhere" -> request.startAsync().dispatch(toPages ? "/pages/then" : "/plain/run/then");
            case "asyncError" -> {
                AsyncContext async = request.startAsync();
                AsyncScenarios.inBackground(
                        async, () -> ((HttpServletResponse) async.getResponse()).sendError(toPages ? 423 : 425));
            }
            case "thread" -> finish(request, request.startAsync(request, response));
            case "threadWithoutPair" -> finish(request, request.startAsync());
            case "forward" ->
                request.getRequestDispatcher(BodyScenarios.sibling(request, "then"))
                        .forward(request, response);
            case "include" -> {
                request.getRequestDispatcher(BodyScenarios.sibling(request, "then"))
                        .include(request, response);
            }
            default -> throw new ServletException("no such way");
        }
    }

    private static void finish(HttpServletRequest request, AsyncContext async) {
        String then = request.getParameter("then");
        AsyncScenarios.inBackground(async, () -> {
            var response = (HttpServletResponse) async.getResponse();
            change(response, then);
            response.getWriter().print("ok");
        });
    }

    private static void then(HttpServletRequest request, HttpServletResponse response) throws IOException {
        change(response, request.getParameter("then"));
        response.getWriter().print("ok");
    }

    private static void change(HttpServletResponse response, String what) {
        switch (what) {
            case "close" -> response.setHeader("Connection", "close");
            case "keepAlive" -> response.setHeader("Connection", "keep-alive");
            case "addKeepAlive" -> response.addHeader("Connection", "keep-alive");
            case "remove" -> response.setHeader("Connection", null);
            case "reset" -> response.reset();
            default -> {}
        }
    }
}
