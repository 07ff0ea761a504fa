package io.github.jettykeepalive.servlet.webapp;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The alphabet of what an application does with a request and its response. A step returns what the application sees of
 * it, or throws; both go to the trace, and then the next step follows.
 */
public final class OracleSteps {
    /** A latch that {@link OuterFilter} opens when the chain has returned: what is asynchronous begins then. */
    static final String RETURNED = "oracle.returned";

    private static final Map<String, Step> STEPS = new LinkedHashMap<>();

    private OracleSteps() {}

    /** One thing that an application does. */
    interface Step {
        @Nullable
        Object run(Play play) throws Exception;
    }

    /** A step that returns nothing. */
    private interface Deed {
        void run(HttpServletRequest request, HttpServletResponse response) throws Exception;
    }

    /** A step that tells something. */
    private interface Question {
        @Nullable
        Object ask(HttpServletRequest request, HttpServletResponse response) throws Exception;
    }

    /** The names of all steps. */
    public static List<String> names() {
        return List.copyOf(STEPS.keySet());
    }

    private static void deed(String name, Deed deed) {
        STEPS.put(name, play -> {
            deed.run(play.request, play.response);
            return null;
        });
    }

    private static void question(String name, Question question) {
        STEPS.put(name, play -> question.ask(play.request, play.response));
    }

    static {
        output();
        fields();
        endings();
        dispatches();
        content();
        asynchronous();
    }

    private static void output() {
        deed("outPrint", (request, response) -> response.getOutputStream().print("print,"));
        deed("outPrintLatin", (request, response) -> response.getOutputStream().print("ü"));
        deed("outPrintEuro", (request, response) -> response.getOutputStream().print("€"));
        deed("outPrintln", (request, response) -> {
            response.getOutputStream().println(7);
            response.getOutputStream().println("line");
            response.getOutputStream().println();
        });
        deed("outByte", (request, response) -> response.getOutputStream().write('b'));
        deed("outBytes", (request, response) -> response.getOutputStream().write(bytes(10)));
        deed("out5k", (request, response) -> response.getOutputStream().write(bytes(5_000), 0, 5_000));
        deed("out20k", (request, response) -> response.getOutputStream().write(bytes(20_000)));
        deed("out40k", (request, response) -> {
            for (int i = 0; i < 40; i++) {
                response.getOutputStream().write(bytes(1000));
            }
        });
        deed("out100k", (request, response) -> response.getOutputStream().write(bytes(100_000)));
        deed("outBuffer", OracleSteps::writeBuffer);
        deed("outFlush", (request, response) -> response.getOutputStream().flush());
        deed("outClose", (request, response) -> response.getOutputStream().close());
        deed("print", (request, response) -> response.getWriter().print("text,"));
        deed("printUnicode", (request, response) -> response.getWriter().print("ü€😀"));
        deed("printHalves", (request, response) -> {
            response.getWriter().write('\ud83d');
            response.getWriter().write('\ude00');
        });
        deed("printHalf", (request, response) -> response.getWriter().write('\ud83d'));
        deed("println", (request, response) -> {
            response.getWriter().println("line");
            response.getWriter().println();
            response.getWriter().println(new char[] {'c'});
        });
        deed(
                "printf",
                (request, response) -> response.getWriter()
                        .printf("%d,", 7)
                        .append("a")
                        .append('b')
                        .append("cde", 1, 2)
                        .format(Locale.ROOT, "%s", "x"));
        deed("print50k", (request, response) -> response.getWriter().print("0123456789".repeat(5_000)));
        deed("printNull", (request, response) -> {
            response.getWriter().print((String) null);
            response.getWriter().print((Object) null);
        });
        question("checkError", (request, response) -> response.getWriter().checkError());
        deed("writerFlush", (request, response) -> response.getWriter().flush());
        deed("writerClose", (request, response) -> response.getWriter().close());
        deed("tryWith", (request, response) -> {
            try (PrintWriter out = response.getWriter()) {
                out.print("tried,");
            }
        });
        deed("getOut", (request, response) -> response.getOutputStream());
        deed("getWriter", (request, response) -> response.getWriter());
        question("sameOut", (request, response) -> same(response.getOutputStream(), response.getOutputStream()));
        question("sameWriter", (request, response) -> same(response.getWriter(), response.getWriter()));
    }

    private static boolean same(Object first, Object second) {
        return first == second;
    }

