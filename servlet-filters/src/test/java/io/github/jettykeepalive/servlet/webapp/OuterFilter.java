package io.github.jettykeepalive.servlet.webapp;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** What filters of other people do around ours, as {@code X-Outer} says. */
public class OuterFilter extends HttpFilter {
    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getDispatcherType() != DispatcherType.REQUEST) {
            chain.doFilter(request, response);
            return;
        }
        var returned = new CountDownLatch(1);
        Trace trace = OracleServlet.trace(request);
        trace.begin();
        request.setAttribute(OracleSteps.RETURNED, returned);
        String outer = request.getHeader("X-Outer");
        if ("big".equals(request.getHeader("X-Buffer"))) {
            response.setBufferSize(256 * 1024);
        }
        try {
            if ("copy".equals(outer)) {
                copy(request, response, chain);
            } else {
                chain.doFilter(request, response);
            }
            if (!request.isAsyncStarted()) {
                behind(String.valueOf(outer), response);
            }
        } finally {
            returned.countDown();
            trace.end();
        }
    }

    private static void behind(String outer, HttpServletResponse response) throws IOException {
        switch (outer) {
            case "header" -> {
                response.addHeader("X-Behind", "1");
                response.addCookie(new Cookie("behind", "1"));
            }
            case "footer" -> {
                try {
                    response.getWriter().print("footer");
                } catch (IllegalStateException streaming) {
                    response.getOutputStream().print("footer");
                }
            }
            default -> {}
        }
    }

    /** As filters for entity tags and logs of bodies do it. */
    private static void copy(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var copying = new Copying(response);
        chain.doFilter(request, copying);
        if (!request.isAsyncStarted()) {
            copying.copy();
        }
    }

    private static final class Copying extends HttpServletResponseWrapper {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private @Nullable ServletOutputStream stream;
        private @Nullable PrintWriter writer;

        Copying(HttpServletResponse response) {
            super(response);
        }

        void copy() throws IOException {
            if (writer != null) {
                writer.flush();
            }
            if (bytes.size() > 0 && !isCommitted()) {
                setHeader("X-Tag", Integer.toString(bytes.size()));
                super.getOutputStream().write(bytes.toByteArray());
            }
        }

        @Override
        public ServletOutputStream getOutputStream() {
            if (writer != null) {
                throw new IllegalStateException();
            }
            if (stream == null) {
                stream = new Capture(bytes);
            }
            return stream;
        }

        @Override
        public PrintWriter getWriter() throws IOException {
            if (stream != null) {
                throw new IllegalStateException();
            }
            if (writer == null) {
                writer = new PrintWriter(new OutputStreamWriter(bytes, getCharacterEncoding()));
            }
            return writer;
        }

        @Override
        public void flushBuffer() {
            // as Spring's does
        }

        @Override
        public void resetBuffer() {
            super.resetBuffer();
            bytes.reset();
        }

        @Override
        public void reset() {
            super.reset();
            bytes.reset();
            stream = null;
            writer = null;
        }
    }

    private static final class Capture extends ServletOutputStream {
        private final ByteArrayOutputStream bytes;

        Capture(ByteArrayOutputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public void write(int oneByte) {
            bytes.write(oneByte);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }
    }
}
