package io.github.jettykeepalive.policy;

import static io.github.jettykeepalive.policy.ClientAction.DOWNGRADE_1_0;
import static io.github.jettykeepalive.policy.ClientAction.FORCE_RESPONSE_1_0;
import static io.github.jettykeepalive.policy.ClientAction.NO_KEEP_ALIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.jettykeepalive.policy.ClientRules.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientRulesSettingTest {
    // --- how actions are written

    record Actions(String text, Set<ClientAction> actions) {}

    private static Stream<Actions> actions() {
        return Stream.of(
                new Actions("NO_KEEP_ALIVE", Set.of(NO_KEEP_ALIVE)),
                new Actions("no_keep_alive", Set.of(NO_KEEP_ALIVE)),
                new Actions("No-Keep-Alive", Set.of(NO_KEEP_ALIVE)),
                new Actions("NO_KEEP_ALIVE,DOWNGRADE_1_0", Set.of(NO_KEEP_ALIVE, DOWNGRADE_1_0)),
                new Actions(" no-keep-alive \t downgrade-1-0 ", Set.of(NO_KEEP_ALIVE, DOWNGRADE_1_0)),
                new Actions(",force-response-1-0, ,", Set.of(FORCE_RESPONSE_1_0)),
                new Actions("NO_KEEP_ALIVE NO_KEEP_ALIVE", Set.of(NO_KEEP_ALIVE)));
    }

    @ParameterizedTest(name = "<{0}>")
    @MethodSource("actions")
    void actionsAreAListInAnyCase(Actions row) {
        assertThat(ClientRules.NONE.with("x", row.text).rules()).containsExactly(new Rule("x", row.actions));
    }

    // --- what is refused

    record Refused(String regex, String actions, String message) {}

    private static Stream<Refused> refused() {
        String anAction = " (expected: one of NO_KEEP_ALIVE, DOWNGRADE_1_0, FORCE_RESPONSE_1_0)";
        return Stream.of(
                new Refused("(", "NO_KEEP_ALIVE", "clientRules: ( (expected: a regular expression; Unclosed group)"),
                new Refused(
                        "[a",
                        "NO_KEEP_ALIVE",
                        "clientRules: [a (expected: a regular expression; Unclosed character class)"),
                new Refused("x", "CLOSE", "clientRules: CLOSE" + anAction),
                new Refused("x", "NO_KEEP_ALIVE;DOWNGRADE_1_0", "clientRules: NO_KEEP_ALIVE;DOWNGRADE_1_0" + anAction),
                new Refused("x", "NO_KEEP_ALIVE, nokeepalive", "clientRules: nokeepalive" + anAction),
                new Refused("x", "", "clientRules: x (expected: at least one action)"),
                new Refused("x", " , ", "clientRules: x (expected: at least one action)"));
    }

    @ParameterizedTest(name = "<{0}> <{1}>")
    @MethodSource("refused")
    void badRulesAreRefusedByName(Refused row) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRules.NONE.with(row.regex, row.actions))
                .withMessage(row.message);
    }

    // --- rules as one setting

    record Listed(String list, ClientRules rules, String written) {}

    private static Stream<Listed> lists() {
        ClientRules one = ClientRules.NONE.with("Old.*Bot/1\\.", "NO_KEEP_ALIVE");
        ClientRules two = one.with("x; y", "FORCE_RESPONSE_1_0 NO_KEEP_ALIVE");
        String first = "\"Old.*Bot/1\\.\" NO_KEEP_ALIVE";
        String both = first + "; \"x; y\" NO_KEEP_ALIVE,FORCE_RESPONSE_1_0";
        return Stream.of(
                new Listed("", ClientRules.NONE, ""),
                new Listed(" \t", ClientRules.NONE, ""),
                new Listed(first, one, first),
                new Listed(" " + first + " ; ", one, first),
                new Listed("\"Old.*Bot/1\\.\"no-keep-alive", one, first),
                new Listed(both, two, both),
                new Listed(both.replace("; \"", ";\n    \""), two, both),
                new Listed("\"\" NO_KEEP_ALIVE", ClientRules.NONE.with("", "NO_KEEP_ALIVE"), "\"\" NO_KEEP_ALIVE"),
                new Listed("httpd", ClientRules.HTTPD, ClientRules.HTTPD.toString()),
                new Listed(" httpd ; ", ClientRules.HTTPD, ClientRules.HTTPD.toString()),
                new Listed("httpd; " + first, ClientRules.HTTPD.and(one), ClientRules.HTTPD + "; " + first),
                new Listed(first + "; httpd", one.and(ClientRules.HTTPD), first + "; " + ClientRules.HTTPD));
    }

    @ParameterizedTest(name = "<{0}>")
    @MethodSource("lists")
    void rulesAreReadAndWrittenAsAList(Listed row) {
        assertThat(ClientRules.parse(row.list)).isEqualTo(row.rules).hasToString(row.written);
        assertThat(ClientRules.parse(row.written)).isEqualTo(row.rules);
    }

    @Test
    void aQuoteInAPatternIsWrittenTwice() {
        ClientRules quoted = ClientRules.NONE.with("\"x\\\"", "NO_KEEP_ALIVE");

        assertThat(quoted).hasToString("\"\"\"x\\\"\"\" NO_KEEP_ALIVE");
        assertThat(ClientRules.parse(quoted.toString()).match("an \"x\"")).containsExactly(NO_KEEP_ALIVE);
    }

    private static final String[] PIECES = {
        "\"", "\"\"", "\\\"", "\\\\", "\\x22", "\\Q\"\\E", ";", "; ", "httpd", "NO_KEEP_ALIVE", ",", " ", "\t", "\n",
                "(?i)", "(?x)",
        "(?-i:A)", "(?s:.)", "[\";]", "[^\"]", "(a|\")", "|", "a", "Z", "1", "\\.", ".*", "^", "$", "\u00e9",
                "\ud83d\ude00", "\0"
    };

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("io.github.jettykeepalive.policy.HostileText#seeds")
    void whatIsWrittenIsReadAgain(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < HostileText.VALUES; i++) {
            ClientRules rules = ClientRules.NONE;
            for (int more = random.nextInt(4); more > 0; more--) {
                rules = rules.and(rule(random));
            }
            assertThat(ClientRules.parse(rules.toString()))
                    .as("seed %d, value %d: <%s>", seed, i, rules)
                    .isEqualTo(rules);
        }
    }

    private static ClientRules rule(Random random) {
        List<ClientAction> actions = new ArrayList<>(List.of(ClientAction.values()));
        Collections.shuffle(actions, random);
        Set<ClientAction> some = Set.copyOf(actions.subList(0, 1 + random.nextInt(actions.size())));
        return new ClientRules(List.of(new Rule(pattern(random), some)));
    }

    private static String pattern(Random random) {
        StringBuilder text = new StringBuilder();
        for (int pieces = random.nextInt(8); pieces > 0; pieces--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        try {
            return Pattern.compile(text.toString()).pattern();
        } catch (PatternSyntaxException e) {
            return Pattern.quote(text.toString());
        }
    }

    @Test
    void aPatternIsAsLongAsItIs() {
        ClientRules rules = ClientRules.NONE.with("\"a".repeat(50_000), "NO_KEEP_ALIVE");

        assertThat(ClientRules.parse(rules.toString())).isEqualTo(rules);
    }

    @Test
    @SuppressWarnings("NullAway") // what a console sends
    void nullIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRules.parse(null))
                .withMessage("clientRules: null (expected: \"regex\" actions, or httpd, separated by ;)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRules.NONE.with(null, "NO_KEEP_ALIVE"))
                .withMessage("clientRules: null (expected: a regular expression)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRules.NONE.with("x", null))
                .withMessage(
                        "clientRules: null" + " (expected: one of NO_KEEP_ALIVE, DOWNGRADE_1_0, FORCE_RESPONSE_1_0)");
    }

    @ParameterizedTest(name = "<{0}>")
    @ValueSource(
            strings = {
                "x",
                ";",
                "x NO_KEEP_ALIVE",
                "\"x",
                "x\" NO_KEEP_ALIVE",
                "\"x\" NO_KEEP_ALIVE \"y\" NO_KEEP_ALIVE",
                "\"x\" NO_KEEP_ALIVE;; \"y\" NO_KEEP_ALIVE",
                "HTTPD",
                "httpd httpd",
                "httpds",
                "httpd, \"x\" NO_KEEP_ALIVE"
            })
    void whatIsNoListOfRulesIsRefusedByName(String list) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRules.parse(list))
                .withMessage("clientRules: " + list + " (expected: \"regex\" actions, or httpd, separated by ;)");
    }

    @Test
    void aBadRuleInAListIsRefusedAsAnywhere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRules.parse("httpd; \"(\" NO_KEEP_ALIVE"))
                .withMessage("clientRules: ( (expected: a regular expression; Unclosed group)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRules.parse("\"x\"; httpd"))
                .withMessage("clientRules: x (expected: at least one action)");
    }
}
