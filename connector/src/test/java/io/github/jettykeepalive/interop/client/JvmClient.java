package io.github.jettykeepalive.interop.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The script for libraries of the JVM: {@code JvmClient ASKER STEPS}, in a process of its own. */
final class JvmClient {
    private static final Object PRINTING = new Object();

    private final Asker asker;
    private final Map<String, Integer> outcomes = new TreeMap<>();

    private JvmClient(Asker asker) {
        this.asker = asker;
    }

    public static void main(String[] arguments) throws Exception {
        var workers = new LinkedHashMap<String, List<String[]>>();
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
            String[] step = line.split(" ");
            workers.computeIfAbsent(step[0], key -> new ArrayList<>()).add(step);
        }
        var asker = (Asker) Class.forName(arguments[0]).getDeclaredConstructor().newInstance();
        var client = new JvmClient(asker);
        client.work(workers.values());
        asker.close();
        // Some libraries leave threads behind.
        System.exit(0);
    }

    private void work(Iterable<List<String[]>> workers) throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (List<String[]> steps : workers) {
            var thread = new Thread(() -> steps.forEach(this::take));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        int sent = outcomes.values().stream().mapToInt(Integer::intValue).sum();
        var summary = new StringBuilder("summary sent=" + sent);
        outcomes.forEach((outcome, count) ->
                summary.append(' ').append(outcome).append('=').append(count));
        System.out.println(summary);
    }

    private void take(String[] step) {
        // The pause is the workload.
        LockSupport.parkNanos((long) (Double.parseDouble(step[1]) * 1e6));
        String outcome = outcome(step[3], step[2].equals("POST") ? step[4] : null);
        synchronized (PRINTING) {
            outcomes.merge(outcome, 1, Integer::sum);
            System.out.println("asked " + step[3] + " " + outcome);
        }
    }

    private String outcome(String url, @Nullable String content) {
        try {
            var reply = asker.ask(URI.create(url), content);
            String id = url.substring(url.lastIndexOf('/') + 1);
            boolean right = reply.body().equals(content == null ? id : id + " " + content);
            return reply.status() != 200 ? Integer.toString(reply.status()) : right ? "200" : "wrong";
        } catch (Exception x) {
            return failure(x);
        }
    }

    private static String failure(Throwable failure) {
        for (Throwable x = failure; x != null; x = x.getCause()) {
            String message = String.valueOf(x.getMessage());
            if (message.contains("onnection reset")) {
                return "reset";
            }
            if (message.contains("roken pipe")) {
                return "pipe";
            }
            if (isEnd(x, message)) {
                return "closed";
            }
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return (root.getClass().getSimpleName() + ":" + root.getMessage()).replaceAll("[^\\w:]+", "-");
    }

    /** Each library says in its own way that the connection ended where a response was due. */
    private static boolean isEnd(Throwable x, String message) {
        return x instanceof EOFException
                || x.getClass().getSimpleName().matches("EofException|NoHttpResponseException|PrematureCloseException")
                || (x instanceof IOException && message.contains("unexpected end of stream"))
                || message.contains("Unexpected end of file from server")
                || message.contains("received no bytes")
                || message.contains("closed");
    }
}
