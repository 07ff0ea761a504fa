package io.github.jettykeepalive.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jettykeepalive.demo.experiment.Experiments;
import io.github.jettykeepalive.demo.lab.Experiment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each verdict, through the JSON that scripts get. What is asserted of ours is the promise; what is asserted of stock Jetty is
 * what the figure is there to show, where it does not depend on the kernel's buffers.
 */
class ExperimentsTest extends RunningLab {
    static List<String> names() {
        return Experiments.all().stream().map(Experiment::name).toList();
    }

    @Test
    void thereAreFourteen() {
        assertThat(names()).hasSize(14).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachHasAPageWithItsStoryAndAForm(String name) throws Exception {
        var page = lab.get("/lab/" + name);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("<h1>", "id=\"run\"", "data-commands=\"")
                .doesNotContain("{{");
    }

    @Test
    void handshakeCountsDownToClose() throws Exception {
        var outcome = lab.run("handshake?requests=5&max=3");

        assertThat(outcome.ours().facts()).containsEntry("countdown", "2 1 close 2 1");
        assertThat(outcome.ours().mood()).isEqualTo("good");
        assertThat(outcome.stock().facts()).containsEntry("countdown", "? ? ? ? ?");
        assertThat(outcome.verdict()).contains("2 1 close 2 1");
        assertThat(outcome.ours().lines()).isGreaterThan(9);
        assertThat(outcome.ours().spans()).isGreaterThan(5);
    }

    @Test
    void aPageIsFasterOnKeptConnections() throws Exception {
        var outcome = lab.run("page?images=4&rtt=30&parallel=2");

        for (var column : outcome.columns()) {
            assertThat(column.number("incomplete")).isZero();
            assertThat(column.number("serialMillis")).isGreaterThan(column.number("persistentMillis"));
            assertThat(column.number("persistentMillis")).isGreaterThan(column.number("pipelinedMillis"));
        }
    }

    @Test
    void tokensAreReadAsTheRfcSays() throws Exception {
        var outcome = lab.run("tokens");

        assertThat(outcome.ours().number("rightly"))
                .as(outcome.ours().toString())
                .isEqualTo(outcome.ours().number("requests"));
        assertThat(outcome.stock().number("rightly")).isLessThan(outcome.stock().number("requests"));
        assertThat(outcome.stock().mood()).isEqualTo("bad");
    }

    @Test
    void behindABlindRelayNobodyHangsForLong() throws Exception {
        var outcome = lab.run("relay?patience=2000");

        assertThat(outcome.ours().mood()).as(outcome.ours().toString()).isEqualTo("good");
        assertThat(outcome.ours().number("longestMillis")).isLessThan(2000);
        assertThat(outcome.stock().number("hung")).isGreaterThan(outcome.ours().number("hung"));
        assertThat(outcome.stock().mood()).isEqualTo("bad");
    }

    @ParameterizedTest
    @MethodSource("uploads")
    void theEarly413Arrives(String query) throws Exception {
        var outcome = lab.run("413?tries=4&" + query);

        assertThat(outcome.ours().number("delivered"))
                .as(outcome.ours().toString())
                .isEqualTo(4);
        assertThat(outcome.ours().mood()).isEqualTo("good");
        assertThat(outcome.stock().number("delivered")).isLessThan(4);
        assertThat(outcome.stock().mood()).isEqualTo("bad");
    }

    static List<String> uploads() {
        return List.of("size=20", "size=20&framing=chunked", "size=20&tls=on");
    }

    @Test
    void lateBytesCostNoAnswer() throws Exception {
        var outcome = lab.run("half-close");

        assertThat(outcome.ours().mood()).as(outcome.ours().toString()).isEqualTo("good");
        assertThat(outcome.ours().facts()).containsEntry("received", "100 %");
        assertThat(outcome.stock().facts()).containsKey("received");
    }

    @Test
    void truncationIsNoticed() throws Exception {
        var outcome = lab.run("truncation");

        assertThat(outcome.ours().number("takenForWhole"))
                .as(outcome.ours().toString())
                .isZero();
        assertThat(outcome.stock().number("takenForWhole")).isPositive();
    }

    @Test
    void pipeliningPastTheLimitLosesNoAnswerAndExecutesNothing() throws Exception {
        var outcome = lab.run("pipeline");

        assertThat(outcome.ours().number("answers"))
                .as(outcome.ours().toString())
                .isEqualTo(5);
        assertThat(outcome.ours().number("postExecuted")).isZero();
        assertThat(outcome.ours().facts()).containsEntry("end", "FIN");
        assertThat(outcome.stock().number("postExecuted")).isZero();
    }

    @Test
    void pipeliningWithinTheLimitExecutesThePostOnce() throws Exception {
        var outcome = lab.run("pipeline?requests=2&limit=3&post=10");

        assertThat(outcome.ours().number("postExecuted"))
                .as(outcome.ours().toString())
                .isEqualTo(1);
    }

    @Test
    void theMarginWinsTheIdleRace() throws Exception {
        var outcome = lab.run("idle-race?clients=10&late=300");

        assertThat(outcome.columns()).hasSize(3);
        assertThat(outcome.ours().number("lost")).as(outcome.ours().toString()).isZero();
        assertThat(outcome.columns().get(1).number("lost")).isPositive();
        assertThat(outcome.stock().number("lost")).isPositive();
    }

    @Test
    void aSlowHeaderIsEnded() throws Exception {
        var outcome = lab.run("slow-header?timeout=500&interval=50");

        assertThat(outcome.ours().number("status"))
                .as(outcome.ours().toString())
                .isEqualTo(408);
        assertThat(outcome.ours().number("heldMillis")).isBetween(450L, 1400L);
        assertThat(outcome.stock().facts()).containsEntry("stillOpen", true);
    }

    @Test
    void smallWritesAreMeasured() throws Exception {
        var outcome = lab.run("nagle?requests=12");

        for (var column : outcome.columns()) {
            assertThat(column.mood()).isEqualTo("neutral");
            assertThat((Double) column.facts().get("nagleMillis")).isPositive();
            assertThat((Double) column.facts().get("noDelayMillis")).isPositive();
        }
    }

    @Test
    void timeWaitIsLeftWithTheClient() throws Exception {
        var outcome = lab.run("time-wait?connections=10&wait=1500");

        assertThat(outcome.ours().number("server"))
                .as(outcome.ours().toString())
                .isZero();
        assertThat(outcome.ours().number("client")).isEqualTo(10);
        assertThat(outcome.stock().number("server")).isPositive();
    }

    @Test
    void aGreedyClientDoesNotKeepAnotherOut() throws Exception {
        var outcome = lab.run("clients?connections=6&limit=3");

        assertThat(outcome.ours().mood()).as(outcome.ours().toString()).isEqualTo("good");
        assertThat(outcome.ours().number("greedyHolds")).isEqualTo(3);
        assertThat(outcome.stock().mood()).isEqualTo("bad");
    }

    @Test
    void aDrainLosesNothing() throws Exception {
        var outcome = lab.run("drain?idle=10&busy=4&spread=2000");

        assertThat(outcome.ours().number("lost")).as(outcome.ours().toString()).isZero();
        assertThat(outcome.ours().number("toldToClose")).isEqualTo(4);
        assertThat(servers.watch().census(10).controls().draining())
                .as("the demo itself goes on")
                .isFalse();
    }
}
