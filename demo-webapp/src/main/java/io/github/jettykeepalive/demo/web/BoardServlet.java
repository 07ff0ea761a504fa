package io.github.jettykeepalive.demo.web;

import io.github.jettykeepalive.demo.board.IdleCrowd;
import io.github.jettykeepalive.demo.board.Viewer;
import io.github.jettykeepalive.demo.lab.BadParameterException;
import io.github.jettykeepalive.demo.lab.Target;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /board/events} is the board, pushed; each knob is a POST, which the {@link Guard} lets pass. */
public final class BoardServlet extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!"/events".equals(request.getPathInfo())) {
            Replies.error(response, HttpServletResponse.SC_NOT_FOUND, "no such page");
            return;
        }
        response.setContentType("text/event-stream");
        response.setCharacterEncoding("utf-8");
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        if (!Viewer.join(lab().feed(), async)) {
            response.setHeader("Retry-After", "10");
            Replies.error(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "too many viewers");
            async.complete();
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            switch (String.valueOf(request.getPathInfo())) {
                case "/drain" -> drain(request, response);
                case "/resume" -> resume(response);
                case "/settings" -> settings(request, response);
                case "/crowd" -> crowd(request, response);
                default -> Replies.error(response, HttpServletResponse.SC_NOT_FOUND, "no such knob");
            }
        } catch (IllegalArgumentException e) {
            Replies.error(response, HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
        }
    }

    private void drain(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int spread = number(request, "spread", 0, 60_000);
        lab().watch().drain(spread);
        Replies.json(response, HttpServletResponse.SC_OK, Map.of("draining", true));
    }

    private void resume(HttpServletResponse response) throws IOException {
        lab().watch().resume();
        Replies.json(response, HttpServletResponse.SC_OK, Map.of("draining", false));
    }

    private void settings(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int maxRequests = number(request, "maxRequests", 0, 1_000_000);
        int timeout = number(request, "keepAliveTimeout", 1100, 600_000);
        lab().watch().change(maxRequests, timeout);
        Replies.json(
                response, HttpServletResponse.SC_OK, Map.of("maxRequests", maxRequests, "keepAliveTimeout", timeout));
    }

    private void crowd(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int open = number(request, "open", 0, IdleCrowd.MOST);
        int opened = 0;
        if (open == 0) {
            lab().crowd().disperse();
        } else {
            Target target = lab().ownPort();
            InetSocketAddress server = new InetSocketAddress(target.host(), target.port());
            opened = lab().crowd().open(open, server, target.path("/target/hello"));
        }
        Replies.json(
                response,
                HttpServletResponse.SC_OK,
                Map.of("opened", opened, "crowd", lab().crowd().size()));
    }

    private LabContext lab() {
        return LabContext.of(getServletContext());
    }

    private static int number(HttpServletRequest request, String name, int least, int most) {
        @Nullable String value = request.getParameter(name);
        if (value == null
                || !value.matches("\\d{1,9}")
                || Integer.parseInt(value) < least
                || Integer.parseInt(value) > most) {
            throw new BadParameterException(name, String.valueOf(value), least + " to " + most);
        }
        return Integer.parseInt(value);
    }
}
