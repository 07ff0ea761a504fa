package io.github.jettykeepalive.servlet;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A response whose connection fields the application sets in vain, but for its wish to close and its consent to an
 * upgrade that is on offer.
 */
final class HopByHopResponse extends HttpServletResponseWrapper {
    private final Consumer<HttpServletResponse> close;
    private final UpgradeOffer offer;
    private final Inclusion inclusion;

    /**
     * Makes one.
     *
     * @param offer what the application may accept
     * @param close called for every {@code Connection: close}, with the response to close
     */
    HopByHopResponse(HttpServletResponse response, UpgradeOffer offer, Consumer<HttpServletResponse> close) {
        super(response);
        this.offer = offer;
        this.close = close;
        this.inclusion = new Inclusion(response);
    }

    private boolean drops(@Nullable String name, @Nullable String value) {
        if (name == null || !HopByHopFields.isOfResponse(name)) {
            return false;
        }
        if (name.equalsIgnoreCase("Upgrade")) {
            return !offer.allows(value);
        }
        if (name.equalsIgnoreCase("Connection")) {
            ConnectionOptions options = ConnectionOptions.of(value);
            if (options.close() && !inclusion.isOngoing(getResponse())) {
                close.accept((HttpServletResponse) getResponse());
            }
            if (options.contains("upgrade") && !offer.isNone()) {
                super.setHeader("Connection", UpgradeOffer.CONNECTION);
            }
        }
        return true;
    }

    @Override
    public void setHeader(String name, String value) {
        if (!drops(name, value)) {
            super.setHeader(name, value);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (!drops(name, value)) {
            super.addHeader(name, value);
        }
    }

    @Override
    public void setIntHeader(String name, int value) {
        if (!drops(name, null)) {
            super.setIntHeader(name, value);
        }
    }

    @Override
    public void addIntHeader(String name, int value) {
        if (!drops(name, null)) {
            super.addIntHeader(name, value);
        }
    }

    @Override
    public void setDateHeader(String name, long value) {
        if (!drops(name, null)) {
            super.setDateHeader(name, value);
        }
    }

    @Override
    public void addDateHeader(String name, long value) {
        if (!drops(name, null)) {
            super.addDateHeader(name, value);
        }
    }
}
