package io.github.jettykeepalive.servlet.webapp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.jettykeepalive.servlet.webapp.ScenarioServlet.Scenario;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Map;

/** Bodies of every kind, written by the thread of the request. */
final class BodyScenarios {
    private BodyScenarios() {}

    static void addTo(Map<String, Scenario> scenarios) {
        scenarios.put("empty", (request, response) -> {});
        scenarios.put("small", (request, response) -> write(response, 10));
        scenarios.put("large", (request, response) -> write(response, 100_000));
        scenarios.put("huge", (request, response) -> write(response, 300_000));
        scenarios.put(
                "oneWrite", (request, response) -> response.getOutputStream().write(pattern(300_000)));
        scenarios.put("singleBytes", BodyScenarios::singleBytes);
        scenarios.put("writer", BodyScenarios::writer);
        scenarios.put("threeMegabytes", BodyScenarios::threeMegabytes);
        scenarios.put("latin", BodyScenarios::latin);
        scenarios.put("closedWriter", BodyScenarios::closedWriter);
        scenarios.put("closedTwice", BodyScenarios::closedTwice);
        scenarios.put("flushed", BodyScenarios::flushed);
        scenarios.put("flushedAtEnd", BodyScenarios::flushedAtEnd);
        scenarios.put("events", BodyScenarios::events);
        scenarios.put("withLength", BodyScenarios::withLength);
        scenarios.put("lateLength", BodyScenarios::lateLength);
        scenarios.put("reset", BodyScenarios::reset);
        scenarios.put("resetBuffer", BodyScenarios::resetBuffer);
        scenarios.put("error", BodyScenarios::error);
        scenarios.put("errorPage", (request, response) -> response.sendError(418));
        scenarios.put("exception", BodyScenarios::exception);
        scenarios.put("redirect", BodyScenarios::redirect);
        scenarios.put("noContent", (request, response) -> response.setStatus(204));
        scenarios.put("noContentButBody", BodyScenarios::noContentButBody);
        scenarios.put("notModified", (request, response) -> response.setStatus(304));
        scenarios.put("promises", BodyScenarios::promises);
        scenarios.put("forward", (request, response) -> forward(request, response, sibling(request, "large")));
        scenarios.put("forwardTwice", (request, response) -> forward(request, response, sibling(request, "forward")));
        scenarios.put("forwardOut", (request, response) -> forward(request, response, "/plain/run/large"));
        scenarios.put("forwardByContext", BodyScenarios::forwardByContext);
        scenarios.put("forwardByName", BodyScenarios::forwardByName);
        scenarios.put("forwardToInclude", (request, response) -> forward(request, response, "/plain/run/include"));
        scenarios.put("include", BodyScenarios::include);
    }

    static void write(HttpServletResponse response, int size) throws IOException {
        response.setContentType("application/octet-stream");
        writeTo(response.getOutputStream(), size);
    }

    static void writeTo(OutputStream out, int size) throws IOException {
        for (int left = size; left > 0; left -= 1000) {
            out.write(pattern(Math.min(left, 1000)));
        }
    }

    static byte[] pattern(int size) {
        return "0123456789".repeat(size / 10).getBytes(US_ASCII);
    }

    static void singleBytes(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ServletOutputStream out = response.getOutputStream();
        for (byte one : pattern(50_000)) {
            out.write(one);
        }
        out.print("print");
        out.println(7);
    }

