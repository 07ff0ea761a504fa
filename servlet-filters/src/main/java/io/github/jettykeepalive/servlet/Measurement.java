package io.github.jettykeepalive.servlet;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * One passage through the filter chain in which the body of the response may be held back, to learn its length.
 *
 * @param request for the application
 * @param response for the application
 */
record Measurement(MeasuredRequest request, MeasuredResponse response) {

    static Measurement of(HttpServletRequest request, HttpServletResponse response, HoldingPolicy policy) {
        var measuredRequest = new MeasuredRequest(request, response, policy);
        return new Measurement(measuredRequest, new MeasuredResponse(response, measuredRequest.body()));
    }

    /**
     * Whether no byte of a body was written yet, by an outer filter or before this dispatch: we could not count it.
     * There is no question for that, but the buffer must not be resized from then on.
     */
    static boolean isPossible(HttpServletResponse response) {
        try {
            response.setBufferSize(response.getBufferSize());
            return true;
        } catch (IllegalStateException begun) {
            return false;
        }
    }

    MeasuredBody body() {
        return response.body();
    }

    /**
     * Calls the application, with this response or one that wraps it.
     *
     * @return whether the response is complete, but for {@link MeasuredResponse#finish()}; if not, somebody else will
     *     complete it, and nothing is held any more
     */
    boolean pass(FilterChain chain, HttpServletResponse outermost) throws IOException, ServletException {
        boolean answered = false;
        try {
            chain.doFilter(request, outermost);
            answered = true;
        } finally {
            if (!answered) {
                // The container answers with an error, on an empty page.
                body().discard();
            }
        }
        if (request.isAsyncStarted()) {
            body().release();
            return false;
        }
        return true;
    }
}
