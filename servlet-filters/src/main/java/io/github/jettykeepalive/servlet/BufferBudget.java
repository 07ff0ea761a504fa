package io.github.jettykeepalive.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes all responses of one filter may have buffered at the same time. Safe for any thread. */
final class BufferBudget {
    private final AtomicLong left;

    BufferBudget(long total) {
        this.left = new AtomicLong(total);
    }

    long left() {
        return left.get();
    }

    /** Takes so many bytes, if there are so many left. */
    boolean reserve(int bytes) {
        while (true) {
            long before = left.get();
            if (before < bytes) {
                return false;
            }
            if (left.compareAndSet(before, before - bytes)) {
                return true;
            }
        }
    }

    /** Gives them back. */
    void release(int bytes) {
        left.addAndGet(bytes);
    }

    /** Gives them back: now, or when the asynchronous cycle that the request is in has ended, well or not. */
    void releaseAfter(HttpServletRequest request, int bytes) {
        var release = new Release(bytes);
        if (request.isAsyncStarted()) {
            try {
                AsyncContext async = request.getAsyncContext();
                async.addListener(release);
                return;
            } catch (IllegalStateException completed) {
                // By another thread, since we asked.
            }
        }
        release.run();
    }

    private final class Release implements AsyncListener, Runnable {
        private final int bytes;
        private final AtomicBoolean done = new AtomicBoolean();

        Release(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public void run() {
            if (done.compareAndSet(false, true)) {
                release(bytes);
            }
        }

        @Override
        public void onComplete(AsyncEvent event) {
            run();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // The container completes it, and then calls onComplete.
        }

        /** Tomcat 10.1 closes the connection after the error page, and then does not call onComplete. */
        @Override
        public void onError(AsyncEvent event) {
            run();
        }

        /** A listener has to be added to each cycle anew. */
        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
