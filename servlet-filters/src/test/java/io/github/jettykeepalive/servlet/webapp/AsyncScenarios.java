package io.github.jettykeepalive.servlet.webapp;

import io.github.jettykeepalive.servlet.webapp.ScenarioServlet.Scenario;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Bodies that are written when the filter chain has returned. */
final class AsyncScenarios {
    private AsyncScenarios() {}

    /** Something that can fail as I/O does. */
    interface Step {
        void run() throws IOException;
    }

    static void addTo(Map<String, Scenario> scenarios) {
        scenarios.put("async", AsyncScenarios::async);
        scenarios.put("asyncOrder", AsyncScenarios::asyncOrder);
        scenarios.put("asyncWriter", AsyncScenarios::asyncWriter);
        scenarios.put("asyncDispatch", AsyncScenarios::asyncDispatch);
        scenarios.put("asyncDispatchWrapped", AsyncScenarios::asyncDispatchWrapped);
        scenarios.put("asyncTimeout", AsyncScenarios::asyncTimeout);
        scenarios.put("asyncThrow", (request, response) -> {
            // Jetty lets it time out.
            request.startAsync().setTimeout(100);
            throw new ServletException("on purpose");
        });
        scenarios.put(
                "asyncDispatchThrow",
                (request, response) -> dispatchOr(request, () -> {
                    throw new ServletException("on purpose");
                }));
        scenarios.put(
                "asyncDispatchAsyncThrow",
                (request, response) -> dispatchOr(request, () -> {
                    request.startAsync();
                    throw new ServletException("on purpose");
                }));
        scenarios.put(
                "asyncDispatchAsync",
                (request, response) -> dispatchOr(request, () -> {
                    AsyncContext async = request.startAsync();
                    inBackground(
                            async, () -> async.getResponse().getOutputStream().print("ok"));
                }));
        scenarios.put("asyncError", (request, response) -> {
            AsyncContext async = request.startAsync();
            inBackground(async, () -> ((HttpServletResponse) async.getResponse()).sendError(413));
        });
        scenarios.put(
                "asyncFields",
                (request, response) -> dispatchOr(request, () -> ConnectionScenarios.fields(request, response)));
        scenarios.put("nonBlocking", AsyncScenarios::nonBlocking);
    }

    static void async(HttpServletRequest request, HttpServletResponse response) {
        AsyncContext async = request.startAsync(request, response);
        inBackground(async, () -> BodyScenarios.writeTo(async.getResponse().getOutputStream(), 100_000));
    }

    /** Begun here, ended there, by way of the container's own response. */
    static void asyncOrder(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getOutputStream().print("first,");
        AsyncContext async = request.startAsync();
        inBackground(async, () -> {
            async.getResponse().getOutputStream().print("second,");
            response.getOutputStream().print("third");
        });
    }

    /** Completes without a flush. */
    static void asyncWriter(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter().print("first,");
        AsyncContext async = request.startAsync(request, response);
        inBackground(async, () -> response.getWriter().print("ü".repeat(20_000)));
    }

    static void asyncDispatch(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            BodyScenarios.write(response, 100_000);
        } else {
            AsyncContext async = request.startAsync();
            async.start(async::dispatch);
        }
    }

    private interface Handling {
        void run() throws IOException, ServletException;
    }

    /** Does it in a second dispatch of the request. */
    private static void dispatchOr(HttpServletRequest request, Handling second) throws IOException, ServletException {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            second.run();
        } else {
            request.startAsync().dispatch();
        }
    }

    static void asyncDispatchWrapped(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            BodyScenarios.write(response, 100_000);
        } else {
            AsyncContext async = request.startAsync(request, response);
            async.start(async::dispatch);
        }
    }

    /** Nobody completes it, so the container answers. */
    static void asyncTimeout(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getOutputStream().print("gone");
        request.startAsync(request, response).setTimeout(100);
    }

    static void nonBlocking(HttpServletRequest request, HttpServletResponse response) throws IOException {
        AsyncContext async = request.startAsync(request, response);
        ServletOutputStream out = response.getOutputStream();
        out.setWriteListener(new Blocks(async, out));
    }

    static void inBackground(AsyncContext async, Step step) {
        async.start(() -> {
            try {
                step.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                async.complete();
            }
        });
    }

    /** Writes a hundred blocks whenever it is possible. */
    private static final class Blocks implements WriteListener {
        private final AsyncContext async;
        private final ServletOutputStream out;
        private int left = 100;

        Blocks(AsyncContext async, ServletOutputStream out) {
            this.async = async;
            this.out = out;
        }

        @Override
        public void onWritePossible() throws IOException {
            while (out.isReady()) {
                if (left-- == 0) {
                    async.complete();
                    return;
                }
                out.write(BodyScenarios.pattern(1000));
            }
        }

        @Override
        public void onError(Throwable failure) {
            async.complete();
        }
    }
}
