package io.github.jettykeepalive;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.InBackground;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.io.QuietException;
import org.jspecify.annotations.Nullable;

/** What servlets do. */
enum ServletReply implements Reply {
    HELLO(ServletReply::hello),
    READ_ALL((request, response) -> {
        request.getInputStream().readAllBytes();
        hello(request, response);
    }),
    NOTHING((request, response) -> {}),
    FLUSHED(true, null, (request, response) -> {
        hello(request, response);
        response.flushBuffer();
    }),
    LARGE(true, null, (request, response) -> response.getWriter().print("x".repeat(300_000))),
    NO_CONTENT((request, response) -> response.setStatus(204)),
    NOT_MODIFIED((request, response) -> response.setStatus(304)),
    REDIRECT((request, response) -> response.sendRedirect("/elsewhere")),
    ERROR((request, response) -> response.sendError(500)),
    ERROR_AFTER_FIELDS((request, response) -> {
        response.setHeader("Keep-Alive", "timeout=99");
        response.setHeader("Connection", "keep-alive");
        response.sendError(503, "busy");
    }),
    ERROR_PAGE((request, response) -> response.sendError(ServletReplies.STATUS_WITH_PAGE)),
    EXCEPTION((request, response) -> {
        throw new QuietException.RuntimeException("asked for");
    }),
    RESET((request, response) -> {
        response.setHeader("Connection", "close");
        response.setHeader("Keep-Alive", "timeout=99");
        response.getWriter().print("not this");
        response.reset();
        hello(request, response);
    }),
    RESET_BUFFER(false, CloseReason.APPLICATION, (request, response) -> {
        response.setHeader("Connection", "CLOSE");
        response.getWriter().print("not this");
        response.resetBuffer();
        hello(request, response);
    }),
    FORWARD((request, response) ->
            request.getRequestDispatcher(ServletReplies.PAGE).forward(request, response)),
    INCLUDE((request, response) ->
            request.getRequestDispatcher(ServletReplies.PAGE).include(request, response)),
    ASYNC_COMPLETE((request, response) -> {
        var async = request.startAsync();
        hello(request, response);
        async.complete();
    }),
    ASYNC_COMPLETE_ELSEWHERE((request, response) -> elsewhere(request.startAsync(), async -> {
        hello(request, response);
        async.complete();
    })),
    ASYNC_DISPATCH((request, response) -> {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            hello(request, response);
        } else {
            request.startAsync().dispatch();
        }
    }),
    ASYNC_DISPATCH_ELSEWHERE(
            (request, response) -> elsewhere(request.startAsync(), async -> async.dispatch(ServletReplies.PAGE))),
    ASYNC_DISPATCH_TO_ERROR((request, response) -> {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            response.sendError(500);
        } else {
            response.setHeader("Keep-Alive", "timeout=99");
            request.startAsync().dispatch();
        }
    }),
    ASYNC_ERROR((request, response) -> elsewhere(request.startAsync(), async -> {
        response.sendError(503);
        async.complete();
    })),
    /** Not sooner: a timeout that expires before the servlet has returned may be lost (Jetty 12.1.12). */
    ASYNC_TIMEOUT((request, response) -> request.startAsync().setTimeout(50)),
    ASYNC_WRITE(true, null, (request, response) -> {
        var async = request.startAsync();
        response.getOutputStream().setWriteListener(new TwoWrites(async, response.getOutputStream()));
    }),
    CLOSE(false, CloseReason.APPLICATION, (request, response) -> {
        response.addHeader("connection", "foo, Close");
        hello(request, response);
    }),
    CLOSE_BESIDE_KEEP_ALIVE(false, CloseReason.APPLICATION, (request, response) -> {
        response.addHeader("Connection", "keep-alive");
        response.addHeader("Connection", "close");
        response.addHeader("Keep-Alive", "timeout=99");
        hello(request, response);
    }),
    CLOSE_FLUSHED(true, CloseReason.APPLICATION, (request, response) -> {
        response.setHeader("Connection", "close");
        response.flushBuffer();
        hello(request, response);
    }),
    CLOSE_IN_DISPATCH(false, CloseReason.APPLICATION, (request, response) -> {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            hello(request, response);
        } else {
            response.setHeader("Connection", "close");
            request.startAsync().dispatch();
        }
    }),
    CLOSE_BY_ATTRIBUTE(false, CloseReason.APPLICATION, (request, response) -> {
        request.setAttribute("io.github.jettykeepalive.close", true);
        hello(request, response);
    });

    private final boolean unframed;
    private final @Nullable CloseReason reason;
    private final Code code;

    ServletReply(Code code) {
        this(false, null, code);
    }

    ServletReply(boolean unframed, @Nullable CloseReason reason, Code code) {
        this.unframed = unframed;
        this.reason = reason;
        this.code = code;
    }

    /** A servlet's service method. */
    @FunctionalInterface
    interface Code {
        void service(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException;
    }

    @FunctionalInterface
    private interface AsyncCode {
        void run(AsyncContext async) throws IOException;
    }

    static void hello(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getWriter().print("hello");
    }

    private static void elsewhere(AsyncContext async, AsyncCode code) {
        InBackground.run(() -> {
            try {
                code.run(async);
            } catch (IOException x) {
                throw new AssertionError(x);
            }
        });
    }

    void service(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        code.service(request, response);
    }

    @Override
    public boolean isUnframed() {
        return unframed;
    }

    @Override
    public @Nullable CloseReason reason() {
        return reason;
    }

    /** Writes twice without blocking. */
    private static final class TwoWrites implements WriteListener {
        private final AsyncContext async;
        private final ServletOutputStream out;
        private int written;

        private TwoWrites(AsyncContext async, ServletOutputStream out) {
            this.async = async;
            this.out = out;
        }

        @Override
        public void onWritePossible() throws IOException {
            while (written < 2 && out.isReady()) {
                out.write(new byte[20_000]);
                written++;
            }
            if (written == 2 && out.isReady()) {
                async.complete();
            }
        }

        @Override
        public void onError(Throwable cause) {
            async.complete();
        }
    }
}
