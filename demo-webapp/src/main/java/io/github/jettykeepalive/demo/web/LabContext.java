package io.github.jettykeepalive.demo.web;

import io.github.jettykeepalive.demo.lab.Bench;
import io.github.jettykeepalive.demo.lab.Laboratory;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.Objects;

/** What the servlets of one web application share; lives as long as it does. */
public final class LabContext implements ServletContextListener {
    /** The attribute in which an embedding server leaves its {@link Bench}; absent where the WAR is deployed. */
    public static final String BENCH = "io.github.jettykeepalive.demo.bench";

    private static final String SELF = "io.github.jettykeepalive.demo.lab";

    private Laboratory laboratory;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public LabContext() {}

    static LabContext of(ServletContext context) {
        return (LabContext) Objects.requireNonNull(context.getAttribute(SELF), "the listener of web.xml did not run");
    }

    Laboratory laboratory() {
        return laboratory;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        Bench bench = context.getAttribute(BENCH) instanceof Bench given ? given : new DeployedBench();
        laboratory = new Laboratory(bench);
        context.setAttribute(SELF, this);
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        laboratory.close();
    }
}
