package io.github.jettykeepalive;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;

/** A servlet context whose root servlet does as a {@link ServletReply} says. */
final class ServletReplies {
    /** A servlet to dispatch to. */
    static final String PAGE = "/page";

    /** Its error page is {@link #PAGE}. */
    static final int STATUS_WITH_PAGE = 507;

    private ServletReplies() {}

    static ServletContextHandler context(ServletReply reply) {
        var context = new ServletContextHandler();
        context.addServlet(servlet(reply::service), "/");
        context.addServlet(servlet(ServletReply::hello), PAGE);
        context.addServlet(servlet((request, response) -> response.getWriter().print("probed")), ResponseMatrix.PROBE);
        var errors = new ErrorPageErrorHandler();
        errors.addErrorPage(STATUS_WITH_PAGE, PAGE);
        context.setErrorHandler(errors);
        return context;
    }

    private static ServletHolder servlet(ServletReply.Code code) {
        var holder = new ServletHolder(new CodeServlet(code));
        holder.setAsyncSupported(true);
        return holder;
    }

    private static final class CodeServlet extends HttpServlet {
        private final transient ServletReply.Code code;

        private CodeServlet(ServletReply.Code code) {
            this.code = code;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            code.service(request, response);
        }
    }
}
