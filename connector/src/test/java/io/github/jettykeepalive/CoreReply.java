package io.github.jettykeepalive;

import io.github.jettykeepalive.policy.CloseReason;
import io.github.jettykeepalive.testing.InBackground;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What Jetty handlers do. */
enum CoreReply implements Reply, Request.Handler {
    HELLO(Rig::hello),
    READ_ALL((request, response, callback) -> {
        Content.Source.consumeAll(
                request, Callback.from(() -> Rig.hello(request, response, callback), callback::failed));
        return true;
    }),
    NOTHING((request, response, callback) -> {
        callback.succeeded();
        return true;
    }),
    UNKNOWN_LENGTH(
            (request, response, callback) -> {
                response.write(false, bytes("hel"), Callback.from(() -> response.write(true, bytes("lo"), callback)));
                return true;
            },
            true,
            null),
    FLUSHED_FIRST(
            (request, response, callback) -> {
                response.write(false, null, Callback.from(() -> Rig.hello(request, response, callback)));
                return true;
            },
            true,
            null),
    LENGTH_IN_TWO_PARTS((request, response, callback) -> {
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 5);
        response.write(false, bytes("hel"), Callback.from(() -> response.write(true, bytes("lo"), callback)));
        return true;
    }),
    LARGE((request, response, callback) -> {
        response.write(true, ByteBuffer.allocate(300_000), callback);
        return true;
    }),
    NO_CONTENT(status(204)),
    NOT_MODIFIED(status(304)),
    RESET_CONTENT(status(205)),
    NOT_FOUND((request, response, callback) -> false),
    ERROR((request, response, callback) -> {
        Response.writeError(request, response, callback, 500);
        return true;
    }),
    ERROR_AFTER_FIELDS((request, response, callback) -> {
        response.getHeaders().put(HttpHeader.KEEP_ALIVE, "timeout=99").put(HttpHeader.CONNECTION, "keep-alive");
        Response.writeError(request, response, callback, 503);
        return true;
    }),
    EXCEPTION((request, response, callback) -> {
        throw new QuietException.RuntimeException("asked for");
    }),
    FAILURE((request, response, callback) -> {
        callback.failed(new QuietException.RuntimeException("asked for"));
        return true;
    }),
    ELSEWHERE((request, response, callback) -> {
        InBackground.run(() -> Rig.hello(request, response, callback));
        return true;
    }),
    FAILURE_ELSEWHERE((request, response, callback) -> {
        InBackground.run(() -> callback.failed(new QuietException.RuntimeException("asked for")));
        return true;
    }),
    EARLY_HINTS((request, response, callback) -> {
        response.writeInterim(103, HttpFields.build().add("Link", "</a>"))
                .thenRun(() -> Rig.hello(request, response, callback));
        return true;
    }),
    TRAILERS((request, response, callback) -> {
        response.setTrailersSupplier(() -> HttpFields.build().add("Trailing", "yes"));
        return Rig.hello(request, response, callback);
    }),
    RESET((request, response, callback) -> {
        response.getHeaders().put(HttpHeader.CONNECTION, "close").put(HttpHeader.KEEP_ALIVE, "timeout=99");
        response.setStatus(500);
        response.reset();
        return Rig.hello(request, response, callback);
    }),
    RESET_THEN_CLOSE(
            (request, response, callback) -> {
                response.getHeaders().put(HttpHeader.KEEP_ALIVE, "timeout=99");
                response.reset();
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
                return Rig.hello(request, response, callback);
            },
            false,
            CloseReason.APPLICATION),

    OWN_KEEP_ALIVE(fields(headers -> headers.put(HttpHeader.KEEP_ALIVE, "timeout=99, max=99"))),
    OWN_KEEP_ALIVE_NAMED(fields(
            headers -> headers.put(HttpHeader.KEEP_ALIVE, "timeout=99").put(HttpHeader.CONNECTION, "keep-alive"))),
    OWN_KEEP_ALIVE_VERBATIM(fields(
            headers -> headers.add(verbatim("keep-alive", "timeout=99")).add(verbatim("connection", "Keep-Alive")))),
    OWN_KEEP_ALIVE_ENCODED(
            fields(headers -> headers.add(new PreEncodedHttpField(HttpHeader.KEEP_ALIVE, "timeout=99")))),
    OTHER_OPTION(fields(headers -> headers.put(HttpHeader.CONNECTION, "closed, x-close, keep-alived"))),
    CLOSE(closing(headers -> headers.put(HttpHeader.CONNECTION, "close"))),
    CLOSE_IN_ODD_CASE(closing(headers -> headers.add("cOnnection", "Foo ,\tClOsE"))),
    CLOSE_ON_SECOND_LINE(
            closing(headers -> headers.add(HttpHeader.CONNECTION, "foo").add(HttpHeader.CONNECTION, "CLOSE"))),
    CLOSE_BESIDE_KEEP_ALIVE(closing(headers ->
            headers.put(HttpHeader.CONNECTION, "Keep-Alive, close").put(HttpHeader.KEEP_ALIVE, "timeout=99"))),
    CLOSE_BESIDE_KEEP_ALIVE_LINE(
            closing(headers -> headers.add(HttpHeader.CONNECTION, "close").add(HttpHeader.CONNECTION, "keep-alive"))),
    CLOSE_BESIDE_KEEP_ALIVE_VERBATIM(closing(headers -> headers.put(HttpHeader.CONNECTION, "close")
            .add(verbatim("Connection", "keep-alive"))
            .add(verbatim("Keep-Alive", "max=9")))),
    CLOSE_VERBATIM(closing(headers -> headers.add(verbatim("connection", "CLOSE")))),
    CLOSE_ENCODED(closing(headers -> headers.add(new PreEncodedHttpField(HttpHeader.CONNECTION, "close")))),
    CLOSE_UNKNOWN_LENGTH(
            (request, response, callback) -> {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
                return UNKNOWN_LENGTH.handle(request, response, callback);
            },
            true,
            CloseReason.APPLICATION),
    CLOSE_BY_ATTRIBUTE(
            (request, response, callback) -> {
                request.setAttribute("io.github.jettykeepalive.close", true);
                return Rig.hello(request, response, callback);
            },
            false,
            CloseReason.APPLICATION);

    private final Request.Handler handler;
    private final boolean unframed;
    private final @Nullable CloseReason reason;

    CoreReply(Request.Handler handler) {
        this(handler, false, handler instanceof Closing ? CloseReason.APPLICATION : null);
    }

    CoreReply(Request.Handler handler, boolean unframed, @Nullable CloseReason reason) {
        this.handler = handler;
        this.unframed = unframed;
        this.reason = reason;
    }

    /** A handler after which the connection is closed because it said so. */
    @FunctionalInterface
    private interface Closing extends Request.Handler {}

    private static Request.Handler fields(Consumer<HttpFields.Mutable> setting) {
        return (request, response, callback) -> {
            setting.accept(response.getHeaders());
            return Rig.hello(request, response, callback);
        };
    }

    private static Closing closing(Consumer<HttpFields.Mutable> setting) {
        return fields(setting)::handle;
    }

    private static Request.Handler status(int status) {
        return (request, response, callback) -> {
            response.setStatus(status);
            callback.succeeded();
            return true;
        };
    }

    /** A field of no known header: Jetty sends it as it is. */
    private static HttpField verbatim(String name, String value) {
        return new HttpField((HttpHeader) null, name, value);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (request.getHttpURI().getPath().equals(ResponseMatrix.PROBE)) {
            Content.Sink.write(response, true, "probed", callback);
            return true;
        }
        return handler.handle(request, response, callback);
    }

    @Override
    public boolean isUnframed() {
        return unframed;
    }

    @Override
    public @Nullable CloseReason reason() {
        return reason;
    }
}
