package io.github.jettykeepalive.demo.board;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/**
 * One page that watches. Nobody waits for it: what it cannot take now is left out.
 *
 * <p>Threads: the feed's and the container's, one at a time by the lock.
 */
public final class Viewer implements WriteListener {
    private final AsyncContext async;
    private final ServletOutputStream out;
    private boolean begun;
    private boolean stale = true;
    private boolean gone;

    private Viewer(AsyncContext async, ServletOutputStream out) {
        this.async = async;
        this.out = out;
    }

    /** Joins the feed; false if that is full. */
    public static boolean join(Feed feed, AsyncContext async) throws IOException {
        ServletOutputStream out = async.getResponse().getOutputStream();
        Viewer viewer = new Viewer(async, out);
        if (!feed.admit(viewer)) {
            return false;
        }
        out.setWriteListener(viewer);
        return true;
    }

    @Override
    public synchronized void onWritePossible() {
        begun = true;
    }

    @Override
    public synchronized void onError(Throwable failure) {
        end();
    }

    synchronized boolean isGone() {
        return gone;
    }

    synchronized void send(byte[] full, byte[] delta) {
        if (gone || !begun) {
            return;
        }
        try {
            if (!out.isReady()) {
                stale = true;
                return;
            }
            out.write(stale ? full : delta);
            stale = false;
            if (out.isReady()) {
                out.flush();
            }
        } catch (IOException | RuntimeException e) {
            end();
        }
    }

    synchronized void end() {
        if (!gone) {
            gone = true;
            try {
                async.complete();
            } catch (IllegalStateException e) {
                // The container has noticed first.
            }
        }
    }
}
