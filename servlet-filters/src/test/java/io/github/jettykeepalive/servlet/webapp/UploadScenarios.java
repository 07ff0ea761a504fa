package io.github.jettykeepalive.servlet.webapp;

import io.github.jettykeepalive.servlet.webapp.ScenarioServlet.Scenario;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Answers that do not wait for the request's body. */
final class UploadScenarios {
    private static final Semaphore FLUSHED = new Semaphore(0);

    private UploadScenarios() {}

    static void addTo(Map<String, Scenario> scenarios) {
        scenarios.put("refuse", UploadScenarios::refuse);
        scenarios.put("refuseByWriter", UploadScenarios::refuseByWriter);
        scenarios.put("refuseByError", (request, response) -> response.sendError(413, "too much"));
        scenarios.put("refuseByErrorPage", (request, response) -> response.sendError(418));
        scenarios.put("refuseByRedirect", (request, response) -> response.sendRedirect("/elsewhere"));
        scenarios.put(
                "refuseByForward",
                (request, response) ->
                        request.getRequestDispatcher("/plain/run/refuse").forward(request, response));
        scenarios.put(
                "refuseByForwardToError",
                (request, response) ->
                        request.getRequestDispatcher("/plain/run/refuseByError").forward(request, response));
        scenarios.put("refuseAfterParts", (request, response) -> {
            try {
                response.getWriter().print(request.getParts().size());
            } catch (IllegalStateException | ServletException | IOException tooLarge) {
                response.sendError(413);
            }
        });
        scenarios.put("refuseByException", (request, response) -> {
            throw new IllegalStateException("on purpose");
        });
        scenarios.put("refuseLate", UploadScenarios::refuseLate);
        scenarios.put("refuseFromReader", UploadScenarios::refuseFromReader);
        scenarios.put("refuseLarge", UploadScenarios::refuseLarge);
        scenarios.put("refuseAndClose", UploadScenarios::refuseAndClose);
        scenarios.put("refuseAndFlush", UploadScenarios::refuseAndFlush);
        scenarios.put("refuseWithLength", UploadScenarios::refuseWithLength);
        scenarios.put("refuseWithLengthAndFlush", (request, response) -> {
            refuseWithLength(request, response);
            response.flushBuffer();
        });
        scenarios.put("refuseWithLengthAndFlushStream", (request, response) -> {
            refuseWithLength(request, response);
            response.getOutputStream().flush();
        });
        scenarios.put("refuseWithLengthByWriter", UploadScenarios::refuseWithLengthByWriter);
        scenarios.put("refuseWithLargeLength", (request, response) -> refuseWithLargeLength(response, 50_000));
        scenarios.put("refuseCutOff", (request, response) -> refuseWithLargeLength(response, 20_000));
        scenarios.put("refuseAndShowLength", UploadScenarios::refuseAndShowLength);
        scenarios.put("refuseCloseAndFlush", UploadScenarios::refuseCloseAndFlush);
        scenarios.put("endFlushed", (request, response) -> FLUSHED.release());
        scenarios.put("refuseThenSession", (request, response) -> {
            response.sendError(413);
            createSession(request);
        });
        scenarios.put("refuseCloseThenSession", (request, response) -> {
            refuseAndClose(request, response);
            createSession(request);
        });
        scenarios.put("readThenRefuseByError", (request, response) -> {
            request.getInputStream().read();
            response.sendError(413);
        });
        scenarios.put("refuseToFormPage", (request, response) -> response.sendError(422));
        scenarios.put("refuseToReaderPage", (request, response) -> response.sendError(424));
        scenarios.put(
                "readLine",
                (request, response) -> response.getOutputStream()
                        .print("" + request.getReader().readLine()));
        scenarios.put(
                "bufferSize",
                (request, response) -> response.getOutputStream().print("buffer of " + response.getBufferSize()));
        scenarios.put("refuseSilently", (request, response) -> response.setStatus(413));
        scenarios.put("talk", UploadScenarios::talk);
        scenarios.put("readAll", UploadScenarios::readAll);
        scenarios.put("readExactly", UploadScenarios::readExactly);
        scenarios.put("form", UploadScenarios::form);
    }

    static void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(413);
        response.getOutputStream().print("too much");
    }

    static void refuseByWriter(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(413);
        response.getWriter().print("too much");
    }

    static void refuseLate(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.getInputStream().readNBytes(100_000);
        refuse(request, response);
    }

    static void refuseFromReader(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(413);
        response.getOutputStream()
                .print("too much after " + (char) request.getReader().read());
    }

    static void refuseLarge(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(413);
        BodyScenarios.write(response, 50_000);
    }

    static void refuseAndClose(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(413);
        try (var out = response.getWriter()) {
            out.print("too much");
        }
    }

    static void refuseAndFlush(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuse(request, response);
        response.getOutputStream().flush();
        response.flushBuffer();
    }

    static void refuseWithLength(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentLength(8);
        refuse(request, response);
    }

    static void refuseWithLengthByWriter(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(413);
        response.setContentLength(8);
        PrintWriter out = response.getWriter();
        out.print("too ");
        out.flush();
        out.print("much");
    }

    static void refuseWithLargeLength(HttpServletResponse response, int written) throws IOException {
        response.setStatus(413);
        response.setContentLength(50_000);
        BodyScenarios.writeTo(response.getOutputStream(), written);
    }

    static void refuseAndShowLength(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(413);
        response.setContentLength(8);
        response.getOutputStream().print("too ");
        response.setHeader(
                "X-Length", response.getHeader("Content-Length") + " " + response.containsHeader("Content-Length"));
        response.addHeader("X-Length", response.getHeaders("Content-Length") + "");
        response.addHeader("X-Length", response.getHeaderNames().contains("Content-Length") + "");
        response.getOutputStream().print("much");
    }

    /** An application that goes on working after its response. */
    static void refuseCloseAndFlush(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuseAndClose(request, response);
        response.flushBuffer();
        try {
            FLUSHED.tryAcquire(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void createSession(HttpServletRequest request) {
        try {
            request.getSession();
        } catch (IllegalStateException tooLate) {
            // So Tomcat says when the response is closed.
        }
    }

    /** Answers each byte as it comes. */
    static void talk(HttpServletRequest request, HttpServletResponse response) throws IOException {
        for (int i = 0; i < 3; i++) {
            response.getOutputStream().write(request.getInputStream().read());
            response.flushBuffer();
        }
    }

    static void readAll(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getOutputStream().print(request.getInputStream().readAllBytes().length);
    }

    /** As many parsers do it: the end of the content is known before the end of the stream is met. */
    static void readExactly(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int length = request.getInputStream().readNBytes(request.getContentLength()).length;
        response.getOutputStream().print(length + " " + request.isAsyncStarted());
    }

    static void form(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getOutputStream().print(request.getParameter("name"));
    }
}
