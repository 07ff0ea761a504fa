package io.github.jettykeepalive.servlet.webapp;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Answers as the last segment of the path says, the same with a filter in front and without. */
public class ScenarioServlet extends HttpServlet {
    /** One way to answer. */
    interface Scenario {
        void answer(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException;
    }

    private static final Map<String, Scenario> SCENARIOS = new HashMap<>();

    static {
        BodyScenarios.addTo(SCENARIOS);
        AsyncScenarios.addTo(SCENARIOS);
        ConnectionScenarios.addTo(SCENARIOS);
        DetourScenarios.addTo(SCENARIOS);
        UploadScenarios.addTo(SCENARIOS);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Scenario scenario = SCENARIOS.get(name(request));
        if (scenario == null) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        } else {
            scenario.answer(request, response);
        }
    }

    private static String name(HttpServletRequest request) {
        // An include leaves the path of the request as it is.
        Object included = request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO);
        String path = included instanceof String text ? text : request.getPathInfo();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
