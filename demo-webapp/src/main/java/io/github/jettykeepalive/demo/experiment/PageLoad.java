package io.github.jettykeepalive.demo.experiment;

import io.github.jettykeepalive.demo.lab.Recorder;
import io.github.jettykeepalive.demo.lab.Run;
import io.github.jettykeepalive.demo.lab.Target;
import io.github.jettykeepalive.demo.wire.Requests;
import io.github.jettykeepalive.demo.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** The ways to fetch a page and its images; the page always comes first, as it names the images. */
final class PageLoad {
    private static final String CLOSE = "Connection: close";

    private final Run run;
    private final Target target;
    private final Recorder recorder;
    private final Wire.Connecting line;
    private final AtomicInteger incomplete = new AtomicInteger();

    PageLoad(Run run, Target target, Recorder recorder, Wire.Connecting line) {
        this.run = run;
        this.target = target;
        this.recorder = recorder;
        this.line = line;
    }

    /** A way to fetch it all. */
    @FunctionalInterface
    interface Way {
        void fetch() throws IOException;
    }

    long time(String name, Way way) throws IOException {
        recorder.mark(name);
        double start = recorder.now();
        way.fetch();
        return Math.round(recorder.now() - start);
    }

    /** Responses that did not arrive whole. */
    int incomplete() {
        return incomplete.get();
    }

    void serial() throws IOException {
        for (int i = 0; i <= images(); i++) {
            single(i);
        }
    }

    void parallel() throws IOException {
        single(0);
        inParallel(lane -> {
            for (int i = lane; i <= images(); i += lanes()) {
                single(i);
            }
        });
    }

    void persistent() throws IOException {
        try (Wire wire = open()) {
            for (int i = 0; i <= images(); i++) {
                fetch(wire, i);
            }
        }
    }

    void parallelPersistent() throws IOException {
        try (Wire first = open()) {
            fetch(first, 0);
            inParallel(lane -> {
                if (lane == 1) {
                    share(first, lane);
                } else {
                    try (Wire wire = open()) {
                        share(wire, lane);
                    }
                }
            });
        }
    }

    void pipelined() throws IOException {
        try (Wire wire = open()) {
            fetch(wire, 0);
            for (int i = 1; i <= images(); i++) {
                wire.send(request(i));
            }
            for (int i = 1; i <= images(); i++) {
                incomplete.addAndGet(wire.read().whole() ? 0 : 1);
            }
        }
    }

    private void single(int i) throws IOException {
        try (Wire wire = open()) {
            fetch(wire, i, CLOSE);
        }
    }

    private void share(Wire wire, int lane) {
        for (int i = lane; i <= images(); i += lanes()) {
            fetch(wire, i);
        }
    }

    private void fetch(Wire wire, int i, String... fields) {
        wire.send(request(i, fields));
        incomplete.addAndGet(wire.read().whole() ? 0 : 1);
    }

    private String request(int i, String... fields) {
        return Requests.get(target, "/target/hello?n=" + i + "&size=" + run.number("size") * 1000, fields);
    }

    private Wire open() throws IOException {
        return Wire.open(run, line, recorder);
    }

    private int images() {
        return run.number("images");
    }

    private int lanes() {
        return Math.min(run.number("parallel"), images());
    }

    /** What one of several clients does. */
    @FunctionalInterface
    private interface Lane {
        void fetch(int lane) throws IOException;
    }

    private void inParallel(Lane task) throws IOException {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 1; i <= lanes(); i++) {
            int lane = i;
            tasks.add(() -> {
                task.fetch(lane);
                return true;
            });
        }
        run.parallel(tasks);
    }
}