    private static byte[] bytes(int size) {
        return "0123456789".repeat(size / 10).getBytes(StandardCharsets.US_ASCII);
    }

    private static void writeBuffer(HttpServletRequest request, HttpServletResponse response) throws Exception {
        ServletOutputStream out = response.getOutputStream();
        ByteBuffer buffer = ByteBuffer.wrap(bytes(20));
        try {
            ServletOutputStream.class.getMethod("write", ByteBuffer.class).invoke(out, buffer);
        } catch (NoSuchMethodException servlet60) {
            out.write(buffer.array());
        } catch (InvocationTargetException e) {
            throw (Exception) e.getCause();
        }
    }

    private static void fields() {
        deed("html", (request, response) -> response.setContentType("text/html;charset=UTF-8"));
        deed("plain", (request, response) -> response.setContentType("text/plain"));
        deed("json", (request, response) -> response.setContentType("application/json"));
        deed("utf8", (request, response) -> response.setCharacterEncoding("UTF-8"));
        deed("utf16", (request, response) -> response.setCharacterEncoding("UTF-16"));
        deed("charset61", (request, response) -> {
            try {
                ServletResponse.class
                        .getMethod("setCharacterEncoding", java.nio.charset.Charset.class)
                        .invoke(response, StandardCharsets.UTF_8);
            } catch (NoSuchMethodException servlet60) {
                response.setCharacterEncoding("UTF-8");
            } catch (InvocationTargetException e) {
                throw (Exception) e.getCause();
            }
        });
        deed("locale", (request, response) -> response.setLocale(Locale.FRANCE));
        deed("length5", (request, response) -> response.setContentLength(5));
        deed("length10", (request, response) -> response.setContentLengthLong(10));
        deed("setHeader", (request, response) -> response.setHeader("X-Set", "1"));
        deed("addHeader", (request, response) -> response.addHeader("X-Add", "1"));
        deed("addCookie", (request, response) -> response.addCookie(new Cookie("c", "1")));
        deed("intHeader", (request, response) -> response.addIntHeader("X-Int", 1));
        deed("dateHeader", (request, response) -> response.setDateHeader("X-Date", 0));
        deed("close", (request, response) -> response.setHeader("Connection", "close"));
        for (int status : new int[] {200, 201, 204, 304, 403, 404, 500}) {
            deed("status" + status, (request, response) -> response.setStatus(status));
        }
        question("isCommitted", (request, response) -> response.isCommitted());
        question("getStatus", (request, response) -> response.getStatus());
        question("contentType", (request, response) -> response.getContentType());
        question("encoding", (request, response) -> response.getCharacterEncoding());
        question(
                "names",
                (request, response) ->
                        response.getHeaderNames().stream().sorted().toList());
        deed("bufferLarge", (request, response) -> response.setBufferSize(50_000));
        deed("bufferSmall", (request, response) -> response.setBufferSize(1_000));
        question("bufferSize", (request, response) -> response.getBufferSize());
    }

    private static void endings() {
        deed("sendError403", (request, response) -> response.sendError(403));
        deed("sendError404", (request, response) -> response.sendError(404, "on purpose"));
        deed("sendError409", (request, response) -> response.sendError(409, "conflict"));
        deed("sendError503", (request, response) -> response.sendError(503));
        deed("sendErrorPage", (request, response) -> response.sendError(418));
        deed("redirect", (request, response) -> response.sendRedirect("http://localhost/elsewhere"));
        deed("redirect61", OracleSteps::redirect61);
        deed("reset", (request, response) -> response.reset());
        deed("resetBuffer", (request, response) -> response.resetBuffer());
        deed("flushBuffer", (request, response) -> response.flushBuffer());
        STEPS.put("throw", play -> {
            throw new Failure(new IllegalStateException("on purpose"));
        });
        STEPS.put("throwIo", play -> {
            throw new Failure(new IOException("on purpose"));
        });
        STEPS.put("throwServlet", play -> {
            throw new Failure(new ServletException("on purpose"));
        });
    }

    private static void redirect61(HttpServletRequest request, HttpServletResponse response) throws Exception {
        try {
            HttpServletResponse.class
                    .getMethod("sendRedirect", String.class, int.class, boolean.class)
                    .invoke(response, "http://localhost/elsewhere", 303, false);
        } catch (NoSuchMethodException servlet60) {
            response.sendRedirect("http://localhost/elsewhere");
        } catch (InvocationTargetException e) {
            throw (Exception) e.getCause();
        }
    }

