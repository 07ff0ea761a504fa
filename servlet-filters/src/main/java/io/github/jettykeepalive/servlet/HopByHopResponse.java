package io.github.jettykeepalive.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A response whose connection fields the application sets in vain, but for its wish to close and its consent to an
 * upgrade that is on offer.
 */
final class HopByHopResponse extends HttpServletResponseWrapper {
    private final Filter maker;
    private final CloseWish close;
    private final UpgradeOffer offer;
    private final Inclusion inclusion;

    /**
     * Makes one.
     *
     * @param offer what the application may accept
     * @param close made with every {@code Connection: close}
     */
    HopByHopResponse(HttpServletResponse response, Filter maker, UpgradeOffer offer, CloseWish close) {
        super(response);
        this.maker = maker;
        this.offer = offer;
        this.close = close;
        this.inclusion = new Inclusion(response);
    }

    /** Whether the filter has wrapped this response already, in an earlier dispatch of the request. */
    static boolean isMadeBy(Filter maker, ServletResponse response) {
        for (ServletResponse here = response; here instanceof ServletResponseWrapper wrapper; ) {
            if (wrapper instanceof HopByHopResponse ours && ours.maker.equals(maker)) {
                return true;
            }
            here = wrapper.getResponse();
        }
        return false;
    }

    private boolean drops(@Nullable String name, @Nullable String value, boolean replaces) {
        if (name == null || !HopByHopFields.isOfResponse(name)) {
            return false;
        }
        if (name.equalsIgnoreCase("Upgrade")) {
            return !offer.allows(value);
        }
        if (name.equalsIgnoreCase("Connection") && !inclusion.isOngoing(getResponse())) {
            setConnection(value, replaces);
        }
        return true;
    }

    private void setConnection(@Nullable String value, boolean replaces) {
        var below = (HttpServletResponse) getResponse();
        ConnectionOptions options = ConnectionOptions.of(value);
        if (options.close()) {
            close.make(below);
        } else if (replaces) {
            close.takeBack(below, value == null);
        }
        if (options.contains("upgrade") && !offer.isNone()) {
            super.setHeader("Connection", UpgradeOffer.CONNECTION);
        }
    }

    @Override
    public void setHeader(String name, String value) {
        if (!drops(name, value, true)) {
            super.setHeader(name, value);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (!drops(name, value, false)) {
            super.addHeader(name, value);
        }
    }

    @Override
    public void setIntHeader(String name, int value) {
        if (!drops(name, "", true)) {
            super.setIntHeader(name, value);
        }
    }

    @Override
    public void addIntHeader(String name, int value) {
        if (!drops(name, null, false)) {
            super.addIntHeader(name, value);
        }
    }

    @Override
    public void setDateHeader(String name, long value) {
        if (!drops(name, "", true)) {
            super.setDateHeader(name, value);
        }
    }

    @Override
    public void addDateHeader(String name, long value) {
        if (!drops(name, null, false)) {
            super.addDateHeader(name, value);
        }
    }
}
