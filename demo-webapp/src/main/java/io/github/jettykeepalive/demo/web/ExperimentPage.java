package io.github.jettykeepalive.demo.web;

import io.github.jettykeepalive.demo.experiment.Experiments;
import io.github.jettykeepalive.demo.lab.Addresses;
import io.github.jettykeepalive.demo.lab.Experiment;
import io.github.jettykeepalive.demo.lab.Parameter;
import io.github.jettykeepalive.demo.lab.Parameters;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The page of one experiment: its story, a form for its parameters, and room for what the script draws. */
final class ExperimentPage {
    private final ServletContext context;

    ExperimentPage(ServletContext context) {
        this.context = context;
    }

    void send(Experiment experiment, Parameters parameters, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Addresses addresses = LabContext.of(context).laboratory().bench().addresses();
        List<String> commands = experiment.reproduce(parameters, addresses);
        Page.load(context, "experiment")
                .send(
                        response,
                        Map.of(
                                "root", request.getContextPath(),
                                "name", experiment.name(),
                                "number", Experiments.all().indexOf(experiment) + 1,
                                "title", experiment.title(),
                                "story", experiment.story(),
                                "query", parameters.query(),
                                "commands", String.join("\n", commands),
                                "form", fields(experiment, parameters),
                                "menu", menu(request.getContextPath(), experiment)));
    }

    private Page.Markup menu(String root, Experiment current) {
        return new Page.Markup(Experiments.all().stream()
                .map(experiment -> "<li><a href=\"" + Page.escape(root + "/lab/" + experiment.name()) + "\""
                        + (experiment.name().equals(current.name()) ? " aria-current=\"page\"" : "") + ">"
                        + Page.escape(experiment.title()) + "</a></li>")
                .collect(Collectors.joining("\n")));
    }

    private static Page.Markup fields(Experiment experiment, Parameters parameters) {
        return new Page.Markup(experiment.parameters().stream()
                .map(parameter -> field(parameter, parameters.word(parameter.name())))
                .collect(Collectors.joining("\n")));
    }

    private static String field(Parameter parameter, String value) {
        String unit = parameter.unit().isEmpty() ? "" : " <small>" + Page.escape(parameter.unit()) + "</small>";
        String control = parameter.isChoice() ? select(parameter, value) : number(parameter, value);
        return "<label><span>" + Page.escape(parameter.label()) + unit + "</span>" + control + "</label>";
    }

    private static String number(Parameter parameter, String value) {
        return "<input type=\"number\" required name=\"%s\" value=\"%s\" min=\"%d\" max=\"%d\">"
                .formatted(parameter.name(), Page.escape(value), parameter.least(), parameter.most());
    }

    private static String select(Parameter parameter, String value) {
        return parameter.choices().stream()
                .map(choice ->
                        "<option" + (choice.equals(value) ? " selected" : "") + ">" + Page.escape(choice) + "</option>")
                .collect(Collectors.joining("", "<select name=\"" + parameter.name() + "\">", "</select>"));
    }
}
