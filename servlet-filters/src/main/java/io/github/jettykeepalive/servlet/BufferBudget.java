package io.github.jettykeepalive.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes all responses of one filter may have buffered at the same time. Safe for any thread. */
final class BufferBudget {
    private final AtomicLong left;
    private final Set<Lease> leases = ConcurrentHashMap.newKeySet();

    /**
     * Leases whose listener the container has dropped without a call. So does Tomcat if the client resets the connection
     * while no thread of Tomcat's is in the asynchronous cycle.
     */
    private final ReferenceQueue<Release> forgotten = new ReferenceQueue<>();

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
            if (before < bytes && !reclaim()) {
                return false;
            }
            if (before >= bytes && left.compareAndSet(before, before - bytes)) {
                return true;
            }
        }
    }

    /** Gives back what was forgotten, and tells whether that was anything. */
    private boolean reclaim() {
        boolean reclaimed = false;
        Reference<? extends Release> lease = forgotten.poll();
        while (lease != null) {
            ((Lease) lease).end();
            reclaimed = true;
            lease = forgotten.poll();
        }
        return reclaimed;
    }

    /** Gives them back. */
    void release(int bytes) {
        left.addAndGet(bytes);
    }

    /** Gives them back: now, or when the asynchronous cycle that the request is in has ended, well or not. */
    void releaseAfter(HttpServletRequest request, int bytes) {
        var release = new Release(this, bytes);
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

    private static final class Release implements AsyncListener {
        private final Lease lease;

        Release(BufferBudget budget, int bytes) {
            this.lease = new Lease(this, budget, bytes);
        }

        void run() {
            lease.end();
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

    /** What is to be given back for a listener: when it is called, or when it is garbage. */
    private static final class Lease extends PhantomReference<Release> {
        private final BufferBudget budget;
        private final int bytes;

        Lease(Release release, BufferBudget budget, int bytes) {
            super(release, budget.forgotten);
            this.budget = budget;
            this.bytes = bytes;
            budget.leases.add(this);
        }

        void end() {
            if (budget.leases.remove(this)) {
                budget.release(bytes);
            }
        }
    }
}
