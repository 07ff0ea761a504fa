package io.github.jettykeepalive.demo.web;

import io.github.jettykeepalive.demo.board.Feed;
import io.github.jettykeepalive.demo.board.IdleCrowd;
import io.github.jettykeepalive.demo.board.Watch;
import io.github.jettykeepalive.demo.lab.Bench;
import io.github.jettykeepalive.demo.lab.Laboratory;
import io.github.jettykeepalive.demo.lab.Setup;
import io.github.jettykeepalive.demo.lab.Side;
import io.github.jettykeepalive.demo.lab.Target;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/** What the servlets of one web application share; lives as long as it does. */
public final class LabContext implements ServletContextListener {
    private static final String SELF = "io.github.jettykeepalive.demo.lab";

    private Surroundings surroundings;
    private Laboratory laboratory;
    private Feed feed;
    private IdleCrowd crowd;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public LabContext() {}

    static LabContext of(ServletContext context) {
        return (LabContext) Objects.requireNonNull(context.getAttribute(SELF), "the listener of web.xml did not run");
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        surroundings = context.getAttribute(Surroundings.ATTRIBUTE) instanceof Surroundings given
                ? given
                : new Deployed(context.getContextPath());
        laboratory = new Laboratory(surroundings);
        feed = new Feed(surroundings::watch);
        surroundings.beforeStop(feed::close);
        try {
            crowd = new IdleCrowd();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        context.setAttribute(SELF, this);
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        feed.close();
        laboratory.close();
        try {
            crowd.close();
        } catch (IOException e) {
            event.getServletContext().log("The idle crowd did not leave", e);
        }
    }

    void seen(HttpServletRequest request) {
        surroundings.seen(request);
    }

    boolean isOurHost(String name) {
        return surroundings.isOurHost(name);
    }

    Bench bench() {
        return surroundings;
    }

    Watch watch() {
        return surroundings.watch();
    }

    /** The port on which the board's idle clients are at home. */
    Target ownPort() throws IOException {
        return surroundings.open(Side.OURS, Setup.DEFAULT);
    }

    Laboratory laboratory() {
        return laboratory;
    }

    Feed feed() {
        return feed;
    }

    IdleCrowd crowd() {
        return crowd;
    }
}