    private static void dispatches() {
        for (String target : List.of(
                "print",
                "outPrint",
                "out40k",
                "status404",
                "sendError404",
                "redirect",
                "setHeader",
                "flushBuffer",
                "writerClose",
                "outClose",
                "reset",
                "nothing")) {
            dispatch("include." + target, false, Way.REQUEST, target);
        }
        dispatch("includeByContext.sendError404", false, Way.CONTEXT, "sendError404");
        dispatch("includeByContext.print", false, Way.CONTEXT, "print");
        dispatch("includeByName", false, Way.NAME, "nothing");
        for (String target :
                List.of("print", "outPrint", "out40k", "sendError404", "sendErrorPage", "redirect", "nothing")) {
            dispatch("forward." + target, true, Way.REQUEST, target);
            dispatch("forwardByContext." + target, true, Way.CONTEXT, target);
        }
        dispatch("forward.refusal", true, Way.REQUEST, "status403+print");
        dispatch("forward.include", true, Way.REQUEST, "print+include.sendError404+print");
        dispatch("forwardByName", true, Way.NAME, "nothing");
        STEPS.put("nothing", play -> null);
    }

    private enum Way {
        REQUEST,
        CONTEXT,
        NAME
    }

    private static void dispatch(String name, boolean forward, Way way, String target) {
        STEPS.put(name, play -> {
            String path = play.request.getServletPath() + "/sub/" + target;
            RequestDispatcher dispatcher = switch (way) {
                case REQUEST -> play.request.getRequestDispatcher(path);
                case CONTEXT -> play.request.getServletContext().getRequestDispatcher(path);
                case NAME -> play.request.getServletContext().getNamedDispatcher("named");
            };
            if (forward) {
                dispatcher.forward(play.request, play.response);
            } else {
                dispatcher.include(play.request, play.response);
            }
            return null;
        });
    }

    private static void content() {
        question("readAll", (request, response) -> request.getInputStream().readAllBytes().length);
        question("readByte", (request, response) -> request.getInputStream().read());
        question(
                "readExactly",
                (request, response) ->
                        request.getInputStream().readNBytes(Math.max(request.getContentLength(), 0)).length);
        question("readLine", (request, response) -> request.getInputStream().readLine(new byte[80], 0, 80));
        deed("inClose", (request, response) -> request.getInputStream().close());
        question("readerAll", (request, response) -> request.getReader().lines().count());
        question("readerChar", (request, response) -> request.getReader().read());
        question("parameter", (request, response) -> request.getParameter("name"));
        question(
                "parameters",
                (request, response) ->
                        Collections.list(request.getParameterNames()).size());
        question("parts", (request, response) -> request.getParts().size());
        question("part", (request, response) -> request.getPart("name") != null);
        question("type", (request, response) -> request.getContentType());
        question("inSame", (request, response) -> same(request.getInputStream(), request.getInputStream()));
    }

    private static void asynchronous() {
        STEPS.put("async", play -> later(play, play.request.startAsync(), true));
        STEPS.put("asyncSame", play -> later(play, play.request.startAsync(), false));
        STEPS.put("asyncPair", play -> {
            AsyncContext async = play.request.startAsync(play.request, play.response);
            play.trace("original " + async.hasOriginalRequestAndResponse());
            return later(play, async, true);
        });
        STEPS.put("asyncThread", play -> {
            AsyncContext async = play.request.startAsync(play.request, play.response);
            Play rest = play.rest(play.response);
            rest.trace.begin();
            new Thread(() -> finishAtLast(rest, async)).start();
            return null;
        });
        STEPS.put("asyncDispatch", play -> {
            AsyncContext async = play.request.startAsync();
            dispatch(play, async);
            return null;
        });
        STEPS.put("asyncDispatchPair", play -> {
            AsyncContext async = play.request.startAsync(play.request, play.response);
            dispatch(play, async);
            return null;
        });
        STEPS.put("asyncTimeout", OracleSteps::timeout);
        STEPS.put("nonBlocking", OracleSteps::nonBlocking);
        question("dispatcher", (request, response) -> request.getDispatcherType() == DispatcherType.ASYNC);
    }

