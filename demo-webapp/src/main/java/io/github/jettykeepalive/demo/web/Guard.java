package io.github.jettykeepalive.demo.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of everything: tells browsers what the pages may do, and refuses what another site asks a visitor's browser
 * to do here. Programs that are no browsers send neither {@code Origin} nor {@code Sec-Fetch-Site}, and are trusted: they
 * cannot be talked into anything by a web page.
 */
public final class Guard extends HttpFilter {
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    private static final Set<String> OURSELVES = Set.of("same-origin", "none");
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getServletPath().equals("/target")) {
            // Programs talk to it, and the transcripts should show their talk and not ours.
            chain.doFilter(request, response);
            return;
        }
        LabContext lab = LabContext.of(getServletContext());
        lab.seen(request);
        harden(response);
        boolean acts =
                !SAFE.contains(request.getMethod()) || request.getRequestURI().endsWith(".json");
        if (!lab.isOurHost(request.getServerName())) {
            Replies.error(response, 421, "this lab is not at that address");
        } else if (acts && !isOwnPage(request)) {
            Replies.error(response, HttpServletResponse.SC_FORBIDDEN, "only from the lab's own pages");
        } else {
            chain.doFilter(request, response);
        }
    }

    private static void harden(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
    }

    private static boolean isOwnPage(HttpServletRequest request) {
        @Nullable String site = request.getHeader("Sec-Fetch-Site");
        @Nullable String origin = request.getHeader("Origin");
        boolean sameSite = site == null || OURSELVES.contains(site);
        return sameSite && (origin == null || origin.equals(ownOrigin(request)));
    }

    private static String ownOrigin(HttpServletRequest request) {
        return request.getScheme() + "://" + request.getHeader("Host");
    }
}
