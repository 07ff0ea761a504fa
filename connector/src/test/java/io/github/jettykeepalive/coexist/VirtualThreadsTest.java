package io.github.jettykeepalive.coexist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.TestServer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests on virtual threads, where the JDK has them. */
class VirtualThreadsTest {
    @ParameterizedTest
    @EnumSource
    void handlersRunOnVirtualThreads(Http http) throws Exception {
        assumeTrue(VirtualThreads.areSupported(), "this JDK has no virtual threads");
        try (TestServer server = http.server()
                        .configure(VirtualThreadsTest::virtualThreads)
                        .start(VirtualThreadsTest::readAndAnswer);
                RawClient client = RawClient.connect(server.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(Ask.answer(client).body()).isEqualTo("virtual: true, 0 bytes");
            }
            // Content that comes late is waited for on a virtual thread, too.
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello");
            client.awaitRead();
            client.send("world");
            assertThat(client.readResponse().body()).isEqualTo("virtual: true, 10 bytes");
            Ask.answer(client, "Connection: close");
            client.expectFin();
        }
    }

    private static void virtualThreads(Server server) {
        ((QueuedThreadPool) server.getThreadPool())
                .setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
    }

    private static boolean readAndAnswer(Request request, Response response, Callback callback) throws Exception {
        int length = Content.Source.asString(request).length();
        String text = "virtual: " + VirtualThreads.isVirtualThread() + ", " + length + " bytes";
        Content.Sink.write(response, true, text, callback);
        return true;
    }
}