    private static @Nullable Object later(Play play, AsyncContext async, boolean itsOwn) {
        Play rest = play.rest(itsOwn ? (HttpServletResponse) async.getResponse() : play.response);
        rest.trace.begin();
        try {
            async.start(() -> finishAtLast(rest, async));
        } catch (RuntimeException refused) {
            rest.trace.end();
            throw refused;
        }
        return null;
    }

    private static void finishAtLast(Play rest, AsyncContext async) {
        try {
            finish(rest, async);
        } finally {
            rest.trace.end();
        }
    }

    private static void finish(Play rest, AsyncContext async) {
        rest.awaitReturn();
        try {
            rest.run();
        } catch (Exception e) {
            rest.trace("late " + e.getClass().getSimpleName());
        } finally {
            complete(async);
        }
    }

    private static void complete(AsyncContext async) {
        try {
            async.complete();
        } catch (IllegalStateException | NullPointerException over) {
            // The chain has failed, and the container ends the request; Jetty does not always know that it has.
        }
    }

    private static void dispatch(Play play, AsyncContext async) {
        String path = play.request.getServletPath() + "/sub/" + String.join("+", play.takeRest());
        async.dispatch(path);
    }

    private static @Nullable Object timeout(Play play) {
        AsyncContext async = play.request.startAsync(play.request, play.response);
        async.setTimeout(20);
        Play rest = play.rest(play.response);
        async.addListener(new AsyncListener() {
            @Override
            public void onTimeout(AsyncEvent event) {
                finish(rest, async);
            }

            @Override
            public void onComplete(AsyncEvent event) {}

            @Override
            public void onError(AsyncEvent event) {}

            @Override
            public void onStartAsync(AsyncEvent event) {}
        });
        return null;
    }

    private static @Nullable Object nonBlocking(Play play) throws IOException {
        AsyncContext async = play.request.startAsync(play.request, play.response);
        play.takeRest();
        try {
            writeLater(play.response.getOutputStream(), async);
        } catch (RuntimeException refused) {
            async.complete();
            throw refused;
        }
        return null;
    }

    private static void writeLater(ServletOutputStream out, AsyncContext async) {
        out.setWriteListener(new WriteListener() {
            private int left = 20;

            @Override
            public void onWritePossible() throws IOException {
                while (out.isReady()) {
                    if (left-- == 0) {
                        async.complete();
                        return;
                    }
                    ((OutputStream) out).write(bytes(1000));
                }
            }

            @Override
            public void onError(Throwable failure) {
                async.complete();
            }
        });
    }

    /** What is to be thrown out of the servlet. */
    private static final class Failure extends Exception {
        Failure(Exception cause) {
            super(cause);
        }
    }

    /** One run through some steps. */
    static final class Play {
        final HttpServletRequest request;
        final HttpServletResponse response;
        private final Trace trace;
        private final @Nullable CountDownLatch returned;
        private List<String> steps;

        Play(HttpServletRequest request, HttpServletResponse response, List<String> steps, Trace trace) {
            this.request = request;
            this.response = response;
            this.steps = steps;
            this.trace = trace;
            // Here, where there certainly still is a request.
            this.returned = request.getAttribute(RETURNED) instanceof CountDownLatch latch ? latch : null;
        }

        void trace(String line) {
            trace.add(line);
        }

        List<String> takeRest() {
            List<String> rest = steps;
            steps = List.of();
            return rest;
        }

        Play rest(HttpServletResponse newResponse) {
            return new Play(request, newResponse, takeRest(), trace);
        }

        void awaitReturn() {
            try {
                if (returned != null) {
                    returned.await(2, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void run() throws IOException, ServletException {
            while (!steps.isEmpty()) {
                String name = steps.get(0);
                steps = steps.subList(1, steps.size());
                Step step = STEPS.get(name);
                try {
                    Object seen = step == null ? "unknown" : step.run(this);
                    if (seen != null) {
                        trace(name + "=" + seen);
                    }
                } catch (Failure e) {
                    rethrow((Exception) e.getCause());
                } catch (Exception | AssertionError e) {
                    trace(name + "!" + e.getClass().getSimpleName());
                }
            }
        }

        private static void rethrow(Exception e) throws IOException, ServletException {
            if (e instanceof IOException io) {
                throw io;
            }
            if (e instanceof ServletException servlet) {
                throw servlet;
            }
            throw (RuntimeException) e;
        }
    }
}
