package io.github.jettykeepalive.interop;

import io.github.jettykeepalive.testing.RawClient;
import io.github.jettykeepalive.testing.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Plain clients that ask through a proxy, each over a connection of its own, and never ask twice: whatever the proxy or the
 * origin does wrong is seen.
 */
final class Crowd {
    private static final int WAIT_SECONDS = 60;

    private final int port;
    private final Plan plan;
    private final Tally tally = new Tally();
    private final CyclicBarrier together;

    private Crowd(int port, Plan plan) {
        this.port = port;
        this.plan = plan;
        this.together = new CyclicBarrier(plan.clients());
    }

    /** Asks all that is planned, and returns what became of it. */
    static Tally ask(int port, Plan plan) throws Exception {
        var crowd = new Crowd(port, plan);
        var threads = Executors.newFixedThreadPool(plan.clients());
        try {
            List<Future<?>> asking = new ArrayList<>();
            for (int i = 0; i < plan.clients(); i++) {
                int client = i;
                asking.add(threads.submit(() -> {
                    crowd.ask(client);
                    return null;
                }));
            }
            for (Future<?> one : asking) {
                one.get();
            }
            return crowd.tally;
        } finally {
            threads.shutdownNow();
        }
    }

    private void ask(int client) throws Exception {
        var pauses = plan.pauses();
        RawClient connection = null;
        try {
            for (int number = 0; number < plan.requestsOf(client); number++) {
                if (pauses.isAfterPause(number) && number < plan.requests() / plan.clients()) {
                    together.await(WAIT_SECONDS, TimeUnit.SECONDS);
                    LockSupport.parkNanos(pauses.before(client, number).toNanos());
                }
                connection = ask(connection, Question.of(client, number));
            }
        } finally {
            close(connection);
        }
    }

    /** Returns the connection to go on with, null if a new one is needed. */
    private @Nullable RawClient ask(@Nullable RawClient kept, Question question) throws IOException {
        RawClient connection = kept == null ? RawClient.connect(port).patience(Duration.ofSeconds(WAIT_SECONDS)) : kept;
        tally.asked(question);
        try {
            connection.send(request(question));
            if (!connection.isAnythingToCome()) {
                tally.failed(question, "closed", connection.readToEof().toString());
                return close(connection);
            }
            RawResponse response = connection.readResponse();
            if (!response.complete()) {
                tally.failed(question, "cut off", response.toString());
                return close(connection);
            }
            tally.answered(question, response.status(), response.body());
            return response.field("Connection").orElse("").equalsIgnoreCase("close") ? close(connection) : connection;
        } catch (IOException reset) {
            tally.failed(question, "reset", reset.toString());
            return close(connection);
        }
    }

    private static @Nullable RawClient close(@Nullable RawClient connection) throws IOException {
        if (connection != null) {
            connection.close();
        }
        return null;
    }

    private static String request(Question question) {
        String head = question.method() + " " + question.path() + " HTTP/1.1\r\nHost: localhost\r\n";
        String content = question.content();
        return content == null ? head + "\r\n" : head + "Content-Length: " + content.length() + "\r\n\r\n" + content;
    }
}
