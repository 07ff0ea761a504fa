package io.github.jettykeepalive.demo.web;

import io.github.jettykeepalive.demo.experiment.Experiments;
import io.github.jettykeepalive.demo.lab.Experiment;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;

/** The first page: this connection, the board, and all experiments. */
public final class IndexServlet extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Page.load(getServletContext(), "index")
                .send(
                        response,
                        Map.of(
                                "root", request.getContextPath(),
                                "connection", connection(request),
                                "cards", cards(request.getContextPath())));
    }

    private static String connection(HttpServletRequest request) {
        Map<String, Object> facts = ConnectionServlet.facts(request);
        if (!facts.containsKey("requestNumber")) {
            return "This server does not have the connector: the board stays empty.";
        }
        Object left = facts.getOrDefault("requestsLeft", "any number");
        return "You came on connection " + facts.get("connectionId") + ", with its request number "
                + facts.get("requestNumber") + "; " + left + " may follow.";
    }

    private static Page.Markup cards(String root) {
        return new Page.Markup(Experiments.all().stream()
                .map(experiment -> card(root, experiment))
                .collect(Collectors.joining("\n")));
    }

    private static String card(String root, Experiment experiment) {
        String story = experiment.story();
        return "<li><a href=\"%s\"><strong>%s</strong><span>%s</span></a></li>"
                .formatted(
                        Page.escape(root + "/lab/" + experiment.name()),
                        Page.escape(experiment.title()),
                        Page.escape(story.substring(0, story.indexOf(". ") + 1)));
    }
}
