package io.github.jettykeepalive.demo.board;

import io.github.jettykeepalive.demo.web.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Pushes the board to its viewers: all of it to a new one, then only what changed. A thousand idle connections cost next to
 * nothing, as a page counts their seconds by itself.
 *
 * <p>One thread ticks; a viewer that cannot keep up misses ticks, and then gets all of it again.
 */
public final class Feed implements AutoCloseable {
    private static final long TICK_MILLIS = 400;

    /** More rows than a page can make sense of, and 200 kB at the most. */
    private static final int MOST_ROWS = 1500;

    private static final int MOST_VIEWERS = 24;

    private final Supplier<Watch> watch;
    private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lab-board");
        thread.setDaemon(true);
        return thread;
    });
    private Map<Long, Row.News> known = new HashMap<>();

    /** Ticks from now on; looks at nothing while nobody watches. */
    public Feed(Supplier<Watch> watch) {
        this.watch = watch;
        var unused = ticker.scheduleWithFixedDelay(this::safeTick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** False if there are too many already. */
    boolean admit(Viewer viewer) {
        return viewers.size() < MOST_VIEWERS && viewers.add(viewer);
    }

    private void safeTick() {
        try {
            tick();
        } catch (RuntimeException e) {
            // A server that is being stopped; the next tick tells, if there is one.
        }
    }

    private void tick() {
        viewers.removeIf(Viewer::isGone);
        if (viewers.isEmpty()) {
            return;
        }
        Census census = watch.get().census(MOST_ROWS);
        byte[] delta = delta(census);
        byte[] full = message("full", census, census.rows(), List.of());
        viewers.forEach(viewer -> viewer.send(full, delta));
    }

    private byte[] delta(Census census) {
        long now = System.nanoTime() / 1_000_000;
        Map<Long, Row.News> current = new HashMap<>();
        List<Row> changed = new ArrayList<>();
        for (Row row : census.rows()) {
            Row.News news = row.news(now);
            current.put(row.id(), news);
            if (!news.equals(known.get(row.id()))) {
                changed.add(row);
            }
        }
        List<Long> gone =
                known.keySet().stream().filter(id -> !current.containsKey(id)).toList();
        known = current;
        return message("delta", census, changed, gone);
    }

    private static byte[] message(String event, Census census, List<Row> rows, List<Long> gone) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("rows", rows);
        data.put("gone", gone);
        data.put("totals", census.totals());
        data.put("closes", census.closes());
        data.put("controls", census.controls());
        return ("event: " + event + "\ndata: " + Json.write(data) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        viewers.forEach(Viewer::end);
    }
}
