package io.github.jettykeepalive.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Lets an early answer survive. An application that refuses an upload answers while the client still sends; the
 * container then closes the connection with the rest of the body unread, TCP sends a reset, and a client that writes
 * before it reads finds a broken connection instead of its 413 (RFC 9112 section 9.6 tells why). This filter reads the
 * rest and throws it away, by a {@code ReadListener}, so that no thread waits for the client, and then lets the request
 * end.
 *
 * <p>For containers without the Jetty Keep-Alive connector: the connector does it better, for every answer, after the
 * response, and within its own bounds, and the filter then stands back.
 *
 * <table>
 * <caption>Init-params</caption>
 * <tr><td>{@code maxBytes}</td><td>most to discard, in bytes, 0 for no limit, default 67108864. A request that
 * announces more than that is answered as without the filter</td></tr>
 * <tr><td>{@code maxTime}</td><td>longest to go on, in milliseconds, {@code >= 1}, default 30000, which is nginx's
 * {@code lingering_time}. Tomcat looks at it once a second</td></tr>
 * </table>
 *
 * <p>On Jetty the answer is sent first, with its {@code Content-Length}, so that a client that looks for it can stop
 * sending. Tomcat does not read on once it has answered, so there the answer follows when the body is discarded or a
 * bound is reached, and so does the error page of a {@code sendError} on any container. A client that expects to be
 * asked ({@code 100-continue}) and was not is refused at once.
 *
 * <p>Measured on one machine, 20 uploads of 20 MiB each, on Jetty 12.1.12 (EE11, EE10), Tomcat 11.0.27 and 10.1.52,
 * which did not differ. Without the filter none of 20 clients could send its request without an error, so none that
 * gives up then ({@link java.net.HttpURLConnection}, for one) had its answer; of those that read all the same 20 of 20
 * had a short one, but of those with a receive buffer of 4 KiB none had one of 50 kB. With the filter 20 of 20 had
 * theirs, in each of these cases: {@code UnreadBodyMeasurement} among the tests.
 *
 * <p>Not protected: a request that ends with an exception, as the filter must pass it on; an answer of more than 64
 * KiB, or one below 300 that is flushed, if it has no {@code Content-Length} (on Tomcat also if it has one); an
 * application that completes asynchronously without coming back through the filter by a dispatch.
 *
 * <p>Map it for {@code REQUEST} and {@code ASYNC}, as one of the first. Thread-safe, and async-capable: it must be
 * declared with {@code <async-supported>true</async-supported>}, as must the filters before it, or it has no effect;
 * the servlet need not be.
 */
public final class UnreadBodyFilter extends Http1Filter {
    private static final long DEFAULT_MAX_BYTES = 64L * 1024 * 1024;
    private static final long DEFAULT_MAX_TIME = 30_000;

    private BodyDiscard.Limits limits = new BodyDiscard.Limits(DEFAULT_MAX_BYTES, DEFAULT_MAX_TIME);

    /** For the container; the init-params come with {@code init}. */
    public UnreadBodyFilter() {}

    @Override
    void configure(InitParams params) throws ServletException {
        limits = new BodyDiscard.Limits(
                params.number("maxBytes", DEFAULT_MAX_BYTES, 0), params.number("maxTime", DEFAULT_MAX_TIME, 1));
    }

    @Override
    void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!isEndangered(request, response)) {
            chain.doFilter(request, response);
            return;
        }
        var tracked = new TrackedRequest(request);
        var measurement = Measurement.of(tracked, response, new Policy(tracked, response));
        var held =
                new HeldErrorResponse(measurement.response(), () -> isWorthDiscarding(tracked) && !tracked.isUnasked());
        if (measurement.pass(chain, held)) {
            protect(request, tracked, EarlyAnswer.of(request, measurement, held));
        } else {
            held.sendHeldError();
        }
    }

    private void protect(HttpServletRequest request, TrackedRequest tracked, EarlyAnswer answer) throws IOException {
        if (isWorthDiscarding(tracked) && answer.sendFirst() && answer.mayAskForBody(tracked)) {
            Tomcat.restoreAsyncSupport(request);
            BodyDiscard.start(request, tracked.input(), answer, limits, System::nanoTime);
        } else {
            answer.sendRest();
        }
    }

    private boolean isWorthDiscarding(TrackedRequest request) {
        return request.unread() != 0 && limits.allow(request.unread());
    }

    private boolean isEndangered(HttpServletRequest request, HttpServletResponse response) {
        DispatcherType type = request.getDispatcherType();
        return (type == DispatcherType.REQUEST || type == DispatcherType.ASYNC)
                && TrackedRequest.hasBody(request)
                && request.isAsyncSupported()
                && !KeepAliveAttributes.connectorServes(request)
                && Measurement.isPossible(response);
    }

    /** Holds what may be the answer to an upload that nobody wants to read. */
    private final class Policy implements HoldingPolicy {
        private final TrackedRequest request;
        private final HttpServletResponse response;

        Policy(TrackedRequest request, HttpServletResponse response) {
            this.request = request;
            this.response = response;
        }

        /** A refusal is short; a larger answer is streamed, and takes its chance. */
        @Override
        public int maxBytes() {
            return 64 * 1024;
        }

        @Override
        public boolean isWanted() {
            return isWorthDiscarding(request);
        }

        /** Who flushes a success may be talking with the client while it sends; who flushes a refusal is done. */
        @Override
        public boolean ignoresFlush() {
            return response.getStatus() >= HttpServletResponse.SC_MULTIPLE_CHOICES;
        }

        @Override
        public boolean ignoresClose() {
            return Tomcat.serves(request) && isWorthDiscarding(request);
        }
    }
}
