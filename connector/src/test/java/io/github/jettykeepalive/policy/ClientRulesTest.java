package io.github.jettykeepalive.policy;

import static io.github.jettykeepalive.policy.ClientAction.DOWNGRADE_1_0;
import static io.github.jettykeepalive.policy.ClientAction.FORCE_RESPONSE_1_0;
import static io.github.jettykeepalive.policy.ClientAction.NO_KEEP_ALIVE;
import static io.github.jettykeepalive.policy.ClientRules.LONGEST_USER_AGENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.jettykeepalive.policy.ClientRules.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientRulesTest {
    private static final ClientRules RULES = ClientRules.NONE
            .with("MSIE [1-6]\\.", "no-keep-alive")
            .with("^RealPlayer 4", "force-response-1.0".replace('.', '_'))
            .with("(?i)java/1\\.0", "DOWNGRADE_1_0, NO_KEEP_ALIVE");

    // --- which rules match

    record Match(String userAgent, Set<ClientAction> actions) {}

    private static Stream<Match> matches() {
        return Stream.of(
                new Match("", Set.of()),
                new Match("curl/8.5.0", Set.of()),
                new Match("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", Set.of(NO_KEEP_ALIVE)),
                new Match("Mozilla/4.0 (compatible; msie 6.0)", Set.of()),
                new Match("Mozilla/4.0 (compatible; MSIE 7.0)", Set.of()),
                new Match("RealPlayer 4.0", Set.of(FORCE_RESPONSE_1_0)),
                new Match("not RealPlayer 4.0", Set.of()),
                new Match("JAVA/1.0", Set.of(DOWNGRADE_1_0, NO_KEEP_ALIVE)),
                new Match("RealPlayer 4 MSIE 3. Java/1.0", EnumSet.allOf(ClientAction.class)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("matches")
    void everyRuleThatIsFoundAddsItsActions(Match row) {
        assertThat(RULES.match(row.userAgent)).isEqualTo(row.actions);
    }

    @Test
    void withoutRulesNothingMatches() {
        assertThat(ClientRules.NONE.rules()).isEmpty();
        assertThat(ClientRules.NONE.match("anything")).isEmpty();
    }

    @Test
    void aRequestWithoutUserAgentMatchesNotEvenEverything() {
        ClientRules everything = ClientRules.NONE.with("", "NO_KEEP_ALIVE");

        assertThat(everything.match("")).isEmpty();
        assertThat(everything.match("x")).containsExactly(NO_KEEP_ALIVE);
    }

    // --- what a pattern gets to see

    @Test
    void aPatternSeesTheLongestUserAgentAndNoMore() {
        ClientRules whole = ClientRules.NONE.with("^x{" + LONGEST_USER_AGENT + "}$", "NO_KEEP_ALIVE");

        assertThat(whole.match("x".repeat(LONGEST_USER_AGENT - 1))).isEmpty();
        assertThat(whole.match("x".repeat(LONGEST_USER_AGENT))).isNotEmpty();
        assertThat(whole.match("x".repeat(LONGEST_USER_AGENT) + "y")).isNotEmpty();
        assertThat(ClientRules.NONE.with("y", "NO_KEEP_ALIVE").match("x".repeat(LONGEST_USER_AGENT) + "y"))
                .isEmpty();
    }

    /** Each would take minutes, or its stack, and longer than the universe for the first. */
    @ParameterizedTest
    @ValueSource(strings = {"(.*a){12}$", "a*a*a*a*b", "MSIE .*;.*;.*;.*;.*;.*Foo", "(a|b)*c", "(a+)+$"})
    void whatIsTooExpensiveToTellCountsAsFound(String regex) {
        ClientRules costly = ClientRules.NONE.with(regex, "NO_KEEP_ALIVE");
        String agent = "a".repeat(200) + "MSIE " + ";".repeat(1_000_000);

        Set<ClientAction> found = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            Set<ClientAction> all = Set.of();
            for (int i = 0; i < 1000; i++) {
                all = costly.match(agent);
            }
            return all;
        });

        assertThat(found).isSubsetOf(NO_KEEP_ALIVE);
    }

    @Test
    void aSearchThatEndsEarlyHasFoundSomething() {
        assertThat(ClientRules.NONE.with("(.*a){12}$", "NO_KEEP_ALIVE").match("a".repeat(255) + "b"))
                .containsExactly(NO_KEEP_ALIVE);
    }

    /** From every start to the end and back: the most that a pattern with one star does. */
    @Test
    void aQuadraticSearchIsDoneToItsEnd() {
        assertThat(ClientRules.NONE.with("x.*y", "NO_KEEP_ALIVE").match("x".repeat(1000)))
                .isEmpty();
    }

    // --- the rules of httpd

    private static Stream<Match> httpd() {
        return Stream.of(
                new Match("Mozilla/2.02 (OS/2; I)", Set.of(NO_KEEP_ALIVE)),
                new Match(
                        "Mozilla/4.0 (compatible; MSIE 4.0b2; Windows 95)", Set.of(NO_KEEP_ALIVE, FORCE_RESPONSE_1_0)),
                new Match("Mozilla/4.0 (compatible; MSIE 4.0; Windows 95)", Set.of()),
                new Match("RealPlayer 4.0", Set.of(FORCE_RESPONSE_1_0)),
                new Match("Java/1.0.2", Set.of(FORCE_RESPONSE_1_0)),
                new Match("JDK/1.0", Set.of(FORCE_RESPONSE_1_0)),
                new Match("Java/17.0.15", Set.of()),
                new Match("Mozilla/5.0 (X11; Linux x86_64)", Set.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("httpd")
    void theClientsThatHttpdKnowsAreKnown(Match row) {
        assertThat(ClientRules.HTTPD.match(row.userAgent)).isEqualTo(row.actions);
    }

    // --- a value among values

    @Test
    void listsOfRulesAddUpInOrder() {
        ClientRules one = ClientRules.NONE.with("a", "NO_KEEP_ALIVE");
        ClientRules two = ClientRules.NONE.with("b", "DOWNGRADE_1_0");

        assertThat(one.and(two)).isEqualTo(one.with("b", "DOWNGRADE_1_0"));
        assertThat(ClientRules.NONE.and(one)).isEqualTo(one);
        assertThat(one.and(ClientRules.NONE)).isEqualTo(one);
        assertThat(one.rules()).hasSize(1);
    }

    @Test
    void addingARuleLeavesTheOthersAlone() {
        ClientRules one = ClientRules.NONE.with("a", "NO_KEEP_ALIVE");
        ClientRules two = one.with("b", "DOWNGRADE_1_0");

        assertThat(ClientRules.NONE.rules()).isEmpty();
        assertThat(one.rules()).hasSize(1);
        assertThat(two.rules())
                .containsExactly(new Rule("a", Set.of(NO_KEEP_ALIVE)), new Rule("b", Set.of(DOWNGRADE_1_0)));
    }

    @Test
    void rulesAreCopiedAndCannotBeChanged() {
        Set<ClientAction> actions = EnumSet.of(NO_KEEP_ALIVE);
        Rule rule = new Rule("x", actions);
        List<Rule> list = new ArrayList<>(List.of(rule));
        ClientRules rules = new ClientRules(list);
        actions.add(DOWNGRADE_1_0);
        list.clear();

        assertThat(rules.rules()).containsExactly(rule);
        assertThat(rule.actions()).containsExactly(NO_KEEP_ALIVE);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> rules.rules().clear());
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> rule.actions().clear());
    }

    @Test
    void rulesAreEqualIfPatternFlagsAndActionsAre() {
        Rule rule = new Rule("x", Set.of(NO_KEEP_ALIVE));

        assertThat(rule)
                .isEqualTo(new Rule("x", Set.of(NO_KEEP_ALIVE)))
                .hasSameHashCodeAs(new Rule("x", Set.of(NO_KEEP_ALIVE)))
                .isNotEqualTo(new Rule("y", Set.of(NO_KEEP_ALIVE)))
                .isNotEqualTo(new Rule("(?i)x", Set.of(NO_KEEP_ALIVE)))
                .isNotEqualTo(new Rule("x", Set.of(DOWNGRADE_1_0)))
                .isNotEqualTo("x");
        assertThat(rule.hashCode())
                .isNotEqualTo(new Rule("y", Set.of(NO_KEEP_ALIVE)).hashCode())
                .isNotEqualTo(new Rule("x", Set.of(DOWNGRADE_1_0)).hashCode());
    }
}
