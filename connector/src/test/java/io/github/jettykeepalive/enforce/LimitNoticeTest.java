package io.github.jettykeepalive.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.testing.LogCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** One line when a limit is reached, one when it is no longer, however often it is looked at. */
class LimitNoticeTest {
    private final LogCapture log = LogCapture.of(LimitNotice.class.getName(), Level.INFO);
    private long now;
    private final LimitNotice notice = new LimitNotice("maxConnections", () -> now);

    @AfterEach
    void endCapture() {
        log.close();
    }

    private void update(long limit, long... counts) {
        for (long count : counts) {
            notice.update(count, limit);
        }
    }

    private void assertLogged(String... lines) {
        assertThat(log.events())
                .extracting(event -> event.level() + " " + event.text())
                .containsExactly(lines);
    }

    @Test
    void limitThatIsMetIsNotExceeded() {
        update(100, 99, 100);
        assertLogged();
    }

    @Test
    void reachedAndClearedAreSaidOnceEach() {
        update(100, 101, 102, 100, 91, 101, 150);
        now = LimitNotice.REST;
        assertLogged("WARN maxConnections reached: 101 > 100");
        update(100, 90, 89, 100, 50);
        assertLogged("WARN maxConnections reached: 101 > 100", "INFO maxConnections cleared: 90 <= 100");
        update(100, 103);
        assertThat(log.events()).hasSize(3);
    }

    @Test
    void smallLimitIsClearedOneBelow() {
        update(2, 3, 2);
        now = LimitNotice.REST;
        update(2, 1);
        assertLogged("WARN maxConnections reached: 3 > 2", "INFO maxConnections cleared: 1 <= 2");
    }

    /** A limit of one is reached and left all the time. */
    @Test
    void limitThatIsMetAgainAndAgainIsSaidSeldom() {
        for (int i = 0; i < 100; i++) {
            update(1, 2, 0);
            now += LimitNotice.REST / 50;
        }
        assertThat(log.events()).hasSize(3);
    }

    @Test
    void limitThatIsLiftedIsClearedAndNoLimitIsNeverReached() {
        update(2, 3);
        now = LimitNotice.REST;
        update(0, 3, 1_000_000);
        assertLogged("WARN maxConnections reached: 3 > 2", "INFO maxConnections cleared: 3 <= 0");
    }
}
