package io.github.jettykeepalive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.Test;

class ManualTimeTest {
    private final ManualClock clock = new ManualClock();
    private final long start = clock.getAsLong();
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final List<String> log = new ArrayList<>();

    private Scheduler.Task schedule(String name, long seconds) {
        return scheduler.schedule(() -> log.add(name + "@" + elapsed()), seconds, TimeUnit.SECONDS);
    }

    private long elapsed() {
        return TimeUnit.NANOSECONDS.toSeconds(clock.getAsLong() - start);
    }

    @Test
    void tasksRunWhenDueInOrderAtTheirTime() {
        schedule("late", 30);
        schedule("early", 10);
        schedule("early too", 10);

        clock.advance(Duration.ofSeconds(9));
        assertThat(log).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(log).containsExactly("early@10", "early too@10");
        clock.advance(Duration.ofSeconds(90));

        assertThat(log).containsExactly("early@10", "early too@10", "late@30");
        assertThat(elapsed()).isEqualTo(100);
        assertThat(scheduler.scheduled()).isEqualTo(3);
    }

    @Test
    void orderSurvivesTheWrapOfNanoTime() {
        schedule("after", 61);
        schedule("before", 59);

        clock.advance(Duration.ofMinutes(2));

        assertThat(clock.getAsLong()).isNegative();
        assertThat(log).containsExactly("before@59", "after@61");
    }

    @Test
    void taskOfATaskRunsInTheSameAdvance() {
        scheduler.schedule(() -> schedule("second", 2), 1, TimeUnit.SECONDS);

        clock.advance(Duration.ofSeconds(3));

        assertThat(log).containsExactly("second@3");
    }

    @Test
    void cancelledTaskDoesNotRun() {
        var task = schedule("never", 1);

        assertThat(scheduler.pending()).isEqualTo(1);
        assertThat(task.cancel()).isTrue();
        assertThat(task.cancel()).isFalse();
        clock.advance(Duration.ofSeconds(1));

        assertThat(log).isEmpty();
    }

    @Test
    void taskThatRanCannotBeCancelled() {
        var task = schedule("once", 1);
        clock.advance(Duration.ofSeconds(1));

        assertThat(task.cancel()).isFalse();
    }

    @Test
    void runawayIsStopped() {
        var again = new Runnable() {
            @Override
            public void run() {
                scheduler.schedule(this, 0, TimeUnit.SECONDS);
            }
        };
        again.run();

        assertThatThrownBy(() -> clock.advance(Duration.ZERO)).hasMessageStartingWith("a task schedules itself");
    }

    @Test
    void timeDoesNotGoBack() {
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1))).hasMessage("duration: PT-1S (expected: >= 0)");
    }
}
