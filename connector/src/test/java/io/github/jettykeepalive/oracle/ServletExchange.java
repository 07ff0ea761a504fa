package io.github.jettykeepalive.oracle;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;

/** A request, as a servlet's program has it; each dispatch goes on with the program where the one before stopped. */
final class ServletExchange {
    static final String RUN = Run.class.getName();
    private static final String EXCHANGE = ServletExchange.class.getName();

    /** Shorter than the idle timeout of the connectors. */
    private static final long TIMEOUT = 900;

    final int number;
    final Run run;
    final Actor<ServletExchange> actor;
    HttpServletRequest request;
    HttpServletResponse response;
    AsyncContext async;
    ServletException thrown;
    int written;

    private ServletExchange(Run run, int number) {
        this.run = run;
        this.number = number;
        actor = new Actor<>(this, run, Turn.OfHandler.actor(number, false));
    }

    /** A context whose servlet plays the programs. */
    static Handler servlets() {
        var context = new ServletContextHandler();
        context.setContextPath("/");
        var holder = new ServletHolder(new Program());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        return context;
    }

    void note(String lane, String event) {
        run.witness.add("x" + number + "." + lane, event);
    }

    void startAsync() {
        async = request.startAsync();
        async.setTimeout(TIMEOUT);
        async.addListener(new Listener());
    }

    private void serve(HttpServletRequest dispatched, HttpServletResponse answer) throws ServletException {
        request = dispatched;
        response = answer;
        note("dispatches", dispatched.getDispatcherType().toString());
        actor.resume();
        ServletException failure = thrown;
        thrown = null;
        if (failure != null) {
            throw failure;
        }
    }

    private static final class Program extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws ServletException {
            var exchange = (ServletExchange) request.getAttribute(EXCHANGE);
            if (exchange == null) {
                Request core = ServletContextRequest.getServletContextRequest(request);
                exchange = new ServletExchange((Run) request.getAttribute(RUN), Run.number(core));
                request.setAttribute(EXCHANGE, exchange);
            }
            exchange.serve(request, response);
        }
    }

    private final class Listener implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            note("async", "complete");
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            note("async", "timeout");
        }

        @Override
        public void onError(AsyncEvent event) {
            note("async", "error " + Text.failure(event.getThrowable()));
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            note("async", "start");
        }
    }
}
