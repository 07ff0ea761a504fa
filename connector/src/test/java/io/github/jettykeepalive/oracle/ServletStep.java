package io.github.jettykeepalive.oracle;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;

/** What a servlet does. */
sealed interface ServletStep extends Step, Actor.Playable<ServletExchange> {
    @Override
    default boolean completes() {
        return this instanceof CloseOutput || this instanceof SendError || this instanceof Redirect;
    }

    @Override
    default boolean writes() {
        return this instanceof Write || this instanceof WriteWhenReady;
    }

    @Override
    default boolean mayWait() {
        return this instanceof ReadBytes
                || this instanceof ReadAll
                || this instanceof Listen
                || this instanceof Parameters
                || (this instanceof Write write && write.size() > 10_000)
                || this instanceof WriteWhenReady;
    }

    // --- reading

    /** Reads once, with room for so many bytes. */
    record ReadBytes(int count) implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException {
            byte[] bytes = actor.exchange.request.getInputStream().readNBytes(count);
            actor.note(Text.brief(bytes));
            return true;
        }
    }

    record ReadAll() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException {
            actor.note(Text.brief(actor.exchange.request.getInputStream().readAllBytes()));
            return true;
        }
    }

    record Parameters() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.note(actor.exchange.request.getParameter("user"));
            return true;
        }
    }

    /** What can be asked about the input and the output. */
    record Look() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException {
            ServletInputStream input = actor.exchange.request.getInputStream();
            actor.note("finished %s, committed %s, status %d"
                    .formatted(
                            input.isFinished(),
                            actor.exchange.response.isCommitted(),
                            actor.exchange.response.getStatus()));
            return true;
        }
    }

    /** Reads to the end by a {@code ReadListener}, and goes on from there. */
    record Listen() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException {
            ServletInputStream input = actor.exchange.request.getInputStream();
            var bytes = new ByteArrayOutputStream();
            input.setReadListener(new ReadListener() {
                @Override
                public void onDataAvailable() throws IOException {
                    while (input.isReady() && !input.isFinished()) {
                        int next = input.read();
                        if (next >= 0) {
                            bytes.write(next);
                        }
                    }
                }

                @Override
                public void onAllDataRead() {
                    actor.note(Text.brief(bytes.toByteArray()));
                    actor.resume();
                }

                @Override
                public void onError(Throwable failure) {
                    actor.note(Text.brief(bytes.toByteArray()) + " failure " + Text.failure(failure));
                    actor.resume();
                }
            });
            return false;
        }
    }

    // --- writing

    record Write(int size) implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException {
            int from = actor.exchange.written;
            actor.exchange.written += size;
            actor.exchange.response.getOutputStream().write(Text.content(from, from + size));
            return true;
        }
    }

    record Flush() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException {
            actor.exchange.response.flushBuffer();
            return true;
        }
    }

    record CloseOutput() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException {
            actor.exchange.response.getOutputStream().close();
            return true;
        }
    }

    /** Writes by a {@code WriteListener}, and goes on from there. */
    record WriteWhenReady(int size) implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException {
            ServletOutputStream output = actor.exchange.response.getOutputStream();
            int from = actor.exchange.written;
            actor.exchange.written += size;
            output.setWriteListener(new WriteListener() {
                private boolean written;

                @Override
                public void onWritePossible() throws IOException {
                    while (output.isReady()) {
                        if (written) {
                            actor.resume();
                            return;
                        }
                        written = true;
                        output.write(Text.content(from, from + size));
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    actor.note("failure " + Text.failure(failure));
                    actor.resume();
                }
            });
            return false;
        }
    }

    // --- the response's header

    record Status(int code) implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.exchange.response.setStatus(code);
            return true;
        }
    }

    record Length(int length) implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.exchange.response.setContentLength(length);
            return true;
        }
    }

    record Field(String name, String value) implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.exchange.response.addHeader(name, value);
            return true;
        }
    }

    record Trailers() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.exchange.response.setTrailerFields(() -> Map.of("X-Trailer", "behind"));
            return true;
        }
    }

    record ResetResponse() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.exchange.response.reset();
            actor.exchange.written = 0;
            return true;
        }
    }

    record SendError(int code) implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException {
            actor.exchange.response.sendError(code);
            return true;
        }
    }

    record Redirect() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException {
            actor.exchange.response.sendRedirect("/elsewhere");
            return true;
        }
    }

    record Attribute(String name, Object value) implements ServletStep, Step.OfAttribute {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            // To the servlet a response is committed as soon as it has sent an error.
            boolean committed = ServletContextRequest.getServletContextRequest(actor.exchange.request)
                    .getServletContextResponse()
                    .isCommitted();
            actor.note(name + (committed ? " committed" : " uncommitted"));
            actor.exchange.request.setAttribute("io.github.jettykeepalive." + name, value);
            return true;
        }
    }

    // --- where the program goes on

    /** The rest of the program is the servlet's that this forwards to. */
    record Forward() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException, ServletException {
            var exchange = actor.exchange;
            exchange.request.getRequestDispatcher("/x" + exchange.number).forward(exchange.request, exchange.response);
            return false;
        }
    }

    /** The rest of the program is the servlet's that this includes. */
    record Include() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) throws IOException, ServletException {
            var exchange = actor.exchange;
            exchange.request.getRequestDispatcher("/x" + exchange.number).include(exchange.request, exchange.response);
            return false;
        }
    }

    record StartAsync() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.exchange.startAsync();
            return true;
        }
    }

    /** The rest of the program is an asynchronous dispatch's. */
    record Dispatch() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.exchange.async.dispatch();
            return false;
        }
    }

    record CompleteAsync() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.exchange.async.complete();
            return true;
        }
    }

    /** Goes on from another thread. */
    record Hop() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.run.execute(actor::resume);
            return false;
        }
    }

    /** Throws out of the servlet. */
    record Throw() implements ServletStep {
        @Override
        public boolean run(Actor<ServletExchange> actor) {
            actor.exchange.thrown = new ServletException("deliberate");
            return false;
        }
    }
}
