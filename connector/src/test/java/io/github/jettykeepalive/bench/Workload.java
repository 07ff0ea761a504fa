package io.github.jettykeepalive.bench;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** What clients ask for, and how. Their cost is told for each request. */
enum Workload {
    KEEP_ALIVE("keep-alive", "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n", 1),
    CLOSE(
            "one connection per request",
            "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\nConnection: close\r\n\r\n",
            1),
    PIPELINED(
            "pipelined, 16 at once",
            "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n",
            16),
    TLS("TLS keep-alive", "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n", 1) {
        @Override
        Link open(ServerProcess server) throws IOException {
            return Link.openTls(server.tlsPort(), TRUSTING);
        }
    },
    MEGABYTE("1 MB responses", "GET /big HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n", 1),
    /** Word for word what {@code ab -k} sends. */
    HTTP_1_0(
            "HTTP/1.0, ab -k",
            "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\nHost: localhost\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n",
            1);

    private static final SSLSocketFactory TRUSTING = trusting();

    private final String title;
    private final byte[] requests;
    private final int pipelined;

    Workload(String title, String request, int pipelined) {
        this.title = title;
        this.requests = Link.ascii(request.repeat(pipelined));
        this.pipelined = pipelined;
    }

    /** Clients that do not look at the certificate: each server has made its own. */
    private static SSLSocketFactory trusting() {
        TrustManager anybody = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {anybody}, new SecureRandom());
            return context.getSocketFactory();
        } catch (GeneralSecurityException x) {
            throw new ExceptionInInitializerError(x);
        }
    }

    Link open(ServerProcess server) throws IOException {
        return Link.open(server.port());
    }

    /** Asks and reads all answers; true if the connection can be used again. Its last answer may come early. */
    boolean exchange(Link link) throws IOException {
        link.send(requests);
        for (int i = 0; i < pipelined; i++) {
            if (!link.receive()) {
                link.receiveEnd();
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return title;
    }
}
