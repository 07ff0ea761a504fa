package io.github.jettykeepalive.enforce;

import static io.github.jettykeepalive.enforce.DeadlineSweep.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.LogCapture;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

class DeparturesTest extends SweepTimeline {
    private static final LongSupplier CLOCK = () -> 0;

    private final Departures departures = new Departures(sweep, Departures.MOST, () -> false);
    private final ServerConnector connector = new ServerConnector(new Server()) {
        @Override
        public boolean isShutdown() {
            return false;
        }
    };

    private MemoryEndPoint closeOne() {
        var socket = new MemoryEndPoint(CLOCK, "127.0.0.1", 0);
        if (!departures.add(socket::close, connector)) {
            socket.close();
        }
        return socket;
    }

    private List<MemoryEndPoint> closeMany(int count) {
        return Stream.generate(this::closeOne).limit(count).toList();
    }

    @Test
    void oneIsClosedAtTheNextTick() {
        MemoryEndPoint socket = closeOne();

        at(TICK - 1);
        assertThat(socket.isOpen()).isTrue();
        at(TICK);
        assertThat(socket.isOpen()).isFalse();
        assertThat(sweep.size()).as("a sweep with nothing to do stops ticking").isZero();
    }

    @Test
    void manyAreClosedTogether() {
        List<MemoryEndPoint> few = closeMany(Departures.MOST - 1);
        assertThat(few).allMatch(MemoryEndPoint::isOpen);

        MemoryEndPoint last = closeOne();

        assertThat(few).noneMatch(MemoryEndPoint::isOpen);
        assertThat(last.isOpen()).isFalse();
    }

    @Test
    void theNextOnesAreClosedAtTheNextTickToo() {
        List<MemoryEndPoint> first = closeMany(Departures.MOST);
        MemoryEndPoint next = closeOne();
        assertThat(first).noneMatch(MemoryEndPoint::isOpen);

        at(TICK);
        assertThat(next.isOpen()).isFalse();
        MemoryEndPoint later = closeOne();
        at(3 * TICK);
        assertThat(later.isOpen()).isFalse();
    }

    @Test
    void nothingIsPutOffWhileTheConnectorDoesNotAccept() {
        MemoryEndPoint before = closeOne();
        connector.setAccepting(false);

        MemoryEndPoint after = closeOne();

        assertThat(before.isOpen()).isFalse();
        assertThat(after.isOpen()).isFalse();
    }

    @Test
    void aStopClosesWhatIsLeft() {
        List<MemoryEndPoint> few = closeMany(3);

        departures.lookAtAll();

        assertThat(few).noneMatch(MemoryEndPoint::isOpen);
        at(TICK);
        assertThat(sweep.size()).isZero();
    }

    /** What one of them meets is not thrown at whoever happens to look at them all: another connection's request. */
    @Test
    void aFailureOfOneIsNobodyElses() {
        List<MemoryEndPoint> before = closeMany(Departures.MOST - 2);
        assertThat(departures.add(
                        () -> {
                            throw new IllegalStateException("for the test");
                        },
                        connector))
                .isTrue();

        try (var log = LogCapture.of(Departures.class.getName())) {
            MemoryEndPoint last = closeOne();
            assertThat(last.isOpen()).isFalse();
            assertThat(log.events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.text()).contains("Could not end"));
        }
        assertThat(before).noneMatch(MemoryEndPoint::isOpen);
    }

    // --- the racing pair: one more / the sweep that closes all

    @Test
    void oneMoreWhileAllAreBeingClosedIsClosedWithThem() {
        List<MemoryEndPoint> next = new ArrayList<>();
        var first = new MemoryEndPoint(CLOCK, "127.0.0.1", 0) {
            @Override
            protected void doClose() {
                next.add(closeOne());
            }
        };
        assertThat(departures.add(first::close, connector)).isTrue();

        at(TICK);

        assertThat(next).singleElement().matches(socket -> !socket.isOpen());
    }

    @Test
    void oneMoreAfterAllWereClosedIsClosedAtTheNextTick() {
        closeOne();
        at(TICK);

        MemoryEndPoint next = closeOne();
        assertThat(next.isOpen()).isTrue();
        at(2 * TICK);

        assertThat(next.isOpen()).isFalse();
    }
}
