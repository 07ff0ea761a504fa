package io.github.jettykeepalive.demo.web;

import io.github.jettykeepalive.demo.experiment.Experiments;
import io.github.jettykeepalive.demo.lab.BadParameterException;
import io.github.jettykeepalive.demo.lab.Experiment;
import io.github.jettykeepalive.demo.lab.Laboratory;
import io.github.jettykeepalive.demo.lab.Parameters;
import io.github.jettykeepalive.demo.lab.Result;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code /lab/413} is the page of an experiment, {@code /lab/413.json} runs it. */
public final class LabServlet extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Optional.ofNullable(request.getPathInfo()).orElse("/").substring(1);
        boolean run = path.endsWith(".json");
        Optional<Experiment> experiment = Experiments.find(run ? path.substring(0, path.length() - 5) : path);
        if (experiment.isEmpty()) {
            Replies.error(response, HttpServletResponse.SC_NOT_FOUND, "no such experiment");
            return;
        }
        try {
            Parameters parameters = Parameters.of(experiment.get().parameters(), request.getParameterMap());
            if (run) {
                run(experiment.get(), parameters, response);
            } else {
                new ExperimentPage(getServletContext()).send(experiment.get(), parameters, request, response);
            }
        } catch (BadParameterException e) {
            Replies.error(response, HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
        }
    }

    /** What a HEAD would tell is not worth a run. */
    @Override
    protected void doHead(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Allow", "GET");
        Replies.error(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "only GET");
    }

    private void run(Experiment experiment, Parameters parameters, HttpServletResponse response) throws IOException {
        Laboratory laboratory = LabContext.of(getServletContext()).laboratory();
        long start = System.nanoTime();
        try {
            Result result = laboratory.run(experiment, parameters);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("experiment", experiment.name());
            answer.put("title", experiment.title());
            answer.put("parameters", parameters.asMap());
            answer.put("verdict", result.verdict());
            answer.put("millis", (System.nanoTime() - start) / 1_000_000);
            answer.put(
                    "reproduce",
                    experiment.reproduce(parameters, laboratory.bench().addresses()));
            answer.put("columns", result.columns());
            Replies.json(response, HttpServletResponse.SC_OK, answer);
        } catch (Laboratory.BusyException e) {
            response.setHeader("Retry-After", "2");
            Replies.error(response, 429, String.valueOf(e.getMessage()));
        } catch (Laboratory.TimeLimitException e) {
            Replies.error(response, HttpServletResponse.SC_GATEWAY_TIMEOUT, String.valueOf(e.getMessage()));
        }
    }
}
