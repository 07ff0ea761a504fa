package io.github.jettykeepalive.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers that say what nobody should, to servers set up in all manner of ways: see {@link Messages} for what is said, {@link
 * Conversation} for how, and {@link Verdicts} for what must be true of it.
 */
class HostileInputTest {
    private static final int CONVERSATIONS = 60;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(3600)
    void isRefusedOrServedButNeverMistaken(boolean tls) throws Exception {
        Effort.Seeds seeds = Effort.seeds(Duration.ofSeconds(tls ? 5 : 8), Duration.ofMinutes(tls ? 10 : 15));
        while (seeds.goOn()) {
            long seed = seeds.next();
            try (var episode = new Episode(seed, tls)) {
                episode.play(CONVERSATIONS);
                episode.assertRecovers();
            } catch (Throwable failure) {
                throw Effort.replayable(seed, failure);
            }
        }
        assertThat(seeds.taken()).isPositive();
        if (Effort.isSoak()) {
            System.out.println(
                    "tls %s: %d seeds, %d conversations".formatted(tls, seeds.taken(), seeds.taken() * CONVERSATIONS));
        }
    }
}
