package io.github.jettykeepalive.servlet.webapp;

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
        UploadScenarios.addTo(SCENARIOS);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        String path = request.getPathInfo();
        Scenario scenario = SCENARIOS.get(path.substring(path.lastIndexOf('/') + 1));
        if (scenario == null) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        } else {
            scenario.answer(request, response);
        }
    }
}
