package io.github.jettykeepalive.servlet.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.servlet.container.Container;
import io.github.jettykeepalive.servlet.webapp.OracleSteps;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An application behind a filter sees and sends what it sees and sends without it, but for {@link NamedDifference}.
 *
 * <p>Every build plays each step alone and then pairs and triples from seed 1 on, for {@code oracle.seconds} in each
 * container (7). {@code -Psoak} goes on from a new seed for {@code oracle.minutes} in all (60).
 * {@code -Doracle.seed=N} plays one seed, {@code -Doracle.filters=FOLDER} tries other classes of the filters,
 * {@code -Doracle.all=true} goes on after a difference.
 */
class FilterOracleTest {
    private static final OracleServers SERVERS = new OracleServers();
    private static final List<String> STEPS = OracleSteps.names();
    private static final boolean GO_ON = Boolean.getBoolean("oracle.all");

    @AfterAll
    static void stop() throws Exception {
        SERVERS.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"JETTY_EE11", "JETTY_EE10", "TOMCAT_11", "TOMCAT_10_1"})
    void nothingDiffersButWhatHasAName(Container container) throws Exception {
        String replayed = System.getProperty("oracle.seed");
        if (replayed != null) {
            assertThat(check(container, Long.parseLong(replayed))).isTrue();
            return;
        }
        boolean soak = Boolean.getBoolean("oracle.soak");
        long seconds =
                soak ? Integer.getInteger("oracle.minutes", 60) * 60L / 4 : Integer.getInteger("oracle.seconds", 7);
        long first = soak ? System.nanoTime() & 0xFFFF_FFFFL : 1;
        SERVERS.port(container);
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        long seed = first;
        int differences = 0;
        while (System.nanoTime() < end || (!soak && seed <= STEPS.size())) {
            differences += check(container, seed++) ? 0 : 1;
        }
        System.out.println("oracle: " + container + ", seeds " + first + " to " + (seed - 1) + ", " + differences
                + " differences");
        assertThat(differences).isZero();
    }

    /** Every step is in some episode that a build plays. */
    @Test
    void theAlphabetIsPlayedOutFirst() {
        Set<String> played = new HashSet<>();
        for (long seed = 1; seed <= STEPS.size(); seed++) {
            played.addAll(episode(Container.TOMCAT_11, seed).steps());
        }
        assertThat(played).containsAll(STEPS);
        assertThat(STEPS.size()).isGreaterThan(100);
    }

    private static Episode episode(Container container, long seed) {
        var random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        Subject subject = Subject.values()[random.nextInt(Subject.values().length)];
        Shape shape = Shape.random(random);
        List<String> steps = new ArrayList<>();
        if (seed <= STEPS.size()) {
            steps.add(STEPS.get((int) seed - 1));
        } else {
            int count = 2 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                steps.add(STEPS.get(random.nextInt(STEPS.size())));
            }
        }
        return new Episode(container, subject, shape, steps);
    }

    /** Plays the episode of a seed, and tells whether nothing differs. */
    private static boolean check(Container container, long seed) throws Exception {
        Episode episode = episode(container, seed);
        if (!episode.isMeaningful() || !NamedDifference.leavesSomething(episode) || !SERVERS.differ(episode)) {
            return true;
        }
        Episode smallest = shrink(episode);
        String report = "seed " + seed + ", replay with -Doracle.seed=" + seed + ": " + container + " "
                + smallest.subject() + " " + smallest.shape() + " " + smallest.steps() + "\n without: "
                + SERVERS.without(smallest) + "\n    with: " + SERVERS.with(smallest);
        if (!GO_ON) {
            throw new AssertionError(report);
        }
        System.out.println(report);
        return false;
    }

    private static Episode shrink(Episode episode) throws Exception {
        for (int i = episode.steps().size() - 1; i >= 0; i--) {
            Episode smaller = episode.without(i);
            if (SERVERS.differ(smaller)) {
                return shrink(smaller);
            }
        }
        return episode;
    }
}
