package io.github.jettykeepalive.oracle;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/** What a {@code Handler} does. */
sealed interface CoreStep extends Step, Actor.Playable<CoreExchange> {
    @Override
    default boolean completes() {
        return this instanceof Write write
                ? write.last()
                : this instanceof Complete || this instanceof Fail || this instanceof Throw;
    }

    @Override
    default boolean writes() {
        return this instanceof Write;
    }

    @Override
    default boolean mayWait() {
        return this instanceof Demand
                || this instanceof ReadAll
                || this instanceof BlockingRead
                || this instanceof BlockingReadAll
                || (this instanceof Write write && write.how() != Wait.NONE && write.size() > 10_000);
    }

    /** Whether the thread that does it waits until something is written. */
    default boolean awaitsItsWrite() {
        return this instanceof Interim || (this instanceof Write write && write.how() == Wait.BLOCK);
    }

    /** A failure that the program makes. */
    final class Deliberate extends Exception {
        private static final long serialVersionUID = 1;

        Deliberate() {
            super("deliberate", null, false, false);
        }
    }

    // --- reading

    /** Reads once, without blocking. */
    record Read() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            Content.Chunk chunk = actor.exchange.read();
            actor.note(actor.exchange.describe(chunk));
            if (chunk != null) {
                chunk.release();
            }
            return true;
        }
    }

    /** Reads what there is, without blocking. */
    record ReadAvailable() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.note(new Gathered(actor).available());
            return true;
        }
    }

    /** Reads to the end, with a demand whenever there is nothing. */
    record ReadAll() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            new Gathered(actor).all();
            return false;
        }
    }

    /** Goes on when content is there. */
    record Demand() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.exchange.request.demand(() -> {
                actor.note("called");
                actor.resume();
            });
            return false;
        }
    }

    /** Has itself called when content is there, and goes on before that. */
    record DemandAndGoOn() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            int acts = actor.run.progress.clientActs();
            actor.exchange.request.demand(() -> actor.exchange.note(
                    "demands",
                    actor.run.progress.clientActs() > acts ? "called, having waited for the client" : "called"));
            return true;
        }
    }

    /** Reads so many bytes from a blocking stream. */
    record BlockingRead(int count) implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) throws Exception {
            actor.note(actor.exchange.describeStreamed(actor.exchange.input.readNBytes(count), false));
            return true;
        }
    }

    /** Reads a blocking stream to its end. */
    record BlockingReadAll() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) throws Exception {
            actor.note(actor.exchange.describeStreamed(actor.exchange.input.readAllBytes(), true));
            return true;
        }
    }

    // --- writing

    enum Wait {
        /** The thread waits until the write is complete. */
        BLOCK,
        /** The write's callback goes on. */
        CALLBACK,
        /** Nobody waits. */
        NONE
    }

    record Write(int size, boolean last, Wait how) implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) throws Exception {
            int from = actor.exchange.written.getAndAdd(size);
            ByteBuffer content = size == 0 ? null : ByteBuffer.wrap(Text.content(from, from + size));
            switch (how) {
                case BLOCK -> {
                    var written = new CompletableFuture<Void>();
                    actor.exchange.response.write(
                            last, content, Callback.from(() -> written.complete(null), written::completeExceptionally));
                    actor.await(written);
                    return true;
                }
                case CALLBACK -> {
                    actor.exchange.response.write(last, content, Callback.from(actor::resumeFromWrite, failure -> {
                        actor.note("failed " + Text.failure(failure));
                        actor.resumeFromWrite();
                    }));
                    return false;
                }
                default -> {
                    String name = last ? "last " : "";
                    actor.exchange.response.write(
                            last,
                            content,
                            Callback.from(
                                    () -> actor.exchange.note("writes", name + "ok"),
                                    failure ->
                                            actor.exchange.note("writes", name + "failed " + Text.failure(failure))));
                    return true;
                }
            }
        }
    }

    // --- the response's header

    record Status(int code) implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.exchange.response.setStatus(code);
            return true;
        }
    }

    record Length(long length) implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.exchange.response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
            return true;
        }
    }

    record Field(String name, String value) implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.exchange.response.getHeaders().add(new HttpField(name, value));
            return true;
        }
    }

    record Trailers() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            HttpFields trailers = HttpFields.build().put("X-Trailer", "behind");
            actor.exchange.response.setTrailersSupplier(() -> trailers);
            return true;
        }
    }

    record Interim(int status) implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) throws Exception {
            HttpFields fields =
                    status == 100 ? HttpFields.EMPTY : HttpFields.build().put("Link", "</style>");
            actor.await(actor.exchange.response.writeInterim(status, fields));
            return true;
        }
    }

    record ResetResponse() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.exchange.response.reset();
            return true;
        }
    }

    // --- attributes and listeners

    record Attribute(String name, Object value) implements CoreStep, Step.OfAttribute {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.note(name + (actor.exchange.response.isCommitted() ? " committed" : " uncommitted"));
            actor.exchange.request.setAttribute("io.github.jettykeepalive." + name, value);
            return true;
        }
    }

    record OnFailure() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.exchange.request.addFailureListener(failure -> actor.exchange.note("failure", Text.failure(failure)));
            return true;
        }
    }

    record OnIdle(boolean fails) implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.exchange.request.addIdleTimeoutListener(timeout -> {
                actor.exchange.note("idle", Text.failure(timeout));
                return fails;
            });
            return true;
        }
    }

    record OnCompletion() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            Request.addCompletionListener(
                    actor.exchange.request,
                    failure -> actor.exchange.note("completion", failure == null ? "ok" : Text.failure(failure)));
            return true;
        }
    }

    /** What an application may ask of the response and the request. */
    record Look() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            var response = actor.exchange.response;
            actor.note("status %d, committed %s, last %s, read %d, written %d"
                    .formatted(
                            response.getStatus(),
                            response.isCommitted(),
                            response.hasLastWrite(),
                            Request.getContentBytesRead(actor.exchange.request),
                            org.eclipse.jetty.server.Response.getContentBytesWritten(response)));
            return true;
        }
    }

    // --- the end, and where it happens

    record Complete() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.exchange.callback.succeeded();
            return true;
        }
    }

    record Fail() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.exchange.callback.failed(new Deliberate());
            return true;
        }
    }

    /** Throws out of {@code handle}; a program that is elsewhere by then fails the callback. */
    record Throw() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            if (actor.exchange.isInHandle()) {
                actor.exchange.thrown = new Deliberate();
                return false;
            }
            actor.exchange.callback.failed(new Deliberate());
            return true;
        }
    }

    /** Returns false from {@code handle}, as whoever does not handle a request does. */
    record ReturnFalse() implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            if (actor.exchange.isInHandle()) {
                actor.exchange.handled = false;
                return false;
            }
            return true;
        }
    }

    /** Goes on from another thread, at once or when {@code handle} has returned. */
    record Hop(boolean afterReturn) implements CoreStep {
        @Override
        public boolean run(Actor<CoreExchange> actor) {
            actor.run.execute(() -> {
                if (afterReturn) {
                    actor.exchange.awaitReturn();
                }
                actor.resume();
            });
            return false;
        }
    }

    /** What a series of reads came to. */
    final class Gathered {
        private final Actor<CoreExchange> actor;
        private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        private String end = "";

        private Gathered(Actor<CoreExchange> actor) {
            this.actor = actor;
        }

        private String available() {
            while (take()) {
                // One more chunk.
            }
            return toString();
        }

        private void all() {
            while (take()) {
                // One more chunk.
            }
            if (end.isEmpty()) {
                try {
                    actor.exchange.request.demand(this::all);
                    return;
                } catch (IllegalStateException refused) {
                    end = " " + Text.failure(refused);
                }
            }
            actor.note(toString());
            actor.resume();
        }

        /** Reads once; false if there was nothing, or nothing more will be. */
        private boolean take() {
            Content.Chunk chunk = actor.exchange.read();
            if (chunk == null) {
                return false;
            }
            if (Content.Chunk.isFailure(chunk)) {
                end += " " + CoreExchange.failure(chunk);
                return !chunk.isLast();
            }
            byte[] content = new byte[chunk.remaining()];
            chunk.getByteBuffer().get(content);
            bytes.writeBytes(content);
            chunk.release();
            if (chunk.isLast()) {
                end += " last"
                        + (chunk instanceof org.eclipse.jetty.http.Trailers trailers
                                ? " " + trailers.getTrailers().asString().strip()
                                : "");
            }
            return !chunk.isLast();
        }

        @Override
        public String toString() {
            return actor.exchange.describe(bytes.toByteArray()) + end;
        }
    }
}
