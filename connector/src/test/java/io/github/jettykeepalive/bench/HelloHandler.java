package io.github.jettykeepalive.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** As little application as there can be: five bytes, or a megabyte for those who ask for {@code /big}. */
public final class HelloHandler extends Handler.Abstract.NonBlocking {
    private static final ByteBuffer BIG = ByteBuffer.allocateDirect(1024 * 1024).asReadOnlyBuffer();
    private static final ByteBuffer HELLO =
            StandardCharsets.US_ASCII.encode("hello").asReadOnlyBuffer();

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        ByteBuffer content = Request.getPathInContext(request).equals("/big") ? BIG.slice() : HELLO.slice();
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.remaining());
        response.write(true, content, callback);
        return true;
    }
}
