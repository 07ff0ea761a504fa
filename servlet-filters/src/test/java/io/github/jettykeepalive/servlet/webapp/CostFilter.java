package io.github.jettykeepalive.servlet.webapp;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says what requests cost the thread that runs them: {@code /cpu} is that of the request before, and {@code /passes} is
 * what each filter costs a plain GET that it lets pass, in nanoseconds and bytes.
 */
public class CostFilter extends HttpFilter {
    private static final int PASSES = 500_000;
    private static final int ROUNDS = 11;

    /** One that is not for a GET. */
    private static final Map<String, String> RULE = Map.of("methods", "PUT", "close", "true");

    private static volatile long cpu;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getServletPath().equals("/cpu")) {
            response.getWriter().print(cpu);
        } else if (request.getServletPath().equals("/passes")) {
            response.getWriter().print(passes(request, response));
        } else {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            chain.doFilter(request, response);
            cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        }
    }

    private String passes(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Map<String, Filter> filters = new LinkedHashMap<>();
        filters.put("none", (ServletRequest a, ServletResponse b, FilterChain chain) -> chain.doFilter(a, b));
        for (String name : List.of("UnreadBodyFilter", "KeepAliveFilter", "ContentLengthFilter", "HopByHopFilter")) {
            filters.put(name, filter("io.github.jettykeepalive.servlet." + name));
        }
        Map<String, double[]> best = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, Filter> entry : filters.entrySet()) {
                double[] cost = pass(entry.getValue(), request, response);
                double[] before = best.putIfAbsent(entry.getKey(), cost);
                if (before != null) {
                    before[0] = Math.min(before[0], cost[0]);
                    before[1] = Math.min(before[1], cost[1]);
                }
            }
        }
        var text = new StringBuilder();
        best.forEach((name, cost) -> text.append(name)
                .append(' ')
                .append(cost[0])
                .append(' ')
                .append(cost[1])
                .append('\n'));
        return text.toString();
    }

    private Filter filter(String type) throws ServletException {
        try {
            Filter filter = (Filter) Class.forName(type).getConstructor().newInstance();
            filter.init(new Params(type, getServletContext(), type.endsWith("KeepAliveFilter") ? RULE : Map.of()));
            return filter;
        } catch (ReflectiveOperationException e) {
            throw new ServletException(e);
        }
    }

    private record Params(String name, ServletContext context, Map<String, String> params) implements FilterConfig {
        @Override
        public String getFilterName() {
            return name;
        }

        @Override
        public ServletContext getServletContext() {
            return context;
        }

        @Override
        public @Nullable String getInitParameter(String param) {
            return params.get(param);
        }

        @Override
        public Enumeration<String> getInitParameterNames() {
            return Collections.enumeration(params.keySet());
        }
    }

    private static double[] pass(Filter filter, ServletRequest request, ServletResponse response)
            throws IOException, ServletException {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var end = new End();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long start = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < PASSES; i++) {
            filter.doFilter(request, response, end);
        }
        double nanos = threads.getCurrentThreadCpuTime() - start;
        double allocated = threads.getCurrentThreadAllocatedBytes() - bytes;
        if (end.passed != PASSES) {
            throw new ServletException("passed " + end.passed);
        }
        return new double[] {nanos / PASSES, allocated / PASSES};
    }

    private static final class End implements FilterChain {
        private int passed;

        @Override
        public void doFilter(ServletRequest request, ServletResponse response) {
            passed++;
        }
    }
}
