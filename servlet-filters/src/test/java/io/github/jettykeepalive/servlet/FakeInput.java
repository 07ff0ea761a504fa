package io.github.jettykeepalive.servlet;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A body that has arrived. As Jetty's, it is finished only once the end was read. */
final class FakeInput extends ServletInputStream {
    private final InputStream bytes;
    private boolean finished;

    @Nullable
    ReadListener listener;

    FakeInput(InputStream bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
        int oneByte = bytes.read();
        finished = oneByte < 0;
        return oneByte;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = bytes.read(target, offset, length);
        finished = read < 0;
        return read;
    }

    @Override
    public boolean isFinished() {
        return finished;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setReadListener(ReadListener newListener) {
        listener = newListener;
    }
}