    static void writer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/html;charset=UTF-8");
        PrintWriter out = response.getWriter();
        for (int i = 0; i < 10_000; i++) {
            out.print("Grüße ");
            // The halves of one character, in two writes.
            out.write('\ud83d');
            out.write('\ude00');
        }
        out.println("end");
    }

    /** By single characters, which is the worst that a filter can be asked for. */
    static void threeMegabytes(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        PrintWriter out = response.getWriter();
        for (int i = 0; i < 3_000_000; i++) {
            out.write('x');
        }
    }

    /** The encoding is settled by getWriter: what comes later is too late. */
    static void latin(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=ISO-8859-1");
        PrintWriter out = response.getWriter();
        response.setCharacterEncoding("UTF-8");
        response.setContentType("text/plain;charset=UTF-16");
        out.print("ü".repeat(50_000) + response.getCharacterEncoding());
    }

    static void closedWriter(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        PrintWriter out = response.getWriter();
        out.print("ü".repeat(50_000));
        out.close();
        out.print("too late");
        out.close();
    }

    static void closedTwice(HttpServletRequest request, HttpServletResponse response) throws IOException {
        OutputStream out = response.getOutputStream();
        writeTo(out, 50_000);
        out.close();
        out.close();
        response.flushBuffer();
    }

    static void flushed(HttpServletRequest request, HttpServletResponse response) throws IOException {
        OutputStream out = response.getOutputStream();
        writeTo(out, 50_000);
        out.flush();
        // The client answers to what was flushed.
        out.write(request.getInputStream().read());
        writeTo(out, 50_000);
    }

    static void flushedAtEnd(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        PrintWriter out = response.getWriter();
        out.print("x".repeat(50_000));
        out.flush();
        response.flushBuffer();
    }

    static void events(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/event-stream;charset=UTF-8");
        PrintWriter out = response.getWriter();
        out.print("data: 1\n\n");
        out.flush();
        out.print("data: " + (char) request.getInputStream().read() + "\n\n");
    }

    static void withLength(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentLength(100_000);
        writeTo(response.getOutputStream(), 100_000);
    }

    static void lateLength(HttpServletRequest request, HttpServletResponse response) throws IOException {
        OutputStream out = response.getOutputStream();
        writeTo(out, 1000);
        response.setContentLengthLong(50_000);
        writeTo(out, 49_000);
    }

    static void reset(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("X-Gone", "yes");
        response.getWriter().print("gone");
        response.reset();
        writeTo(response.getOutputStream(), 50_000);
    }

    static void resetBuffer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("X-Stays", "yes");
        OutputStream out = response.getOutputStream();
        writeTo(out, 2000);
        response.resetBuffer();
        writeTo(out, 50_000);
    }

    static void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getOutputStream().print("gone");
        response.sendError(404);
    }

    static void exception(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getOutputStream().print("gone");
        throw new IllegalStateException("on purpose");
    }

    static void redirect(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getOutputStream().print("gone");
        response.sendRedirect("/elsewhere");
    }

    static void noContentButBody(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(204);
        response.getOutputStream().print("never");
    }

    /** What a response must refuse, and what it must answer. */
    static void promises(HttpServletRequest request, HttpServletResponse response) throws IOException {
        PrintWriter out = response.getWriter();
        out.print(out == response.getWriter());
        out.print(refuses(response::getOutputStream));
        out.print(refuses(() -> response.setBufferSize(99_999)));
        out.print(response.isCommitted());
        out.print(response.getBufferSize() > 0);
    }

    private static boolean refuses(AsyncScenarios.Step step) throws IOException {
        try {
            step.run();
            return false;
        } catch (IllegalStateException expected) {
            return true;
        }
    }

    static String sibling(HttpServletRequest request, String scenario) {
        return request.getServletPath() + "/" + scenario;
    }

    static void forward(HttpServletRequest request, HttpServletResponse response, String path)
            throws IOException, ServletException {
        response.getOutputStream().print("gone");
        request.getRequestDispatcher(path).forward(request, response);
    }

    static void forwardByContext(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        RequestDispatcher dispatcher = request.getServletContext().getRequestDispatcher(sibling(request, "large"));
        dispatcher.forward(request, response);
    }

    static void forwardByName(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        request.getServletContext().getNamedDispatcher("named").forward(request, response);
    }

    static void include(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
        OutputStream out = response.getOutputStream();
        writeTo(out, 1000);
        request.getRequestDispatcher(sibling(request, "large")).include(request, response);
        writeTo(out, 1000);
    }
}
