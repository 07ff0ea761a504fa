package io.github.jettykeepalive.servlet.webapp;

import io.github.jettykeepalive.servlet.webapp.ScenarioServlet.Scenario;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Answers that do not wait for the request's body. */
final class UploadScenarios {
    private static final Semaphore FLUSHED = new Semaphore(0);

    /** The client may have its response before the application is done. */
    private static final BlockingQueue<String> HAPPENED = new LinkedBlockingQueue<>();

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
        scenarios.put("refuseAfterParameter", UploadScenarios::refuseAfterParameter);
        scenarios.put("refuseAfterInterim", UploadScenarios::refuseAfterInterim);
        scenarios.put("refuseByStreamWriter", UploadScenarios::refuseByStreamWriter);
        scenarios.put("refuseAndDescribe", (request, response) -> {
            response.sendError(413, "too much");
            HAPPENED.add(Stream.of("status_code", "message", "request_uri", "servlet_name", "exception")
                    .map(name -> String.valueOf(request.getAttribute("jakarta.servlet.error." + name)))
                    .collect(Collectors.joining(" ")));
        });
        scenarios.put("refuseAndInclude", (request, response) -> {
            response.setStatus(413);
            response.setContentLength(8);
            response.getOutputStream().print("too ");
            request.getRequestDispatcher("/plain/run/flushAndWrite").include(request, response);
        });
        scenarios.put("flushAndWrite", (request, response) -> {
            response.flushBuffer();
            response.getOutputStream().print("much");
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
        scenarios.put("refuseFullThen", UploadScenarios::refuseFullThen);
        scenarios.put("refuseFullUnlessCommitted", (request, response) -> {
            refuseWithLength(request, response);
            if (!response.isCommitted()) {
                response.sendError(500);
            }
        });
        scenarios.put(
                "whatHappened", (request, response) -> response.getWriter().print(whatHappened()));
        scenarios.put("forbidByParameter", (request, response) -> {
            if (request.getParameter("token").equals("bad")) {
                response.sendError(403);
            }
        });
        scenarios.put("forbidByParameterWithBody", (request, response) -> {
            response.setStatus(403);
            response.getWriter().print("bad " + request.getParameter("token"));
        });
        scenarios.put("formThenRefuseToReaderPage", (request, response) -> {
            request.getParameter("name");
            response.sendError(424);
        });
        scenarios.put("forbidByError", (request, response) -> response.sendError(403));
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
        scenarios.put("bufferSize", (request, response) -> {
            int wanted = request.getIntHeader("X-Buffer-Size");
            if (wanted > 0) {
                response.setBufferSize(wanted);
            }
            response.getOutputStream().print("buffer of " + response.getBufferSize());
        });
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

    static void refuseAfterParameter(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            request.getParameter("name");
        } catch (RuntimeException tooLarge) {
            // Tomcat 11 and Jetty throw, Tomcat 10.1 finds nothing.
        }
        response.sendError(413);
    }

    static void refuseAfterInterim(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Link", "</style.css>; rel=preload");
        response.sendError(103);
        refuse(request, response);
    }

    /** A library's writer or buffer: its close flushes first. */
    static void refuseByStreamWriter(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(413);
        try (var out = new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8)) {
            out.write("too much");
        }
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

    /** What an application can do to a response that is as long as it said; the query says what. */
    static void refuseFullThen(HttpServletRequest request, HttpServletResponse response) throws IOException {
        refuseWithLength(request, response);
        String happened;
        try {
            happened = String.valueOf(act(request.getQueryString(), response));
        } catch (IllegalStateException | IOException refused) {
            happened = refused.getClass().getSuperclass().getSimpleName();
        }
        HAPPENED.add(happened + ", committed: " + response.isCommitted());
    }

    private static String whatHappened() {
        try {
            return String.valueOf(HAPPENED.poll(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static Object act(String deed, HttpServletResponse response) throws IOException {
        switch (deed) {
            case "sendError" -> response.sendError(500);
            case "sendErrorWithMessage" -> response.sendError(500, "too late");
            case "sendRedirect" -> response.sendRedirect("/elsewhere");
            case "reset" -> response.reset();
            case "resetBuffer" -> response.resetBuffer();
            case "setBufferSize" -> response.setBufferSize(100_000);
            case "setStatus" -> response.setStatus(200);
            case "setHeader" -> response.setHeader("X-Late", "1");
            case "setContentLength" -> response.setContentLength(4);
            case "setContentType" -> response.setContentType("text/plain");
            case "flushBuffer" -> response.flushBuffer();
            case "flush" -> response.getOutputStream().flush();
            case "close" -> response.getOutputStream().close();
            case "write" -> response.getOutputStream().write('!');
            case "getWriter" -> response.getWriter().print("!");
            case "getHeader" -> {
                return response.getHeader("Content-Length");
            }
            case "containsHeader" -> {
                return response.containsHeader("Content-Length");
            }
            case "isCommitted" -> {
                return response.isCommitted();
            }
            default -> throw new IOException(deed);
        }
        return "done";
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
