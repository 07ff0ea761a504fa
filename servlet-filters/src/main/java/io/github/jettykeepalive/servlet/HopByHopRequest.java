package io.github.jettykeepalive.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request in which some fields do not exist, whichever way one asks; of an upgrade only what is on offer. */
final class HopByHopRequest extends HttpServletRequestWrapper {
    private final Filter maker;
    private final Set<String> hidden;
    private final UpgradeOffer offer;

    /** @param hidden names, in any case */
    HopByHopRequest(HttpServletRequest request, Filter maker, Set<String> hidden, UpgradeOffer offer) {
        super(request);
        this.maker = maker;
        this.hidden = hidden;
        this.offer = offer;
    }

    /** Whether the filter has wrapped this request already, in an earlier dispatch of it. */
    static boolean isMadeBy(Filter maker, ServletRequest request) {
        for (ServletRequest here = request; here instanceof ServletRequestWrapper wrapper; ) {
            if (wrapper instanceof HopByHopRequest ours && ours.maker.equals(maker)) {
                return true;
            }
            here = wrapper.getRequest();
        }
        return false;
    }

    private boolean hides(@Nullable String name) {
        return name != null && hidden.contains(name);
    }

    /** What is left of a field that is hidden otherwise. */
    private List<String> offered(String name) {
        if (offer.isNone()) {
            return List.of();
        }
        if (name.equalsIgnoreCase("Connection")) {
            return List.of(UpgradeOffer.CONNECTION);
        }
        return name.equalsIgnoreCase("Upgrade") ? List.of(String.join(", ", offer.protocols())) : List.of();
    }

    @Override
    public @Nullable String getHeader(String name) {
        if (!hides(name)) {
            return super.getHeader(name);
        }
        List<String> values = offered(name);
        return values.isEmpty() ? null : values.get(0);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return hides(name) ? Collections.enumeration(offered(name)) : super.getHeaders(name);
    }

    @Override
    public long getDateHeader(String name) {
        return hides(name) ? -1 : super.getDateHeader(name);
    }

    @Override
    public int getIntHeader(String name) {
        return hides(name) ? -1 : super.getIntHeader(name);
    }

    /** {@code null}, as the specification allows, only where the container itself refuses to tell. */
    @Override
    public @Nullable Enumeration<String> getHeaderNames() {
        Enumeration<String> names = super.getHeaderNames();
        if (names == null) {
            return null;
        }
        List<String> visible = new ArrayList<>(Collections.list(names));
        visible.removeIf(name -> hides(name) && offered(name).isEmpty());
        return Collections.enumeration(visible);
    }
}
